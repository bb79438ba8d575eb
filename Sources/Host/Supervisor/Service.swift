internal import CLinux
internal import Glibc
internal import Linux

/// One service under supervision: a state machine that the engine's thread drives with ends of processes, messages
/// and deadlines. Nothing here blocks.
final class Service {
  /// Where the service is in its life. systemd's names for the same are in its `service.c` states.
  enum Phase: String {
    case dead, failed
    /// Started, and not up yet: a `notify` before `READY=1`, a `oneshot` or a `forking` before its end.
    case starting
    case running
    /// A `oneshot` that is done and counts as active.
    case exited
    case reloading
    /// The stop command runs.
    case stopCommand
    /// The stop signal was sent.
    case stopSignal
    /// SIGKILL was sent.
    case stopKill
    /// The command after the end runs.
    case postStop
    /// Waits for the next start.
    case restartWait
  }

  /// How the last start went, for those who wait for it.
  enum Attempt { case none, pending, up, failed(ServiceResult) }

  enum Deadline: Hashable { case phase, watchdog, restart, look }

  var definition: ServiceDefinition
  let host: ServiceHost
  let log: ServiceLog

  var phase = Phase.dead
  var attempt = Attempt.none
  var result = ServiceResult.success
  var exitStatus: Int32?
  var lastEnd: ProcessEnd?
  var statusText = ""
  var main: TrackedProcess?
  var control: TrackedProcess?
  var group: ProcessGroup?
  var notify: NotifySocket?
  /// When something must happen next, in nanoseconds of the monotonic clock.
  var deadlines: [Deadline: Int64] = [:]
  var history = StartHistory()
  /// Somebody asked for the stop that goes on, so nothing is restarted after it.
  var stopAsked = false
  /// A start was asked for while the service was stopping.
  var startAsked = false
  var reloadResult = true
  private var lookDelay: Int64 = 0

  init(definition: ServiceDefinition, host: ServiceHost) {
    self.definition = definition
    self.host = host
    log = ServiceLog(unit: definition.name, identifier: definition.identifier, directories: host.directories)
  }

  var name: String { definition.name }

  var isDown: Bool { phase == .dead || phase == .failed }
  var isStopping: Bool {
    switch phase {
    case .stopCommand, .stopSignal, .stopKill, .postStop: true
    default: false
    }
  }

  var activity: ServiceStatus.Activity {
    switch phase {
    case .dead: .inactive
    case .failed: .failed
    case .starting, .restartWait: .activating
    case .running, .exited: .active
    case .reloading: .reloading
    case .stopCommand, .stopSignal, .stopKill, .postStop: .deactivating
    }
  }

  // MARK: Requests

  func start() {
    switch phase {
    case .starting, .running, .exited, .reloading: return
    case .stopCommand, .stopSignal, .stopKill, .postStop: startAsked = true
    case .dead, .failed, .restartWait:
      stopAsked = false
      launch()
    }
  }

  func stop() {
    startAsked = false
    stopAsked = true
    switch phase {
    case .dead, .failed: return
    case .restartWait: enter(.dead)
    case .stopCommand, .stopSignal, .stopKill, .postStop: return
    case .exited, .running, .reloading:
      dropControl()
      if case .pending = attempt { attempt = .failed(.success) }
      enterStopCommand()
    case .starting:
      dropControl()
      attempt = .failed(.success)
      enterStopSignal(because: .success)
    }
  }

  /// - Returns: `false` when the service has no way to reload, so that it must be restarted.
  func reload() -> Bool {
    guard phase == .running, let command = definition.reloadCommand else { return false }
    reloadResult = true
    guard spawnControl(command) else {
      reloadResult = false
      return true
    }
    enter(.reloading)
    deadlines[.phase] = host.now() + (definition.startTimeout ?? ServiceHost.defaultStartTimeout).nanoseconds
    return true
  }

  // MARK: Starting

  private func launch() {
    history.started(now: host.now())
    deadlines = [:]
    result = .success
    exitStatus = nil
    lastEnd = nil
    statusText = ""
    main = nil
    control = nil
    attempt = .pending
    var group = ProcessGroup(controlGroup: nil, invocation: host.newInvocation())
    do {
      try log.open()
      if let controlGroups = host.controlGroups {
        let path = controlGroups.path(of: name)
        if mkdir(path, 0o755) == 0 || errno == EEXIST { group.controlGroup = path }
      }
      self.group = group
      if definition.type == .notify || definition.watchdogTimeout != nil {
        notify = nil
        notify = try NotifySocket(unit: name, directories: host.directories)
      }
      let process = try host.spawn(definition.command, for: self, extra: [])
      group.sessions.insert(process.pid)
      self.group = group
      main = process
    } catch {
      log.note("cannot start \(name): \(error)")
      self.group = group
      attempt = .failed(.resources)
      result = .resources
      finishStopping()
      return
    }
    switch definition.type {
    case .simple, .dbus:
      enter(.running)
      attempt = .up
    case .notify, .forking:
      enter(.starting)
      deadlines[.phase] = host.now() + (definition.startTimeout ?? ServiceHost.defaultStartTimeout).nanoseconds
    case .oneshot:
      enter(.starting)
      if let timeout = definition.startTimeout { deadlines[.phase] = host.now() + timeout.nanoseconds }
    }
    if phase == .running { armWatchdog() }
  }

  private func becomeRunning() {
    deadlines[.phase] = nil
    enter(.running)
    attempt = .up
    armWatchdog()
  }

  private func armWatchdog() {
    guard let timeout = definition.watchdogTimeout, timeout > .zero else { return }
    deadlines[.watchdog] = host.now() + timeout.nanoseconds
  }

  // MARK: Events

  /// The descriptor of the main process became readable.
  func checkMain() {
    guard let process = main, let end = process.end() else { return }
    mainEnded(end)
  }

  func mainEnded(_ end: ProcessEnd) {
    let pid = main?.pid ?? 0
    main = nil
    log.drain(pid: pid)
    lastEnd = end
    if case .exited(let status) = end { exitStatus = status }
    let outcome = RestartPolicy.result(of: end, type: definition.type, alsoSuccess: definition.successExitStatus)
    if result == .success, !isStopping || outcome != .signal { result = outcome }
    switch phase {
    case .starting: endedWhileStarting(outcome)
    case .running, .reloading:
      dropControl()
      enterStopSignal(because: outcome)
    case .stopSignal, .stopKill: look()
    case .stopCommand, .postStop, .dead, .failed, .exited, .restartWait: break
    }
  }

  private func endedWhileStarting(_ outcome: ServiceResult) {
    switch definition.type {
    case .oneshot where outcome == .success:
      deadlines[.phase] = nil
      attempt = .up
      if definition.remainsAfterExit { enter(.exited) } else { enterStopSignal(because: .success) }
    case .forking where outcome == .success:
      // Without a PID file the oldest process that is left is the main one, as systemd guesses too.
      let remaining = group?.members().min { ($0.startTime, $0.pid) < ($1.startTime, $1.pid) }
      if let remaining, let process = TrackedProcess(adopting: remaining.pid, startTime: remaining.startTime) {
        main = process
        lastEnd = nil
        exitStatus = nil
        becomeRunning()
      } else {
        attempt = .up
        enterStopSignal(because: .success)
      }
    default:
      let why: ServiceResult = outcome == .success ? .protocol : outcome
      attempt = .failed(why)
      enterStopSignal(because: why)
    }
  }

  func checkControl() {
    guard let process = control, let end = process.end() else { return }
    control = nil
    deadlines[.phase] = nil
    let outcome = RestartPolicy.result(of: end, type: .oneshot, alsoSuccess: [])
    switch phase {
    case .reloading:
      reloadResult = outcome == .success
      enter(.running)
    case .stopCommand:
      enterStopSignal(because: outcome)
    case .postStop:
      if result == .success, outcome != .success { result = outcome }
      finishStopping()
    default: break
    }
  }

  /// A message of sd_notify(3). Only the main process is heard, as with systemd's `NotifyAccess=main`.
  func receive(_ message: [UInt8], from pid: Int32) {
    guard let main, main.pid == pid else { return }
    for line in String(decoding: message, as: UTF8.self).split(separator: "\n") {
      guard let equals = line.firstIndex(of: "=") else { continue }
      let value = line[line.index(after: equals)...]
      switch line[..<equals] {
      case "READY" where value == "1":
        if phase == .starting, definition.type == .notify { becomeRunning() }
      case "STATUS": statusText = String(value.prefix(512))
      case "WATCHDOG" where value == "1":
        if phase == .running || phase == .reloading { armWatchdog() }
      case "WATCHDOG" where value == "trigger":
        if phase == .running || phase == .reloading { deadlinePassed(.watchdog) }
      case "MAINPID":
        guard let pid = Int32(value), pid != main.pid, group?.contains(pid) == true,
          let process = TrackedProcess(adopting: pid, startTime: nil)
        else { continue }
        self.main = process
        save()
      case "EXTEND_TIMEOUT_USEC":
        guard let microseconds = Int64(value), microseconds > 0, deadlines[.phase] != nil else { continue }
        let extended = host.now() + min(microseconds, 86_400_000_000) * 1000
        deadlines[.phase] = max(deadlines[.phase] ?? 0, extended)
      default: continue
      }
    }
  }

  func deadlinePassed(_ deadline: Deadline) {
    deadlines[deadline] = nil
    switch deadline {
    case .look: look()
    case .restart: if phase == .restartWait { launch() }
    case .watchdog:
      guard phase == .running || phase == .reloading else { return }
      log.note("\(name): watchdog timeout")
      dropControl()
      enterStopSignal(because: .watchdog)
    case .phase: phaseTimedOut()
    }
  }

  private func phaseTimedOut() {
    switch phase {
    case .starting:
      log.note("\(name): start took too long")
      attempt = .failed(.timeout)
      enterStopSignal(because: .timeout)
    case .reloading:
      dropControl()
      reloadResult = false
      enter(.running)
    case .stopCommand:
      dropControl()
      enterStopSignal(because: .timeout)
    case .stopSignal:
      log.note("\(name): stop took too long, killing")
      enterStopKill()
    case .stopKill:
      // Unkillable (stuck in the kernel): go on without it, as systemd does.
      log.note("\(name): processes survive SIGKILL")
      if result == .success { result = .timeout }
      enterPostStop()
    case .postStop:
      dropControl()
      if result == .success { result = .timeout }
      finishStopping()
    case .dead, .failed, .running, .exited, .restartWait: break
    }
  }

  // MARK: Stopping

  private func enterStopCommand() {
    deadlines = [:]
    guard let command = definition.stopCommand, spawnControl(command) else { return enterStopSignal(because: .success) }
    enter(.stopCommand)
    deadlines[.phase] = host.now() + definition.effectiveStopTimeout.nanoseconds
  }

  func enterStopSignal(because: ServiceResult) {
    if result == .success { result = because }
    deadlines = [:]
    let mode = definition.stopMode ?? StopMode(signal: .term, all: true)
    // SIGABRT leaves a core to find out from, as systemd's WatchdogSignal= does.
    let number = because == .watchdog ? SIGABRT : mode.signal.number
    if mode.all, because != .watchdog {
      group?.signal(number)
      group?.signal(SIGCONT)
    } else {
      main?.signal(number)
      main?.signal(SIGCONT)
    }
    enter(.stopSignal)
    deadlines[.phase] = host.now() + definition.effectiveStopTimeout.nanoseconds
    lookDelay = 2_000_000
    look()
  }

  private func enterStopKill() {
    if result == .success { result = .timeout }
    if killsAll { group?.signal(SIGKILL) } else { main?.signal(SIGKILL) }
    enter(.stopKill)
    deadlines[.phase] = host.now() + definition.effectiveStopTimeout.nanoseconds
    lookDelay = 2_000_000
    look()
  }

  /// `KillMode=process` leaves everything but the main process alone, to the last.
  private var killsAll: Bool { definition.stopMode?.all ?? true }

  /// Are they all gone? Asked again and again, slower each time, while a service stops.
  private func look() {
    guard phase == .stopSignal || phase == .stopKill else { return }
    checkMainQuietly()
    if main == nil, !killsAll || (group?.members() ?? []).isEmpty { return enterPostStop() }
    lookDelay = min(lookDelay * 2, 100_000_000)
    deadlines[.look] = host.now() + lookDelay
  }

  private func checkMainQuietly() {
    guard let process = main, let end = process.end() else { return }
    main = nil
    lastEnd = end
    if case .exited(let status) = end { exitStatus = status }
    log.drain(pid: process.pid)
    let outcome = RestartPolicy.result(of: end, type: definition.type, alsoSuccess: definition.successExitStatus)
    // An end by the very signal that asked for it is no failure.
    if result == .success, outcome == .exitCode || outcome == .coreDump { result = outcome }
  }

  private func enterPostStop() {
    deadlines = [:]
    guard let command = definition.postStopCommand, spawnControl(command) else { return finishStopping() }
    enter(.postStop)
    deadlines[.phase] = host.now() + definition.effectiveStopTimeout.nanoseconds
  }

  private func finishStopping() {
    deadlines = [:]
    dropControl()
    notify = nil
    log.finish(pid: main?.pid ?? 0)
    host.orphans(group?.sessions ?? [])
    group?.removeControlGroup()
    if case .pending = attempt { attempt = .failed(result) }
    let asked = stopAsked
    if startAsked {
      startAsked = false
      stopAsked = false
      phase = .dead
      return launch()
    }
    if !asked, RestartPolicy.restarts(definition.effectiveRestart, type: definition.type, after: result) {
      let delay = RestartPolicy.delay(configured: definition.restartDelay, tooMany: history.tooMany)
      enter(.restartWait)
      deadlines[.restart] = host.now() + delay.nanoseconds
      return
    }
    enter(result == .success ? .dead : .failed)
  }

  // MARK: Helpers

  private func spawnControl(_ command: [String]) -> Bool {
    do {
      try log.open()
      let process = try host.spawn(command, for: self, extra: controlEnvironment())
      group?.sessions.insert(process.pid)
      control = process
      return true
    } catch {
      log.note("cannot run \(command.first ?? "a command") for \(name): \(error)")
      return false
    }
  }

  /// What systemd gives to commands around a service (systemd.exec(5), `$MAINPID`, `$SERVICE_RESULT`).
  private func controlEnvironment() -> [ServiceDefinition.Variable] {
    var variables: [ServiceDefinition.Variable] = []
    if let main { variables.append(.init("MAINPID", String(main.pid))) }
    guard main == nil else { return variables }
    variables.append(.init("SERVICE_RESULT", result.rawValue))
    switch lastEnd {
    case .exited(let status):
      variables += [.init("EXIT_CODE", "exited"), .init("EXIT_STATUS", String(status))]
    case .killed(let signal, let dumped):
      variables += [.init("EXIT_CODE", dumped ? "dumped" : "killed"), .init("EXIT_STATUS", String(signal))]
    case .unknown, nil: break
    }
    return variables
  }

  private func dropControl() {
    control?.signal(SIGKILL)
    control = nil
  }

  func enter(_ next: Phase) {
    phase = next
    save()
  }

  /// Writes down what a later daemon needs. A record that cannot be written costs adoption, not the service.
  func save() {
    let phase: ServiceRecord.Phase
    switch self.phase {
    case .dead, .restartWait:
      host.removeRecord(of: name)
      return
    case .failed: phase = .failed
    case .starting: phase = .starting
    case .running, .reloading: phase = .active
    case .exited: phase = .exited
    case .stopCommand, .stopSignal, .stopKill, .postStop: phase = .stopping
    }
    host.write(
      ServiceRecord(
        phase: phase, bootID: host.bootID, invocation: group?.invocation ?? "", sessions: group?.sessions ?? [],
        controlGroup: group?.controlGroup, mainPID: main?.pid, mainStartTime: main?.startTime, result: result,
        exitStatus: exitStatus), for: name)
  }

  /// Takes over what an earlier daemon left.
  func adopt(_ record: ServiceRecord) {
    guard record.bootID == host.bootID else { return host.removeRecord(of: name) }
    result = record.result
    exitStatus = record.exitStatus
    if record.phase == .failed {
      phase = .failed
      return
    }
    group = ProcessGroup(
      controlGroup: record.controlGroup, sessions: record.sessions, invocation: record.invocation)
    try? log.open()
    if definition.type == .notify || definition.watchdogTimeout != nil {
      notify = try? NotifySocket(unit: name, directories: host.directories)
    }
    if let pid = record.mainPID { main = TrackedProcess(adopting: pid, startTime: record.mainStartTime) }
    switch record.phase {
    case .exited: phase = .exited
    case .stopping:
      stopAsked = true
      enterStopSignal(because: .success)
    case .active:
      phase = .running
      attempt = .up
      armWatchdog()
      if main == nil { mainEnded(.unknown) }
    case .starting:
      phase = .starting
      attempt = .pending
      deadlines[.phase] = host.now() + (definition.startTimeout ?? ServiceHost.defaultStartTimeout).nanoseconds
      if main == nil { mainEnded(.unknown) }
    case .failed: break
    }
  }
}

extension StopMode.Signal {
  var number: Int32 {
    switch self {
    case .term: SIGTERM
    case .hup: SIGHUP
    case .usr1: SIGUSR1
    case .usr2: SIGUSR2
    case .int: SIGINT
    }
  }
}
