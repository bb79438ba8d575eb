internal import YAML

extension AppInfo {
  /// - Throws: ``InvalidText``. Rules of single values are checked here and named as the reference does, which checks
  ///   them with the rest of the app.
  init(_ text: String, _ node: Node) throws(InvalidText) {
    func invalid(_ problem: String) -> InvalidText {
      InvalidText("invalid definition of application \(InvalidText.quote(text)): \(problem)")
    }
    func field(_ key: String) -> (String) -> InvalidText {
      { invalid("\"\(key)\" field contains invalid value \($0)") }
    }
    let name: AppName
    do throws(InvalidText) { name = try AppName(text) } catch { throw invalid(error.description) }
    self.init(name: name)
    let keys = try Keys(node, as: "snap.appYaml")
    command = try keys.text("command") ?? ""
    commandChain = try keys.texts("command-chain") ?? []
    daemon = try keys.word("daemon", Daemon.self, field("daemon"))
    let scope = try keys.word("daemon-scope", Scope.self) { invalid("invalid \"daemon-scope\": \($0)") }
    guard scope == nil || daemon != nil else { throw invalid("\"daemon-scope\" can only be set for daemons") }
    daemonScope = scope ?? .system
    stopCommand = try keys.text("stop-command")
    reloadCommand = try keys.text("reload-command")
    postStopCommand = try keys.text("post-stop-command")
    startTimeout = try keys.duration("start-timeout")
    stopTimeout = try keys.duration("stop-timeout")
    watchdogTimeout = try keys.duration("watchdog-timeout")
    restartDelay = try keys.duration("restart-delay")
    restartCondition = try keys.choice("restart-condition", RestartCondition.self) { _ in
      Keys.invalid("invalid restart condition")
    }
    successExitStatus = try keys.integers("success-exit-status")
    completer = try keys.text("completer")
    refreshMode = try keys.word("refresh-mode", RefreshMode.self, field("refresh-mode"))
    stopMode = try keys.word("stop-mode", StopMode.self, field("stop-mode"))
    installMode = try keys.word("install-mode", InstallMode.self, field("install-mode"))
    plugs = try keys.texts("plugs") ?? []
    slots = try keys.texts("slots") ?? []
    busName = try keys.text("bus-name")
    activatesOn = try keys.texts("activates-on") ?? []
    commonID = try keys.text("common-id").flatMap { $0.isEmpty ? nil : $0 }
    environment = try keys.variables("environment")
    for (socket, entry) in try keys.entries("sockets", as: "map[string]snap.socketsYaml") {
      let inner = try Keys(entry, as: "snap.socketsYaml")
      sockets.append(
        Socket(
          name: socket, listenStream: try inner.text("listen-stream") ?? "", mode: try inner.mode("socket-mode")))
    }
    func others(_ key: String) throws(InvalidText) -> [AppName] {
      var names: [AppName] = []
      for other in try keys.texts(key) ?? [] {
        guard let name = try? AppName(other) else {
          throw invalid("before/after references a missing application \(InvalidText.quote(other))")
        }
        names.append(name)
      }
      return names
    }
    after = try others("after")
    before = try others("before")
    timer = try keys.text("timer").flatMap { $0.isEmpty ? nil : $0 }
    autostart = try keys.text("autostart").flatMap { $0.isEmpty ? nil : $0 }
  }
}

extension Keys {
  /// One of a few words; an empty one counts as none.
  fileprivate func word<C: RawRepresentable<String>>(
    _ key: String, _ type: C.Type, _ complaint: (String) -> InvalidText
  ) throws(InvalidText) -> C? {
    try text(key)?.isEmpty == true ? nil : choice(key, type, complaint)
  }
}

extension HookInfo {
  init(_ name: HookName, _ node: Node, as type: String = "snap.hookYaml") throws(InvalidText) {
    self.init(name: name)
    let keys = try Keys(node, as: type)
    plugs = try keys.texts("plugs") ?? []
    slots = try keys.texts("slots") ?? []
    environment = try keys.variables("environment")
    commandChain = try keys.texts("command-chain") ?? []
  }
}
