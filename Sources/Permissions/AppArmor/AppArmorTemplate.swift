/// What every confined process has for AppArmor before any interface adds to it, as data.
///
/// `spec/default-access.tsv`; the files are in the blocks of `AppArmorTemplate+….swift`.
public struct AppArmorTemplate: Hashable, Sendable {
  /// Which rules hold for the programs of the base.
  public enum Base: Hashable, Sendable {
    /// No base, or one whose name begins with `core`: the runtime's programs one by one.
    case core
    /// Any other: all of the base, which is the publisher's choice.
    case other

    public init(name: String?) { self = name.map { $0.hasPrefix("core") } ?? true ? .core : .other }
  }

  public var base: Base
  /// Users of `system-usernames`.
  public var users: [SystemUser]
  /// The machine's root is the OS snap.
  public var onCore: Bool
  /// A classic snap that is confined (`--jailmode`).
  public var jailmode: Bool

  public init(base: Base, users: [SystemUser] = [], onCore: Bool = false, jailmode: Bool = false) {
    self.base = base
    self.users = users
    self.onCore = onCore
    self.jailmode = jailmode
  }

  /// The rules.
  public var permissions: PermissionSet {
    var set = PermissionSet()
    set.files = Self.commonRules
    set.files += base == .core ? Self.coreRuntimeRules : Self.otherBaseRules
    if onCore { set.files += Self.rules(Self.saveFiles) }
    if jailmode { set.files += Self.rules(Self.jailmodeFiles) }
    set.capabilities = PermissionSet.defaultCapabilities
    if !users.isEmpty { set.capabilities.formUnion(PermissionSet.declaredUserCapabilities) }
    set.unix(
      [.bind, .listen], address: "@snap.@{SNAP_INSTANCE_NAME}.**")
    set.unix(peer: .own)
    set.unix([.send, .receive], address: "none", peer: .named("snap.*"), peerAddress: "none")
    set.dbus(nil, [.receive, .send], peer: .own)
    // The table has the sending alone, which would be sending anything to anybody: the bus itself is meant.
    for bus in [DBusRule.Bus.system, .session] {
      set.dbus(
        bus, [.send], path: "/org/freedesktop/DBus", interface: "org.freedesktop.DBus.Introspectable",
        member: "Introspect", peerName: "org.freedesktop.DBus")
    }
    set.signals(peer: .own)
    set.signals([.receive], peer: .named("snap.*"))
    set.signals([.receive], peer: .unconfined)
    return set
  }

  /// What is refused without a trace in the log, as far as no grant stands against it.
  public static func refusals(against grants: PermissionSet) -> PermissionSet {
    var set = PermissionSet()
    let everything = grants.traits.contains(.everything)
    let traces =
      everything
      || grants.ptraces.contains { $0.effect == .allow && ($0.operations.isEmpty || $0.operations.contains(.trace)) }
    if grants.traits.contains(.quietPtrace), !traces {
      set.ptrace([.trace], effect: .deny)
      if !grants.capabilities.contains(.sysPtrace) { set.denyCapabilities(.sysPtrace) }
    }
    let loads =
      everything || grants.traits.contains(.loadsModules) || grants.capabilities.contains(.sysModule)
    if grants.traits.contains(.quietModules), !loads { set.denyCapabilities(.sysModule) }
    if !grants.traits.contains(.writesPythonCaches), !everything { set.files += rules(pythonCacheFiles) }
    return set
  }

  // Parsed once: some hundred patterns.
  private static let commonRules = rules(commonFiles)
  private static let coreRuntimeRules = rules(coreRuntimeFiles)
  private static let otherBaseRules = rules(otherBaseFiles)
  static let updateNamespaceRules = rules(updateNamespaceFiles)

  /// Reads a block of our own source; a mistake in it is a programmer's, which the tests find.
  private static func rules(_ block: String) -> [FileRule] {
    var rules: [FileRule] = []
    var access: FileAccess = []
    var owner = false
    var effect = RuleEffect.allow
    for line in block.split(separator: "\n") {
      var words = line.split(separator: " ")
      if line.first != " ", let colon = words.firstIndex(where: { $0.last == ":" }) {
        owner = words[..<colon].contains("owner")
        effect = words[..<colon].contains("deny") ? .deny : .allow
        guard let letters = FileAccess(letters: String(words[colon].dropLast())) else {
          preconditionFailure("\(line): no access")
        }
        access = letters
        words.removeFirst(colon + 1)
      }
      for word in words {
        do {
          rules.append(FileRule(try PathPattern(String(word)), access, owner: owner, effect: effect))
        } catch { preconditionFailure("\(word): \(error)") }
      }
    }
    return rules
  }
}
