internal import ByteText

extension ServiceDefinition {
  /// The text of the service unit. Source: `spec/features.md` §7, "Service unit".
  public func render() -> String {
    var text = UnitText()
    text.section("Unit")
    text.comment("Auto-generated, DO NOT EDIT")
    text.set("Description", "Service for snap application \(identifier)")
    text.set("Requires", mountUnit)
    let network = scope == .system ? "network.target" : nil
    text.set("Wants", network)
    let after = [mountUnit, network].compactMap { $0 } + after + (scope == .system ? ["snapd.apparmor.service"] : [])
    if !after.isEmpty { text.set("After", after.joined(separator: " ")) }
    if !before.isEmpty { text.set("Before", before.joined(separator: " ")) }
    text.set("X-Snappy", "yes")

    text.section("Service")
    text.set("EnvironmentFile", "-/etc/environment")
    if let logNamespace { text.set("Environment", "SNAPD_LOG_NAMESPACE=\(logNamespace)") }
    for variable in environment {
      text.set("Environment", UnitText.assignment(variable.name, variable.value))
    }
    text.set("ExecStart", UnitText.commandLine(command))
    text.set("SyslogIdentifier", identifier)
    text.set("Restart", effectiveRestart.rawValue)
    text.set("RestartSec", restartDelay.map(UnitText.seconds))
    if !successExitStatus.isEmpty {
      text.set("SuccessExitStatus", successExitStatus.map(String.init).joined(separator: " "))
    }
    text.set("WorkingDirectory", workingDirectory.map(UnitText.escapePercent))
    text.set("ExecStop", stopCommand.map(UnitText.commandLine))
    text.set("ExecReload", reloadCommand.map(UnitText.commandLine))
    text.set("ExecStopPost", postStopCommand.map(UnitText.commandLine))
    text.set("TimeoutStopSec", UnitText.seconds(effectiveStopTimeout))
    text.set("TimeoutStartSec", startTimeout.map(UnitText.seconds))
    text.set("Type", type.rawValue)
    if remainsAfterExit { text.set("RemainAfterExit", "yes") }
    text.set("BusName", busName)
    text.set("WatchdogSec", watchdogTimeout.map(UnitText.seconds))
    if let stopMode {
      if !stopMode.all { text.set("KillMode", "process") }
      text.set("KillSignal", "SIG" + stopMode.signal.rawValue)
    }
    text.set("OOMScoreAdjust", oomScoreAdjust.map(String.init))
    text.lines(snippets)
    text.lines(deviceLines)
    text.set("Slice", slice)
    if !isActivated {
      text.section("Install")
      text.set("WantedBy", wantedBy)
    }
    return text.rendered
  }

  /// All units of the service, by file name: the service itself, its sockets, its timer.
  public func units() -> [(name: String, text: String)] {
    var units = [(name: name, text: render())]
    for socket in sockets {
      units.append(
        (UnitName.socket(instance: instance, app: app, socket: socket.name), socket.render(service: self)))
    }
    if let timer { units.append((UnitName.timer(instance: instance, app: app), timer.render(service: self))) }
    return units
  }
}

extension SocketDefinition {
  /// The text of the socket unit. Source: `spec/features.md` §7, "Socket".
  public func render(service: ServiceDefinition) -> String {
    var text = UnitText("Socket \(name)", activating: service)
    text.section("Socket")
    text.set("Service", service.name)
    text.set("FileDescriptorName", name)
    text.set("ListenStream", Self.listenStream(listenStream, in: service.scope))
    if let mode {
      let digits = String(mode, radix: 8)
      text.set("SocketMode", String(repeating: "0", count: max(0, 4 - digits.utf8.count)) + digits)
    }
    text.section("Install")
    text.set("WantedBy", "sockets.target")
    return text.rendered
  }

  /// A user's own places are systemd's specifiers; every other `%` is itself.
  private static func listenStream(_ text: String, in scope: ServiceScope) -> String {
    guard scope == .user, let place = UserPlace.allCases.first(where: { text.hasBytePrefix($0.rawValue + "/") }) else {
      return UnitText.escapePercent(text)
    }
    return place.rawValue + UnitText.escapePercent(text.bytes(after: place.rawValue).map(String.init) ?? "")
  }
}

extension TimerDefinition {
  /// The text of the timer unit. Source: `spec/features.md` §7, "Timer".
  public func render(service: ServiceDefinition) -> String {
    var text = UnitText("Timer \(service.app)", activating: service)
    text.section("Timer")
    text.set("Unit", service.name)
    for event in calendar { text.set("OnCalendar", event) }
    text.section("Install")
    text.set("WantedBy", "timers.target")
    return text.rendered
  }
}

extension UnitText {
  /// The head of a unit that starts a service.
  fileprivate init(_ what: String, activating service: ServiceDefinition) {
    self.init()
    section("Unit")
    comment("Auto-generated, DO NOT EDIT")
    set("Description", "\(what) for snap application \(service.identifier)")
    set("Requires", service.mountUnit)
    set("After", service.mountUnit)
    set("X-Snappy", "yes")
  }
}
