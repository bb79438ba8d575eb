internal import ByteText
internal import Time

extension SnapInfo {
  /// What must hold for the apps, each for itself and together.
  func validateApps() throws(InvalidText) {
    let byName = Dictionary(apps.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    let slotsByName = Dictionary(slots.map { ($0.name.rawValue, $0) }, uniquingKeysWith: { first, _ in first })
    let activated = Dictionary(
      apps.flatMap { app in app.activatesOn.map { ($0, [app.name]) } }, uniquingKeysWith: +)
    // The plugs of an app are those that it names, and those that nobody names.
    let binding = Set(plugs.filter { $0.interface == "network-bind" }.map(\.name.rawValue))
    let bound = Set(apps.flatMap(\.plugs) + (hooks + components.flatMap(\.hooks)).flatMap(\.plugs))
    let allBind = !binding.isSubset(of: bound)
    for app in apps {
      do throws(InvalidText) {
        try validate(app)
        try validateSockets(of: app, hasNetworkBind: allBind || app.plugs.contains(where: binding.contains))
        try validateActivation(of: app, slotsByName, activated)
        try validateRestartAndTimeouts(of: app)
        try validateOrder(of: app, byName)
        try validateModes(of: app)
      } catch { throw error.inPlace("invalid definition of application \"\(app.name)\"") }
    }
    try validateOrder()
    try validateCommonIDs()
  }

  private func validate(_ app: AppInfo) throws(InvalidText) {
    let commands = [
      ("command", app.command), ("stop-command", app.stopCommand), ("reload-command", app.reloadCommand),
      ("post-stop-command", app.postStopCommand), ("bus-name", app.busName),
    ]
    for (field, text) in commands { if let text { try CommandText.validate(text, as: field) } }
    for element in app.commandChain { try CommandText.validate(element, as: "command-chain", allowsSpace: false) }
    // Systemd refuses such a unit: better to hear it here.
    if app.daemon == .dbus, app.busName == nil, app.activatesOn.isEmpty { throw InvalidText("bus-name is missing") }
    if let name = app.busName, !name.isEmpty { try BusName.validate(name) }
    if let completer = app.completer, !PathBytes.staysInside(completer) {
      throw InvalidText("\"completer\" \(InvalidText.quote(completer)) is outside of the snap")
    }
    if let file = app.autostart, file.hasByte("/") || file == "." || file == ".." {
      throw InvalidText("\"autostart\" must be the name of a desktop file, not \(InvalidText.quote(file))")
    }
  }

  private func validateActivation(
    of app: AppInfo, _ slots: [String: InterfaceEnd], _ activated: [String: [AppName]]
  ) throws(InvalidText) {
    guard !app.activatesOn.isEmpty else { return }
    guard app.daemon != nil else { throw InvalidText("activates-on is only applicable to services") }
    for name in app.activatesOn {
      func invalid(_ why: String) -> InvalidText {
        InvalidText("invalid activates-on value \(InvalidText.quote(name)): \(why)")
      }
      guard let slot = slots[name], slot.interface == "dbus" else { throw invalid("slot does not use dbus interface") }
      var bus = ""
      for (key, value) in slot.attributes { if key == "bus", case .string(let text) = value { bus = text } }
      guard bus == (app.daemonScope == .system ? "system" : "session") else {
        throw invalid("bus \(InvalidText.quote(bus)) does not match daemon-scope \"\(app.daemonScope.rawValue)\"")
      }
      if let other = activated[name]?.first(where: { $0 != app.name }) {
        throw invalid("slot is also activatable on app \"\(other)\"")
      }
    }
  }

  private func validateRestartAndTimeouts(of app: AppInfo) throws(InvalidText) {
    for (key, duration) in [
      ("restart-delay", app.restartDelay), ("start-timeout", app.startTimeout), ("stop-timeout", app.stopTimeout),
      ("watchdog-timeout", app.watchdogTimeout),
    ] {
      guard let duration, duration != .zero else { continue }
      guard app.daemon != nil else { throw InvalidText("\(key) is only applicable to services") }
      guard duration > .zero else { throw InvalidText("\(key) cannot be negative") }
    }
    if app.restartCondition != nil, app.daemon == nil {
      throw InvalidText("restart-condition is only applicable to services")
    }
    for status in app.successExitStatus where !(1...255).contains(status) {
      throw InvalidText("invalid \"success-exit-status\": \(status) (must be between 1 and 255)")
    }
    if !app.successExitStatus.isEmpty, app.daemon == nil {
      throw InvalidText("success-exit-status is only applicable to services")
    }
  }

  private func validateOrder(of app: AppInfo, _ apps: [AppName: AppInfo]) throws(InvalidText) {
    for other in app.before + app.after {
      guard app.daemon != nil else { throw InvalidText("must be a service to define before/after ordering") }
      guard let found = apps[other] else {
        throw InvalidText("before/after references a missing application \"\(other)\"")
      }
      guard found.daemon != nil else {
        throw InvalidText("before/after references a non-service application \"\(other)\"")
      }
      guard found.daemonScope == app.daemonScope else {
        throw InvalidText("before/after references service with different daemon-scope \"\(other)\"")
      }
    }
  }

  private func validateModes(of app: AppInfo) throws(InvalidText) {
    switch app.refreshMode {
    case .ignoreRunning where app.daemon != nil:
      throw InvalidText("\"refresh-mode\" cannot be set to \"ignore-running\" for services")
    case .endure where app.daemon == nil, .restart where app.daemon == nil:
      throw InvalidText("\"refresh-mode\" for app \"\(app.name)\" can only have value \"ignore-running\"")
    default: break
    }
    for (key, isGiven) in [("stop-mode", app.stopMode != nil), ("install-mode", app.installMode != nil)]
    where isGiven && app.daemon == nil {
      throw InvalidText("\"\(key)\" cannot be used for \"\(app.name)\", only for services")
    }
    guard let timer = app.timer else { return }
    guard app.daemon != nil else { throw InvalidText("timer is only applicable to services") }
    do throws(Schedule.Invalid) { _ = try Schedule(timer) } catch {
      throw InvalidText("timer has invalid format: \(error)")
    }
  }

  /// Services are started in an order that exists.
  private func validateOrder() throws(InvalidText) {
    var followers: [AppName: [AppName]] = [:]
    var missing: [AppName: Int] = [:]
    for app in apps {
      for other in app.after {
        followers[other, default: []].append(app.name)
        missing[app.name, default: 0] += 1
      }
      for other in app.before {
        followers[app.name, default: []].append(other)
        missing[other, default: 0] += 1
      }
    }
    var free = apps.map(\.name).filter { missing[$0] == nil }
    while let name = free.popLast() {
      for follower in followers[name] ?? [] {
        guard let count = missing[follower] else { continue }
        missing[follower] = count == 1 ? nil : count - 1
        if count == 1 { free.append(follower) }
      }
    }
    guard missing.isEmpty else {
      let names = missing.keys.sorted().map(\.rawValue).joined(separator: ", ")
      throw InvalidText("applications are part of a before/after cycle: \(names)")
    }
  }

  private func validateCommonIDs() throws(InvalidText) {
    var seen: [String: AppName] = [:]
    for app in apps {
      guard let id = app.commonID else { continue }
      if let other = seen[id] {
        throw InvalidText(
          "application (\"\(app.name)\" common-id \(InvalidText.quote(id)) must be unique, "
            + "already used by application \"\(other)\")")
      }
      seen[id] = app.name
    }
  }
}

/// Text that ends up in commands.
enum CommandText {
  static let pattern = "^[A-Za-z0-9/. _#:$-]*$"
  static let chainPattern = "^[A-Za-z0-9/._#:$-]*$"

  /// Whether it has only characters that commands may have.
  static func isValid(_ text: String, allowsSpace: Bool) -> Bool {
    let others = "/._#:$-".utf8
    return text.utf8.allSatisfy { byte in
      byte.isASCIIAlphanumeric || others.contains(byte) || (allowsSpace && byte == UInt8(ascii: " "))
    }
  }

  static func validate(_ text: String, as field: String, allowsSpace: Bool = true) throws(InvalidText) {
    guard isValid(text, allowsSpace: allowsSpace) else {
      let legal = allowsSpace ? pattern : chainPattern
      throw InvalidText(
        "app description field '\(field)' contains illegal \(InvalidText.quote(text)) (legal: '\(legal)')")
    }
  }
}

/// Names on D-Bus: at least two elements, none of which starts with a digit.
enum BusName {
  static func validate(_ name: String) throws(InvalidText) {
    guard name.utf8.count <= 255 else { throw InvalidText("DBus bus name is too long (must be <= 255)") }
    guard NameForm.isBusName(name) else { throw InvalidText("invalid DBus bus name: \(InvalidText.quote(name))") }
  }
}
