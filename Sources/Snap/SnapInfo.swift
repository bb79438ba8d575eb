/// What a snap says of itself in `meta/snap.yaml`. Source of the keys: `spec/features.md` §4.
public struct SnapInfo: Sendable {
  public var name: SnapName
  /// Set by who installs it as a parallel instance; not part of the file.
  public var instanceKey: String?
  /// `version`; free text of the publisher, no order is meant.
  public var version: SnapVersion
  /// `type`; a snap that says nothing is an app.
  public var type: SnapType = .app
  /// Machines the snap runs on, by dpkg's names.
  public var architectures: [Architecture] = [.all]
  /// Features of this system that the snap needs; see ``Features``.
  public var assumes: [String] = []
  /// Up to 40 code points, for people.
  public var title = ""
  /// One line for people.
  public var summary = ""
  /// Up to 4096 code points, for people.
  public var description = ""
  /// Who built it, where that is not its publisher alone; empty when not said.
  public var provenance = ""
  /// An SPDX expression; empty when not said.
  public var license = ""
  /// Which formats of data the revision reads and writes.
  public var epoch: Epoch = .zero
  /// Nil for a snap that says nothing: its base is `core`.
  public var base: String?
  /// What the snap asks for; flags of the installation may change what it gets.
  public var confinement: Confinement = .strict
  /// `stable`, or `devel` for what the publisher takes for unfinished.
  public var grade: Grade = .stable
  /// Variables of all apps and hooks, in the order of the file; expanded when an app starts.
  public var environment: [Variable] = []
  /// What the snap wants of others.
  public var plugs: [InterfaceEnd] = []
  /// What the snap offers to others.
  public var slots: [InterfaceEnd] = []
  /// Commands and services.
  public var apps: [AppInfo] = []
  /// Hooks with an entry of their own; those that are only files come with ``addImplicitHooks(_:)``.
  public var hooks: [HookInfo] = []
  /// `layout`: what the snap sees elsewhere than the base has it.
  public var layouts: [Layout] = []
  /// Users that services run as, with their scope (`shared`).
  public var systemUsernames: [String: String] = [:]
  public var components: [ComponentInfo] = []
  /// URLs by kind.
  public var links: [String: [String]] = [:]

  public init(name: SnapName, version: SnapVersion) {
    self.name = name
    self.version = version
  }

  /// One environment variable, in the order of the file.
  public struct Variable: Hashable, Sendable {
    public var key: String
    public var value: String

    public init(_ key: String, _ value: String) {
      self.key = key
      self.value = value
    }
  }

  /// The snap as it is installed.
  public var instance: InstanceName {
    guard let instanceKey, let instance = try? InstanceName("\(name)_\(instanceKey)") else { return InstanceName(name) }
    return instance
  }

  /// The commands that the snap puts on `PATH`: `foo` for the app named like the snap, `foo.bar` for others. Services
  /// have commands too, as in the reference, so that `snap run` finds them; only apps that are no services are put
  /// on `PATH`.
  public func commandNames(for instance: InstanceName) -> [String] {
    apps.filter { $0.daemon == nil }.map { commandName($0.name, of: instance) }
  }

  /// The command of one app.
  public func commandName(_ app: AppName, of instance: InstanceName) -> String {
    app.rawValue == name.rawValue ? instance.description : "\(instance).\(app)"
  }

  /// Adds the hooks that are files of the image but not mentioned in the metadata.
  ///
  /// - Parameter files: the names in `meta/hooks`.
  public mutating func addImplicitHooks(_ files: [String]) {
    var known = Set(hooks.map(\.name))
    for file in files.sorted() {
      guard let hook = try? HookName(file), hook.isSupported, known.insert(hook).inserted else { continue }
      hooks.append(HookInfo(name: hook))
    }
    hooks.sort { $0.name < $1.name }
  }

  /// The plugs of an app: those it names, and those that nobody names.
  public func plugs(of app: AppInfo) -> [InterfaceEnd] { ends(plugs, named: app.plugs, { $0.plugs }, { $0.plugs }) }
  /// The slots of an app.
  public func slots(of app: AppInfo) -> [InterfaceEnd] { ends(slots, named: app.slots, { $0.slots }, { $0.slots }) }
  /// The plugs of a hook.
  public func plugs(of hook: HookInfo) -> [InterfaceEnd] { ends(plugs, named: hook.plugs, { $0.plugs }, { $0.plugs }) }

  private func ends(
    _ all: [InterfaceEnd], named: [String], _ ofApp: (AppInfo) -> [String], _ ofHook: (HookInfo) -> [String]
  ) -> [InterfaceEnd] {
    let ofComponents = components.flatMap(\.hooks).flatMap(ofHook)
    let bound = Set(apps.flatMap(ofApp) + hooks.flatMap(ofHook) + ofComponents)
    let named = Set(named)
    return all.filter { named.contains($0.name.rawValue) || !bound.contains($0.name.rawValue) }
  }
}

/// A plug or a slot.
public struct InterfaceEnd: Sendable {
  public var name: InterfaceEndName
  /// The interface's name, `network`.
  public var interface: String
  /// For people; empty when not said.
  public var label = ""
  /// The other keys, in the order of the file.
  public var attributes: [(key: String, value: AttributeValue)] = []

  public init(name: InterfaceEndName, interface: String) {
    self.name = name
    self.interface = interface
  }
}

/// The value of an attribute of a plug or slot.
public indirect enum AttributeValue: Hashable, Sendable {
  case null
  case bool(Bool)
  case integer(Int)
  case number(Double)
  case string(String)
  case list([AttributeValue])
  case map([String: AttributeValue])
}

/// A hook: a program of the snap that the system calls.
public struct HookInfo: Sendable {
  public var name: HookName
  /// Names of plugs that the hook uses; what nobody names, all may use.
  public var plugs: [String] = []
  public var slots: [String] = []
  public var environment: [SnapInfo.Variable] = []
  /// Programs that run before the hook, relative to the snap.
  public var commandChain: [String] = []

  public init(name: HookName) { self.name = name }
}

/// A place in the snap's view of the file system that is something else than the base has there.
public struct Layout: Hashable, Sendable {
  /// What is put there.
  public enum Content: Hashable, Sendable {
    case bind(String)
    case bindFile(String)
    case tmpfs
    case symlink(String)
  }

  /// Where it appears: absolute, or below `$SNAP`, `$SNAP_DATA` or `$SNAP_COMMON`.
  public var path: String
  public var content: Content
  /// Permission bits of what is made.
  public var mode: UInt32

  public init(path: String, content: Content, mode: UInt32 = 0o755) {
    self.path = path
    self.content = content
    self.mode = mode
  }
}
