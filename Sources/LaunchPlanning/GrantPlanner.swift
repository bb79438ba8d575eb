internal import ByteText
internal import Host
internal import LaunchPlan
internal import Permissions

/// Compiles the file rules of a snap's connections: what the view shows of the host beyond its fixed part, and what
/// Landlock lets each app do with it.
struct GrantPlanner {
  let subject: PlanSubject
  let places: SnapPlaces
  let directories: Directories
  let machine: any Tree
  let baseTree: any Tree

  /// A route with what it grants or refuses.
  struct Grant: Hashable {
    var route: PathRoute
    var access: FileAccess
    var owner: Bool
    var denied: Bool
  }

  /// Where a route is on the host, and inside.
  struct Place {
    /// Host path that the route's components begin below, and the same place inside.
    var source: String
    var target: String
    /// How many components these stand for.
    var consumed: Int
  }

  // MARK: Routes

  /// The routes of rules, spelt as the sandbox has its paths.
  func grants(_ rules: [FileRule]) -> [Grant] {
    var found: [Grant] = []
    var seen: Set<Grant> = []
    for rule in rules {
      for route in PathRoute.routes(of: rule.pattern, variables: variables) {
        for plain in route.withPlainStart(3).map(spelt) {
          let grant = Grant(route: plain, access: rule.access, owner: rule.owner, denied: rule.effect != .allow)
          if seen.insert(grant).inserted { found.append(grant) }
        }
      }
    }
    return found
  }

  private var variables: [String: String] {
    [
      "pid": "[0-9]*", "pids": "[0-9]*", "tid": "[0-9]*", "PROC": "/proc", "HOME": "$HOME", "INSTALL_DIR": "/snap",
      "multiarch": "*-linux-gnu*", "SNAP_NAME": PathRoute.escaped(subject.name),
      "SNAP_INSTANCE_NAME": PathRoute.escaped(subject.instance), "SNAP_REVISION": PathRoute.escaped(subject.revision),
    ]
  }

  /// `/var/run` is `/run`, and whoever's processes and runtime directory are meant are the app's own.
  private func spelt(_ route: PathRoute) -> PathRoute {
    guard route.start == .root else { return route }
    var route = route
    let first = Array(route.components.prefix(2))
    if first == ["var", "run"] { route.components.removeFirst() }
    if first == ["var", "lock"] { route.components.replaceSubrange(0..<1, with: ["run"]) }
    let names = route.components
    let isLiteral = { (index: Int) in PathGlob.literal(Array(names[index].utf8)) != nil }
    if names.count > 2, names[0] == "run", names[1] == "user", !isLiteral(2) { route.components[2] = "$UID" }
    if names.count > 2, names[0] == "proc", !isLiteral(1), names[1] != "**" { route.components[1] = "$PID" }
    // The base, or the host, may have these in /usr; both are looked for where they are.
    if names.count > 1, names[0] == "lib", ["modules", "firmware"].contains(names[1]) {
      if case .symlink(let link)? = baseTree.entry("/lib"), link.hasByteSuffix("usr/lib") {
        route.components.insert("usr", at: 0)
      }
    }
    return route
  }

  // MARK: The view

  /// What is shown of the host for these grants, sorted so that what is in one directory is together.
  func view(_ grants: [Grant]) -> [GrantedPlace] {
    var found: [GrantedPlace] = []
    for grant in grants { found += show(grant) }
    if found.contains(where: { $0.source.hasBytePrefix("$HOME") && $0.options.contains(.write) }) {
      found += protectedHome(grants)
    }
    struct Key: Hashable {
      var source: String
      var target: String
      var options: GrantedPlace.Options
    }
    var patterns: [Key: Set<String>] = [:]
    for place in found {
      patterns[Key(source: place.source, target: place.target, options: place.options), default: []]
        .insert(place.pattern)
    }
    return patterns.flatMap { key, patterns in
      JoinedPatterns.join(patterns.sorted()).map {
        GrantedPlace(source: key.source, target: key.target, pattern: $0, options: key.options)
      }
    }.sorted(by: Self.order)
  }

  private static func order(_ one: GrantedPlace, _ other: GrantedPlace) -> Bool {
    (one.source, one.target, one.pattern, one.options.rawValue)
      < (other.source, other.target, other.pattern, other.options.rawValue)
  }

  private func show(_ grant: Grant) -> [GrantedPlace] {
    guard let place = place(of: grant.route) else { return [] }
    if grant.denied { return refusal(grant, place) }
    var route = grant.route
    var options: GrantedPlace.Options = []
    if grant.access.isWriting { options.insert(.write) }
    if !grant.access.isDisjoint(with: FileAccess.anyExecution.union(.map)) { options.insert(.execute) }
    if grant.owner { options.insert(.owner) }
    let literals = route.literals
    switch route.components.first {
    case _ where route.start == .home: break
    case "dev": options.formUnion([.devices, .links])
    case "media", "mnt":
      // Disks come and go below; what each app may do with them is Landlock's.
      route = PathRoute(start: .root, components: [literals[0]], subtree: true)
    case "run":
      if literals.count > 1, literals[1] == "media" {
        route = PathRoute(start: .root, components: ["run", "media"], subtree: true)
      } else if literals.count > 2, literals[1] == "udev", !grant.access.isWriting {
        // Records of devices, for everyone to read; udev replaces them all the time.
        route = PathRoute(start: .root, components: Array(route.components.prefix(3)), subtree: true)
      } else if !route.subtree, canBeByDirectory(route) {
        options.insert(.byDirectory)
      }
    case "sys":
      guard let shown = kernelPlace(route, writes: grant.access.isWriting) else { return [] }
      route = shown
    default: break
    }
    if grant.access.isWriting, route.makesNames { route = route.directory }
    return split(route, place).map {
      GrantedPlace(
        source: $0.source, target: $0.target, pattern: $0.pattern,
        options: $0.subtree ? options.union(.subtree).subtracting([.byDirectory, .links]) : options)
    }
  }

  /// The whole of `/sys` is there to be read already, without what is mounted in it. To write, a place has to be shown
  /// again; which of its files, Landlock says, unless the pattern leaps over directories.
  private func kernelPlace(_ route: PathRoute, writes: Bool) -> PathRoute? {
    let literals = route.literals
    let path = "/" + literals.joined(separator: "/")
    let mounted = [
      "/sys/kernel/debug", "/sys/kernel/tracing", "/sys/kernel/security", "/sys/kernel/config", "/sys/fs/bpf",
      "/sys/fs/pstore", "/sys/fs/fuse/connections", "/sys/firmware/efi/efivars",
    ]
    if let mount = mounted.first(where: { path == $0 || path.isBelow($0) }) {
      return PathRoute(start: .root, components: mount.split(separator: "/").map(String.init), subtree: true)
    }
    guard writes else { return nil }
    if route.components.contains("**") || route.isLiteral { return literals.count > 1 ? route : nil }
    return literals.count > 2
      ? PathRoute(start: .root, components: literals.map(PathRoute.escaped), subtree: true) : nil
  }

  /// Directories below `/run` in which services of different kinds make names.
  private func canBeByDirectory(_ route: PathRoute) -> Bool {
    guard route.literals.count >= route.components.count - 1, route.components.count > 2 else { return false }
    let parent = Array(route.components.dropLast())
    if parent.count == 3, parent[1] == "user" { return false }
    return !["lock", "shm", "mount", "udev"].contains(parent[1]) && parent != ["run", "systemd"]
  }

  /// A route as a directory on the host and what matches in it. A directory that holds much else is shown entry by
  /// entry.
  private func split(
    _ route: PathRoute, _ place: Place
  ) -> [(source: String, target: String, pattern: String, subtree: Bool)] {
    var rest = Array(route.components.dropFirst(place.consumed))
    var source = place.source
    var target = place.target
    while rest.count > 1, let name = PathGlob.literal(Array(rest[0].utf8)) {
      let name = String(decoding: name, as: UTF8.self)
      source = source == "/" ? "/" + name : source + "/" + name
      target = target == "/" ? "/" + name : target + "/" + name
      rest.removeFirst()
    }
    let whole = (target == "/" ? "" : target) + (rest.isEmpty ? "" : "/" + rest[0])
    if route.subtree, rest.isEmpty || (rest.count == 1 && isContainer(whole)) {
      let name = rest.isEmpty ? "" : "/" + rest[0]
      return [
        (source == "/" ? name : source + name, target == "/" ? name : target + name, "*", false),
        (source == "/" ? name : source + name, target == "/" ? name : target + name, "*", true),
      ].map { ($0.0.isEmpty ? "/" : $0.0, $0.1.isEmpty ? "/" : $0.1, $0.2, $0.3) }
    }
    return rest.isEmpty ? [] : [(source, target, rest.joined(separator: "/"), route.subtree)]
  }

  /// Directories of the view's own, into which things of the host are put one by one.
  private func isContainer(_ path: String) -> Bool {
    [
      "/dev", "/etc", "/run", "/var", "/var/lib", "/var/snap", "/home", "/root", "/snap", "/sys", "/run/systemd",
      "/run/lock", "/run/user", "/run/user/$UID", "/var/lib/snapd", "$HOME",
    ].contains(path)
  }

  /// What is the host's to show, and where it is there; nil for what the base or the fixed view has.
  func place(of route: PathRoute) -> Place? {
    if route.start == .home { return Place(source: "$HOME", target: "$HOME", consumed: 0) }
    let names = route.literals
    guard let first = names.first else { return nil }
    let second = names.count > 1 ? names[1] : nil
    let third = names.count > 2 ? names[2] : nil
    let own = Place(source: "/", target: "/", consumed: 0)
    switch first {
    case "dev":
      // What every app has already, and its own terminals and shared memory.
      let fixed = ["null", "zero", "full", "random", "urandom", "tty", "ptmx", "pts", "shm", "fd", "log"]
      return second.map(fixed.contains) == true ? nil : own
    case "etc", "media", "mnt", "boot", "sys", "writable": return own
    case "run": return second == "shm" || second == "snapd" || second?.hasBytePrefix("snap.") == true ? nil : own
    case "usr":
      if second == "src" { return own }
      return second == "lib" && ["modules", "firmware"].contains(third) ? own : nil
    case "lib": return ["modules", "firmware"].contains(second) ? libraries() : nil
    case "snap":
      guard let second, second != subject.name, second != subject.instance else { return nil }
      return Place(source: directories.snaps, target: "/snap", consumed: 1)
    case "var":
      switch second {
      case "log", "cache", "spool", "mail", "crash", "backups": return own
      case "snap":
        guard let third, third != subject.name, third != subject.instance else { return nil }
        return Place(source: directories.data, target: "/var/snap", consumed: 2)
      case "lib":
        guard third == "snapd" else { return own }
        guard names.count > 3 || route.components.count > 3 else { return nil }
        return names.count > 3 && names[3] == "hostfs"
          ? Place(source: "/", target: "/var/lib/snapd/hostfs", consumed: 4)
          : Place(source: directories.library, target: "/var/lib/snapd", consumed: 3)
      default: return nil
      }
    default: return nil
    }
  }

  /// A host whose `/lib` is a link has its modules in `/usr/lib`, whatever the base looks like.
  private func libraries() -> Place {
    if case .symlink? = machine.entry("/lib") { return Place(source: "/usr/lib", target: "/lib", consumed: 1) }
    return Place(source: "/", target: "/", consumed: 0)
  }

  // MARK: Refusals

  private func refusal(_ grant: Grant, _ place: Place) -> [GrantedPlace] {
    let options: GrantedPlace.Options
    if grant.access.contains(.read) {
      options = .hidden
    } else if grant.access.isWriting || grant.access.contains(.link) {
      options = .protected
    } else {
      return []
    }
    return split(grant.route, place).map {
      GrantedPlace(
        source: $0.source, target: $0.target, pattern: $0.pattern,
        options: $0.subtree ? options.union(.subtree) : options)
    }
  }

  /// Places in a home whose content is executed for its user sooner or later (CVE-2024-1724): never writable, unless a
  /// grant names them.
  static let codeInHome: [(path: String, isDirectory: Bool)] = [
    ("bin", true), (".local/bin", true), (".ssh", true), (".config/autostart", true), (".config/systemd", true),
    (".config/environment.d", true), (".config/fish", true), (".config/plasma-workspace", true),
    (".local/share/systemd", true), (".local/share/dbus-1", true), (".local/share/applications", true),
    (".bashrc", false), (".bash_profile", false), (".bash_login", false), (".bash_logout", false), (".profile", false),
    (".zshrc", false), (".zshenv", false), (".zprofile", false), (".zlogin", false), (".zlogout", false),
    (".kshrc", false), (".cshrc", false), (".tcshrc", false), (".login", false), (".xprofile", false),
    (".xsession", false), (".xsessionrc", false), (".xinitrc", false), (".pam_environment", false),
    (".vimrc", false), (".gitconfig", false),
  ]

  private func protectedHome(_ grants: [Grant]) -> [GrantedPlace] {
    var places: [GrantedPlace] = []
    for (path, isDirectory) in Self.codeInHome {
      let names = path.split(separator: "/").map(String.init)
      let isNamed = grants.contains {
        !$0.denied && $0.access.isWriting && $0.route.start == .home && $0.route.literals.starts(with: names)
      }
      if isNamed { continue }
      let parent = (["$HOME"] + names.dropLast()).joined(separator: "/")
      places.append(
        GrantedPlace(
          source: parent, pattern: names[names.count - 1], options: isDirectory ? [.protected, .subtree] : .protected))
    }
    return places
  }

  // MARK: Watching

  /// The directories in which matches come and go; the likeliest first, and not many: each launch asks for their times.
  static func watched(_ places: [GrantedPlace]) -> [String] {
    var sources: [String] = []
    for place in places where !place.target.isBelow("/var/lib/snapd/hostfs") && !place.source.hasBytePrefix("/sys") {
      if !sources.contains(place.source) { sources.append(place.source) }
    }
    let first = ["$HOME", "/run/user/$UID", "/dev", "/run"]
    return Array((first.filter(sources.contains) + sources.filter { !first.contains($0) && $0 != "/" }).prefix(16))
  }
}

extension FileAccess {
  /// Whether something is changed.
  var isWriting: Bool { !isDisjoint(with: [.write, .append]) }
}

extension PathRoute {
  /// What all is in it, instead of the names in a directory.
  var directory: PathRoute { PathRoute(start: start, components: Array(components.dropLast()), subtree: true) }

  /// Whether it means everything right in one known directory: who may write that, may make names there.
  var makesNames: Bool { !subtree && components.last == "*" && literals.count == components.count - 1 }
}
