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

  var definition: ServiceDefinition {
    didSet { if definition.devices != oldValue.devices { ruleDevices() } }
  }
  /// What the running service may open; it is looked into at each opening.
  var deviceMap: DeviceMap?
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
  /// It ended, and processes of it may wait to be reaped.
  var leftOrphans = false
  var lookDelay: Int64 = 0
  /// Those of it that exist, in the order of the definition.
  var sockets: [ListeningSocket] = []
  /// Connections do not start it before: it was started too often.
  var triggerAfter: Int64 = 0
  /// Of type `dbus`: who has the name, who had it before this run, and whether this run has had it.
  var knownOwner: String?
  var formerOwner: String?
  var hadName = false

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

  func launch() {
    history.started(now: host.now())
    deadlines = [:]
    result = .success
    exitStatus = nil
    lastEnd = nil
    statusText = ""
    main = nil
    control = nil
    attempt = .pending
    // One that just ended may be on the bus for a moment still.
    formerOwner = knownOwner == "" ? nil : knownOwner
    hadName = false
    var group = ProcessGroup(controlGroup: nil, invocation: host.newInvocation())
    do {
      try log.open()
      if let controlGroups = host.controlGroups {
        group.controlGroup = controlGroups.make(unit: name, invocation: group.invocation)
      }
      self.group = group
      deviceMap = nil
      ruleDevices()
      if definition.type == .notify || definition.watchdogTimeout != nil {
        notify = nil
        notify = try NotifySocket(unit: name, directories: host.directories)
      }
      let process = try host.spawn(
        definition.command, for: self, extra: [], sockets: sockets.filter(\.isListening))
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
    // One without a name can only be up at once.
    case .simple,
      .dbus where definition.busName == nil:
      enter(.running)
      attempt = .up
    case .notify, .forking, .dbus:
      enter(.starting)
      deadlines[.phase] = host.now() + (definition.startTimeout ?? ServiceHost.defaultStartTimeout).nanoseconds
    case .oneshot:
      enter(.starting)
      if let timeout = definition.startTimeout { deadlines[.phase] = host.now() + timeout.nanoseconds }
    }
    if phase == .running { armWatchdog() }
  }

  func becomeRunning() {
    deadlines[.phase] = nil
    enter(.running)
    attempt = .up
    armWatchdog()
  }

  func armWatchdog() {
    guard let timeout = definition.watchdogTimeout, timeout > .zero else { return }
    deadlines[.watchdog] = host.now() + timeout.nanoseconds
  }

  // MARK: Helpers

  func spawnControl(_ command: [String]) -> Bool {
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
  func controlEnvironment() -> [ServiceDefinition.Variable] {
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

  func dropControl() {
    control?.signal(SIGKILL)
    control = nil
  }

  func enter(_ next: Phase) {
    phase = next
    save()
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
