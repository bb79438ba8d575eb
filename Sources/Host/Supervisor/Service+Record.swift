internal import Glibc
internal import Linux

/// What outlives the daemon.
extension Service {
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
