public import Permissions

/// An interface: a kind of connection between a plug, which asks for access, and a slot, which gives it.
///
/// An interface is a value. Everything it says is here: who may have its sides, how they are connected, what they
/// grant. `Builtin/` has one file an interface, and nothing else is needed to add one but its line in
/// `Interface.builtin`.
public struct Interface: Sendable {
  /// `network-bind`.
  public let name: String
  /// One line for people.
  public let summary: String
  /// Where the system itself has the slot, without any snap's saying so.
  public var implicitSlot: Presence
  /// Where the system itself has the plug.
  public var implicitPlug: Presence
  /// The base declaration's rules for plugs (`spec/interfaces.csv`).
  public var plugRules: SideRules
  /// The base declaration's rules for slots.
  public var slotRules: SideRules
  /// Whether a refresh of the slot's snap changes what the plug's snap sees.
  public var affectsPlugOnRefresh = false
  /// Interfaces that a snap cannot have connected at the same time.
  public var conflicts: [String] = []

  /// Checks a plug's attributes when its snap is installed; may fill in defaults.
  public var checkPlug: @Sendable (inout ConnectionSide) throws(InterfaceError) -> Void = { _ in }
  /// Checks a slot's attributes when its snap is installed; may fill in defaults.
  public var checkSlot: @Sendable (inout ConnectionSide) throws(InterfaceError) -> Void = { _ in }
  /// Checks a connection before it is made, with the attributes that hooks gave it.
  public var checkConnection: @Sendable (Connection) throws(InterfaceError) -> Void = { _ in }
  /// Whether plug and slot belong together, when rules would connect them by themselves.
  public var autoConnects: @Sendable (Connection) -> Bool = { _ in true }

  /// What the plug's apps may do once connected.
  public var connectedPlug: Grant = { _, _ in }
  /// What the slot's apps may do once connected.
  public var connectedSlot: Grant = { _, _ in }
  /// What the plug's apps may do whether connected or not.
  public var plug: SideGrant = { _, _ in }
  /// What the slot's apps may do whether connected or not.
  public var slot: SideGrant = { _, _ in }

  /// Makes a slot of a device that appeared, or says nothing of it.
  public var hotplug: (@Sendable (HotplugDevice) -> HotplugSlot?)?

  /// Adds what a connection grants to one of its sides.
  public typealias Grant = @Sendable (inout PermissionSet, Connection) throws(InterfaceError) -> Void
  /// Adds what a side grants by being there.
  public typealias SideGrant = @Sendable (inout PermissionSet, ConnectionSide) throws(InterfaceError) -> Void

  public init(
    _ name: String, _ summary: String, implicitSlot: Presence = .never, implicitPlug: Presence = .never,
    plugRules: SideRules = SideRules(), slotRules: SideRules = SideRules(), connectedPlug: Grant? = nil
  ) {
    self.name = name
    self.summary = summary
    self.implicitSlot = implicitSlot
    self.implicitPlug = implicitPlug
    self.plugRules = plugRules
    self.slotRules = slotRules
    if let connectedPlug { self.connectedPlug = connectedPlug }
  }

  /// Says more of an interface than its initialiser takes.
  public func with(_ change: (inout Interface) -> Void) -> Interface {
    var copy = self
    change(&copy)
    return copy
  }

  /// On which machines something is.
  public struct Presence: Sendable {
    /// On a system whose root is the OS snap.
    public var onCore: Condition
    /// On an ordinary distribution.
    public var onClassic: Condition

    public enum Condition: Sendable {
      case no, yes
      case when(@Sendable (Machine) -> Bool)
    }

    public init(onCore: Condition, onClassic: Condition) {
      self.onCore = onCore
      self.onClassic = onClassic
    }

    public static let never = Presence(onCore: .no, onClassic: .no)
    public static let always = Presence(onCore: .yes, onClassic: .yes)
    public static let onClassic = Presence(onCore: .no, onClassic: .yes)
    public static let onCore = Presence(onCore: .yes, onClassic: .no)

    public func holds(on machine: Machine) -> Bool {
      switch machine.isClassic ? onClassic : onCore {
      case .no: false
      case .yes: true
      case .when(let condition): condition(machine)
      }
    }
  }
}

/// What interfaces may want to know of the machine.
public struct Machine: Sendable {
  /// An ordinary distribution, not a system whose root is the OS snap.
  public var isClassic: Bool
  /// `ID` and `VERSION_ID` of os-release(5).
  public var distribution: String
  public var version: String
  /// `VARIANT_ID` of os-release(5).
  public var variant = ""
  /// An OS snap that brings a desktop.
  public var isCoreDesktop: Bool
  /// Whether a path exists on the host.
  public var exists: @Sendable (String) -> Bool

  public init(
    isClassic: Bool = true, distribution: String = "", version: String = "", isCoreDesktop: Bool = false,
    exists: @escaping @Sendable (String) -> Bool = { _ in false }
  ) {
    self.isClassic = isClassic
    self.distribution = distribution
    self.version = version
    self.isCoreDesktop = isCoreDesktop
    self.exists = exists
  }
}

/// Why a plug, a slot or a connection is refused: one sentence for the person, the reference's where it has one.
public struct InterfaceError: Error, Hashable, Sendable, CustomStringConvertible {
  public let description: String
  /// What callers tell apart.
  public let kind: Kind

  public enum Kind: Hashable, Sendable {
    /// A snap has no plug or slot of that name.
    case noSuchSide
    /// There is no such connection, so nothing to end.
    case notConnected
    /// Rules of a declaration refuse it.
    case policy
    case other
  }

  public init(_ description: String, kind: Kind = .other) {
    self.description = description
    self.kind = kind
  }
}
