public import LaunchPlan
public import Permissions
public import Snap

/// What planning needs to know of a snap: plain values, taken from `SnapInfo` in one place.
public struct PlanSubject: Equatable, Sendable {
  /// Without instance key.
  public var name: String
  /// With instance key: `foo` or `foo_key`.
  public var instance: String
  /// As text: `17` or `x1`.
  public var revision: String
  public var version: String
  /// The dpkg name of the machine's architecture.
  public var architecture: String
  /// What holds for this installation.
  public var confinement: LaunchPlan.Confinement
  /// Users that the snap declares (`system-usernames`).
  public var users: [SystemUser] = []
  /// `environment` of the whole snap, in order of declaration.
  public var environment: [LaunchPlan.Variable] = []
  /// `layout:`, in order of declaration.
  public var layouts: [Layout] = []
  /// What connections mount inside, beside what ``Entry/grants`` of any entry says: the view is the snap's.
  public var contentMounts: [ContentMount] = []
  /// The apps, then the hooks.
  public var entries: [Entry] = []

  public init(
    name: String, instance: String, revision: String, version: String, architecture: String,
    confinement: LaunchPlan.Confinement
  ) {
    self.name = name
    self.instance = instance
    self.revision = revision
    self.version = version
    self.architecture = architecture
    self.confinement = confinement
  }

  /// What follows the `_` of the instance's name, or nothing.
  public var instanceKey: String {
    instance.firstIndex(of: "_").map { String(instance[instance.index(after: $0)...]) } ?? ""
  }

  /// One app or hook.
  public struct Entry: Equatable, Sendable {
    /// `snap.<instance>.<app>` or `snap.<instance>.hook.<hook>`.
    public var securityTag: String
    public var kind: LaunchPlan.Kind
    /// The app's or the hook's name.
    public var name: String
    /// Relative to the snap.
    public var commandChain: [String] = []
    /// The first word is relative to the snap; the others are arguments.
    public var command: [String] = []
    /// Like ``command``; empty when there is none, as the two that follow.
    public var stopCommand: [String] = []
    public var reloadCommand: [String] = []
    public var postStopCommand: [String] = []
    /// Variables of this app or hook, after those of the snap.
    public var environment: [LaunchPlan.Variable] = []
    public var commonID = ""
    /// Host path of the desktop file, or nothing.
    public var desktopFile = ""
    public var busName = ""
    /// A bash completion script, relative to the snap, or nothing.
    public var completer = ""
    /// What connected plugs give, beyond the defaults.
    public var grants = PermissionSet()

    public init(securityTag: String, kind: LaunchPlan.Kind, name: String) {
      self.securityTag = securityTag
      self.kind = kind
      self.name = name
    }
  }
}

/// The base that a snap runs on, mounted: a revision, not `current`, since another must give another namespace.
public struct BaseLocation: Hashable, Sendable {
  /// The base snap's name.
  public var name: String
  /// As text; a plan names it, so a new one gives a new namespace.
  public var revision: String

  public init(name: String, revision: String) {
    self.name = name
    self.revision = revision
  }
}

/// Why no plan can be made.
public enum PlanningError: Error, Equatable, Sendable, CustomStringConvertible {
  case noBase(instance: String)
  case path(String, of: String)
  case noCommand(tag: String)
  case layout(path: String, reason: String)
  case filter(tag: String, SeccompError)
  case plan(tag: String, LaunchPlanError)
  case tag(String)

  public var description: String {
    switch self {
    case .noBase(let instance): "cannot plan the launch of snap \"\(instance)\": it has no base to run on"
    case .path(let path, let tag): "cannot plan the launch of \(tag): path \(printable(path)) is not clean"
    case .noCommand(let tag): "cannot plan the launch of \(tag): it has no command"
    case .layout(let path, let reason): "cannot use layout \(printable(path)): \(reason)"
    case .filter(let tag, let error): "cannot plan the launch of \(tag): \(error)"
    case .plan(let tag, let error): "cannot plan the launch of \(tag): \(error)"
    case .tag(let tag): "cannot use \(printable(tag)) as a security tag"
    }
  }
}

/// A text from a snap in quotes, safe to print.
func printable(_ text: String) -> String {
  "\""
    + String(
      String.UnicodeScalarView(
        text.unicodeScalars.prefix(256).map { $0.value < 0x20 || $0 == "\"" || $0.value == 0x7f ? "?" : $0 })) + "\""
}
