internal import YAML

extension AppInfo {
  /// - Throws: ``InvalidText``. Rules of single values are checked here and named as the reference does, which checks
  ///   them with the rest of the app.
  init(_ text: String, _ node: Node) throws(InvalidText) {
    func invalid(_ problem: String) -> InvalidText {
      InvalidText("invalid definition of application \(InvalidText.quote(text)): \(problem)")
    }
    func field(_ key: AppKey) -> (String) -> InvalidText {
      { invalid("\"\(key.rawValue)\" field contains invalid value \($0)") }
    }
    let name: AppName
    do throws(InvalidText) { name = try AppName(text) } catch { throw invalid(error.description) }
    self.init(name: name)
    let keys = try Keys<AppKey>(node, as: "snap.appYaml")
    command = try keys.text(.command) ?? ""
    commandChain = try keys.texts(.commandChain) ?? []
    daemon = try keys.word(.daemon, Daemon.self, field(.daemon))
    let scope = try keys.word(.daemonScope, Scope.self) { invalid("invalid \"daemon-scope\": \($0)") }
    guard scope == nil || daemon != nil else { throw invalid("\"daemon-scope\" can only be set for daemons") }
    daemonScope = scope ?? .system
    stopCommand = try keys.text(.stopCommand)
    reloadCommand = try keys.text(.reloadCommand)
    postStopCommand = try keys.text(.postStopCommand)
    startTimeout = try keys.duration(.startTimeout)
    stopTimeout = try keys.duration(.stopTimeout)
    watchdogTimeout = try keys.duration(.watchdogTimeout)
    restartDelay = try keys.duration(.restartDelay)
    restartCondition = try keys.choice(.restartCondition, RestartCondition.self) { _ in
      InvalidText.snapYAML("invalid restart condition")
    }
    successExitStatus = try keys.integers(.successExitStatus)
    completer = try keys.text(.completer)
    refreshMode = try keys.word(.refreshMode, RefreshMode.self, field(.refreshMode))
    stopMode = try keys.word(.stopMode, StopMode.self, field(.stopMode))
    installMode = try keys.word(.installMode, InstallMode.self, field(.installMode))
    plugs = try keys.texts(.plugs) ?? []
    slots = try keys.texts(.slots) ?? []
    busName = try keys.text(.busName)
    activatesOn = try keys.texts(.activatesOn) ?? []
    commonID = try keys.text(.commonID).flatMap { $0.isEmpty ? nil : $0 }
    environment = try keys.variables(.environment)
    for (socket, entry) in try keys.entries(.sockets, as: "map[string]snap.socketsYaml") {
      let inner = try Keys<SocketKey>(entry, as: "snap.socketsYaml")
      sockets.append(
        Socket(
          name: socket, listenStream: try inner.text(.listenStream) ?? "", mode: try inner.mode(.socketMode)))
    }
    func others(_ key: AppKey) throws(InvalidText) -> [AppName] {
      var names: [AppName] = []
      for other in try keys.texts(key) ?? [] {
        guard let name = try? AppName(other) else {
          throw invalid("before/after references a missing application \(InvalidText.quote(other))")
        }
        names.append(name)
      }
      return names
    }
    after = try others(.after)
    before = try others(.before)
    timer = try keys.text(.timer).flatMap { $0.isEmpty ? nil : $0 }
    autostart = try keys.text(.autostart).flatMap { $0.isEmpty ? nil : $0 }
  }
}

extension Keys {
  /// One of a few words; an empty one counts as none.
  fileprivate func word<C: RawRepresentable<String>>(
    _ key: Key, _ type: C.Type, _ complaint: (String) -> InvalidText
  ) throws(InvalidText) -> C? {
    try text(key)?.isEmpty == true ? nil : choice(key, type, complaint)
  }
}

extension HookInfo {
  init(_ name: HookName, _ node: Node, as type: String = "snap.hookYaml") throws(InvalidText) {
    self.init(name: name)
    let keys = try Keys<HookKey>(node, as: type)
    plugs = try keys.texts(.plugs) ?? []
    slots = try keys.texts(.slots) ?? []
    environment = try keys.variables(.environment)
    commandChain = try keys.texts(.commandChain) ?? []
  }
}
