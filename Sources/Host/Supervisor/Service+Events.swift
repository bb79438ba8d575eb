internal import ByteText
internal import Glibc
internal import Linux

/// What happens to a service: ends of its processes, its messages, deadlines.
extension Service {
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

  func endedWhileStarting(_ outcome: ServiceResult) {
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
    for line in String(decoding: message, as: UTF8.self).byteSplit("\n") {
      guard let equals = line.byteIndex(of: "=") else { continue }
      let value = line[line.utf8.index(after: equals)...]
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

  func phaseTimedOut() {
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
}
