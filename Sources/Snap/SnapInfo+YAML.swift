internal import YAML

extension SnapInfo {
  /// Parses `meta/snap.yaml`. Keys that nobody knows are ignored. What can be said of one value alone is checked here;
  /// ``validate()`` checks the rest.
  ///
  /// - Throws: ``InvalidText``, in the reference's words.
  public init(yaml bytes: [UInt8]) throws(InvalidText) {
    let document: Node
    do throws(YAMLError) {
      document = try Node.parse(bytes)
    } catch { throw InvalidText("cannot parse snap.yaml: \(error)") }
    guard document.mapping != nil || document.isNull else {
      throw InvalidText("cannot parse snap.yaml: line \(document.line): cannot unmarshal \(document.kind) into a map")
    }
    let keys = Keys(document, in: "snap.yaml")
    if document["layouts"] != nil {
      throw InvalidText("cannot parse snap.yaml: typo detected: use \"layout\" instead of \"layouts\"")
    }
    let name = try SnapName(try keys.text("name") ?? "")
    self.init(name: name, version: try SnapVersion(try keys.text("version") ?? ""))
    if let text = try keys.text("type") {
      guard let type = SnapType(yaml: text) else { throw InvalidText("invalid snap type: \(InvalidText.quote(text))") }
      self.type = type
    }
    if name.rawValue == "snapd" { type = .snapd }
    if let names = try keys.texts("architectures") { architectures = names.map { Architecture($0) } }
    assumes = try keys.texts("assumes") ?? []
    title = try keys.text("title") ?? ""
    summary = try keys.text("summary") ?? ""
    description = try keys.text("description") ?? ""
    provenance = try keys.text("provenance") ?? ""
    license = try keys.text("license") ?? ""
    base = try keys.text("base")
    confinement = try keys.choice("confinement", Confinement.self, "invalid confinement type") ?? .strict
    grade = try keys.choice("grade", Grade.self, "invalid grade") ?? .stable
    if let node = document["epoch"], !node.isNull { epoch = try Epoch(node) }
    environment = try keys.variables("environment")
    plugs = try keys.ends("plugs", "plug")
    slots = try keys.ends("slots", "slot")
    for (key, node) in try keys.entries("apps") { apps.append(try AppInfo(try AppName(key), node)) }
    apps.sort { $0.name < $1.name }
    for (key, node) in try keys.entries("hooks") { hooks.append(try HookInfo(try HookName(key), node)) }
    for (path, node) in try keys.entries("layout") { layouts.append(try Layout(path, node)) }
    for (user, node) in try keys.entries("system-usernames") {
      systemUsernames[user] = node.string ?? node["scope"]?.string ?? ""
    }
    for (key, _) in try keys.entries("links") {
      links[key] = try Keys(document["links"] ?? document, in: "links").texts(key) ?? []
    }
    addImplicitEnds()
  }

  /// Apps and hooks may name a plug or slot that is not described: its interface is called like it.
  private mutating func addImplicitEnds() {
    func missing(_ names: [String], _ known: [InterfaceEnd]) -> [InterfaceEnd] {
      var seen = Set(known.map(\.name.rawValue))
      return names.compactMap { name in
        guard seen.insert(name).inserted, let end = try? InterfaceEndName(name) else { return nil }
        return InterfaceEnd(name: end, interface: name)
      }
    }
    plugs += missing(apps.flatMap(\.plugs) + hooks.flatMap(\.plugs), plugs)
    slots += missing(apps.flatMap(\.slots) + hooks.flatMap(\.slots), slots)
  }
}

extension Epoch {
  init(_ node: Node) throws(InvalidText) {
    if let text = node.string {
      self = try Epoch(text)
      return
    }
    guard node.mapping != nil else { throw InvalidText("invalid epoch") }
    func numbers(_ key: String) throws(InvalidText) -> [UInt32]? {
      guard let list = node[key] else { return nil }
      guard let elements = list.sequence else { throw InvalidText("invalid epoch list") }
      var numbers: [UInt32] = []
      for element in elements {
        guard let number = element.integer, let value = UInt32(exactly: number) else {
          throw InvalidText("invalid epoch number: \(InvalidText.quote(element.string ?? ""))")
        }
        numbers.append(value)
      }
      return numbers
    }
    let (read, write) = (try numbers("read"), try numbers("write"))
    try self.init(read: read ?? write ?? [0], write: write ?? read.map { $0.suffix(1) } ?? [0])
  }
}

extension AppInfo {
  init(_ name: AppName, _ node: Node) throws(InvalidText) {
    self.init(name: name)
    let keys = Keys(node, in: "apps.\(name)")
    command = try keys.text("command") ?? ""
    commandChain = try keys.texts("command-chain") ?? []
    daemon = try keys.choice("daemon", Daemon.self, "\"daemon\" field contains invalid value")
    daemonScope = try keys.choice("daemon-scope", Scope.self, "invalid \"daemon-scope\"") ?? .system
    stopCommand = try keys.text("stop-command")
    reloadCommand = try keys.text("reload-command")
    postStopCommand = try keys.text("post-stop-command")
    startTimeout = try keys.duration("start-timeout")
    stopTimeout = try keys.duration("stop-timeout")
    watchdogTimeout = try keys.duration("watchdog-timeout")
    restartDelay = try keys.duration("restart-delay")
    restartCondition = try keys.choice("restart-condition", RestartCondition.self, "invalid \"restart-condition\"")
    successExitStatus = try keys.integers("success-exit-status")
    completer = try keys.text("completer")
    refreshMode = try keys.choice("refresh-mode", RefreshMode.self, "\"refresh-mode\" field contains invalid value")
    stopMode = try keys.choice("stop-mode", StopMode.self, "\"stop-mode\" field contains invalid value")
    installMode = try keys.choice("install-mode", InstallMode.self, "\"install-mode\" field contains invalid value")
    plugs = try keys.texts("plugs") ?? []
    slots = try keys.texts("slots") ?? []
    busName = try keys.text("bus-name")
    activatesOn = try keys.texts("activates-on") ?? []
    commonID = try keys.text("common-id")
    environment = try keys.variables("environment")
    for (socket, entry) in try keys.entries("sockets") {
      let inner = Keys(entry, in: "sockets.\(socket)")
      sockets.append(
        Socket(
          name: socket, listenStream: try inner.text("listen-stream") ?? "",
          mode: try inner.integer("socket-mode").flatMap { UInt32(exactly: $0) }))
    }
    for other in try keys.texts("after") ?? [] { after.append(try AppName(other)) }
    for other in try keys.texts("before") ?? [] { before.append(try AppName(other)) }
    timer = try keys.text("timer")
    autostart = try keys.text("autostart")
  }
}

extension HookInfo {
  init(_ name: HookName, _ node: Node) throws(InvalidText) {
    self.init(name: name)
    let keys = Keys(node, in: "hooks.\(name)")
    plugs = try keys.texts("plugs") ?? []
    slots = try keys.texts("slots") ?? []
    environment = try keys.variables("environment")
    commandChain = try keys.texts("command-chain") ?? []
  }
}

extension Layout {
  init(_ path: String, _ node: Node) throws(InvalidText) {
    let keys = Keys(node, in: "layout")
    var contents: [Content] = []
    if let source = try keys.text("bind") { contents.append(.bind(source)) }
    if let source = try keys.text("bind-file") { contents.append(.bindFile(source)) }
    if let target = try keys.text("symlink") { contents.append(.symlink(target)) }
    if let type = try keys.text("type") {
      guard type == "tmpfs" else { throw InvalidText("layout \"\(path)\" uses invalid filesystem \"\(type)\"") }
      contents.append(.tmpfs)
    }
    guard let content = contents.first, contents.count == 1 else {
      throw InvalidText("layout \"\(path)\" must define a bind mount, a filesystem mount or a symlink")
    }
    for key in ["user", "group"] {
      if let name = try keys.text(key), name != "root" {
        throw InvalidText("layout \"\(path)\" uses invalid \(key) \"\(name)\"")
      }
    }
    let mode = try keys.integer("mode") ?? 0o755
    guard (0...0o1777).contains(mode) else {
      throw InvalidText("layout \"\(path)\" uses invalid mode 0\(String(mode, radix: 8))")
    }
    self.init(path: path, content: content, mode: UInt32(mode))
  }
}
