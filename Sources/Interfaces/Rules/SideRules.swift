/// The rules for one side of an interface: who may have it, and what it may be connected with.
///
/// The six questions of the base declaration and of snap declarations (`spec/assertions-and-store.md`,
/// `spec/interfaces.csv`). A denial that matches stands above an allowance.
public struct SideRules: Hashable, Sendable {
  public var allowInstallation: Alternatives = .always
  public var denyInstallation: Alternatives = .never
  public var allowConnection: Alternatives = .always
  public var denyConnection: Alternatives = .never
  public var allowAutoConnection: Alternatives = .always
  public var denyAutoConnection: Alternatives = .never

  public init(
    allowInstallation: Alternatives = .always, denyInstallation: Alternatives = .never,
    allowConnection: Alternatives = .always, denyConnection: Alternatives = .never,
    allowAutoConnection: Alternatives = .always, denyAutoConnection: Alternatives = .never
  ) {
    self.allowInstallation = allowInstallation
    self.denyInstallation = denyInstallation
    self.allowConnection = allowConnection
    self.denyConnection = denyConnection
    self.allowAutoConnection = allowAutoConnection
    self.denyAutoConnection = denyAutoConnection
  }

  /// `true`, `false`, or one of several sets of constraints.
  public enum Alternatives: Hashable, Sendable {
    case always
    case never
    case any([Constraints])

    /// One set of constraints.
    public static func when(_ constraints: Constraints) -> Alternatives { .any([constraints]) }
  }

  /// Only the system has the slot, and connects it by itself.
  public static let systemSlot = SideRules(allowInstallation: .when(Constraints(slotSnapTypes: [.core])))
  /// Only the system has the slot; a person connects it.
  public static let manualSystemSlot = SideRules(
    allowInstallation: .when(Constraints(slotSnapTypes: [.core])), denyAutoConnection: .always)
  /// An app snap has the slot, where a snap declaration allows connecting with it.
  public static let providedSlot = SideRules(
    allowInstallation: .when(Constraints(slotSnapTypes: [.app])), denyConnection: .always, denyAutoConnection: .always)
  /// An app snap or a classic system has the slot; a person connects it.
  public static let providedOrSystemSlot = SideRules(
    allowInstallation: .when(Constraints(slotSnapTypes: [.app, .core])),
    denyConnection: .when(Constraints(onClassic: .no)), denyAutoConnection: .always)
  /// The gadget or the system has a slot for each device; a person connects it.
  public static let deviceSlot = SideRules(
    allowInstallation: .when(Constraints(slotSnapTypes: [.core, .gadget])), denyAutoConnection: .always)
  /// The slot needs a snap declaration that allows it.
  public static let superPrivilegedSlot = SideRules(
    allowInstallation: .never, denyConnection: .always, denyAutoConnection: .always)
  /// The plug needs a snap declaration that allows it.
  public static let superPrivilegedPlug = SideRules(allowInstallation: .never, denyAutoConnection: .always)
}

/// What has to hold for a rule to match; all that is said must.
public struct Constraints: Hashable, Sendable {
  public var plugSnapTypes: [SnapKind]?
  public var slotSnapTypes: [SnapKind]?
  /// Names of plugs as regular expressions, or `$INTERFACE`.
  public var plugNames: [String]?
  public var slotNames: [String]?
  public var plugAttributes: AttributeConstraint?
  public var slotAttributes: AttributeConstraint?
  public var plugSnapIDs: [String]?
  public var slotSnapIDs: [String]?
  /// Account ids, or `$SLOT_PUBLISHER_ID`.
  public var plugPublisherIDs: [String]?
  /// Account ids, or `$PLUG_PUBLISHER_ID`.
  public var slotPublisherIDs: [String]?
  /// On an ordinary distribution, or not; or only on the listed ones.
  public var onClassic: OnClassic?
  public var onCoreDesktop: Bool?
  public var onStore: [String]?
  public var onBrand: [String]?
  public var onModel: [String]?
  /// How many slots one plug is connected with: `*` lifts the limit of one that connecting by itself has.
  public var anyNumberOfSlots: Bool?
  public var anyNumberOfPlugs: Bool?

  public init(
    plugSnapTypes: [SnapKind]? = nil, slotSnapTypes: [SnapKind]? = nil, plugNames: [String]? = nil,
    slotNames: [String]? = nil, plugAttributes: AttributeConstraint? = nil, slotAttributes: AttributeConstraint? = nil,
    plugSnapIDs: [String]? = nil, slotSnapIDs: [String]? = nil, plugPublisherIDs: [String]? = nil,
    slotPublisherIDs: [String]? = nil, onClassic: OnClassic? = nil, onCoreDesktop: Bool? = nil,
    anyNumberOfSlots: Bool? = nil, anyNumberOfPlugs: Bool? = nil
  ) {
    self.plugSnapTypes = plugSnapTypes
    self.slotSnapTypes = slotSnapTypes
    self.plugNames = plugNames
    self.slotNames = slotNames
    self.plugAttributes = plugAttributes
    self.slotAttributes = slotAttributes
    self.plugSnapIDs = plugSnapIDs
    self.slotSnapIDs = slotSnapIDs
    self.plugPublisherIDs = plugPublisherIDs
    self.slotPublisherIDs = slotPublisherIDs
    self.onClassic = onClassic
    self.onCoreDesktop = onCoreDesktop
    self.anyNumberOfSlots = anyNumberOfSlots
    self.anyNumberOfPlugs = anyNumberOfPlugs
  }

  /// Types of snaps as rules name them: `core` is the system, whichever snap stands for it.
  public enum SnapKind: String, Hashable, Sendable { case core, app, gadget, kernel, base, snapd }

  public enum OnClassic: Hashable, Sendable {
    case yes, no
    case distributions([String])
  }
}

/// What an attribute has to be.
public indirect enum AttributeConstraint: Hashable, Sendable {
  /// Each key's value satisfies its constraint; a list satisfies when each element does.
  case map([String: AttributeConstraint])
  case anyOf([AttributeConstraint])
  /// The whole text matches the regular expression; `true` and `false` are texts here.
  case matches(String)
  /// The attribute is not there.
  case missing
  /// Equal to an attribute of the slot: `$SLOT(content)`.
  case slotAttribute(String)
  /// Equal to an attribute of the plug: `$PLUG(content)`.
  case plugAttribute(String)
  /// Compatible with the slot's label: `$SLOT_COMPAT(compatibility)`.
  case compatibleWithSlot(String)
  /// Compatible with the plug's label: `$PLUG_COMPAT(compatibility)`.
  case compatibleWithPlug(String)
  /// `$PLUG_PUBLISHER_ID` and `$SLOT_PUBLISHER_ID`.
  case plugPublisherID, slotPublisherID
}
