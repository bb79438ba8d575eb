internal import Glibc
internal import Linux

/// The way down: stop command, stop signal, SIGKILL, the command after the end, and perhaps up again.
extension Service {
  func enterStopCommand() {
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

  func enterStopKill() {
    if result == .success { result = .timeout }
    if killsAll { group?.signal(SIGKILL) } else { main?.signal(SIGKILL) }
    enter(.stopKill)
    deadlines[.phase] = host.now() + definition.effectiveStopTimeout.nanoseconds
    lookDelay = 2_000_000
    look()
  }

  /// `KillMode=process` leaves everything but the main process alone, to the last.
  var killsAll: Bool { definition.stopMode?.all ?? true }

  /// Are they all gone? Asked again and again, slower each time, while a service stops.
  func look() {
    guard phase == .stopSignal || phase == .stopKill else { return }
    checkMainQuietly()
    if main == nil, !killsAll || (group?.members() ?? []).isEmpty { return enterPostStop() }
    lookDelay = min(lookDelay * 2, 100_000_000)
    deadlines[.look] = host.now() + lookDelay
  }

  func checkMainQuietly() {
    guard let process = main, let end = process.end() else { return }
    main = nil
    lastEnd = end
    if case .exited(let status) = end { exitStatus = status }
    log.drain(pid: process.pid)
    let outcome = RestartPolicy.result(of: end, type: definition.type, alsoSuccess: definition.successExitStatus)
    // An end by the very signal that asked for it is no failure.
    if result == .success, outcome == .exitCode || outcome == .coreDump { result = outcome }
  }

  func enterPostStop() {
    deadlines = [:]
    guard let command = definition.postStopCommand, spawnControl(command) else { return finishStopping() }
    enter(.postStop)
    deadlines[.phase] = host.now() + definition.effectiveStopTimeout.nanoseconds
  }

  func finishStopping() {
    deadlines = [:]
    dropControl()
    notify = nil
    log.finish(pid: main?.pid ?? 0)
    leftOrphans = true
    group?.removeControlGroup()
    if case .pending = attempt { attempt = .failed(result) }
    if history.tooMany > 0 {
      triggerAfter = host.now() + RestartPolicy.delay(configured: nil, tooMany: history.tooMany).nanoseconds
    }
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
}
