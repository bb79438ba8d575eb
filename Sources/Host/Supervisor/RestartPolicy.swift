/// How a service's main process ended.
enum ProcessEnd: Hashable, Sendable {
  case exited(Int32)
  case killed(signal: Int32, dumpedCore: Bool)
  /// It ended while no daemon watched.
  case unknown
}

/// Why a service went down, in systemd's words (systemd.exec(5), `$SERVICE_RESULT`).
enum ServiceResult: String, Hashable, Sendable, Codable {
  case success
  case exitCode = "exit-code"
  case signal
  case coreDump = "core-dump"
  case timeout
  case watchdog
  case `protocol`
  case resources
}

/// Decides what an end means and whether the service is started again. Pure, so that it is tested as a table.
///
/// Source: systemd.service(5), `Restart=` ("Exit causes and the effect of the Restart= settings").
enum RestartPolicy {
  /// - Parameter alsoSuccess: exit statuses that count as success besides 0.
  static func result(of end: ProcessEnd, type: ServiceType, alsoSuccess: [Int]) -> ServiceResult {
    switch end {
    case .exited(let status): status == 0 || alsoSuccess.contains(Int(status)) ? .success : .exitCode
    case .killed(_, true): .coreDump
    // HUP, INT, PIPE and TERM are clean ends of a program that serves, not of one that has a job to finish.
    case .killed(let signal, false): type != .oneshot && [1, 2, 13, 15].contains(signal) ? .success : .signal
    case .unknown: .exitCode
    }
  }

  static func restarts(_ condition: RestartCondition, type: ServiceType, after result: ServiceResult) -> Bool {
    switch condition {
    case .no: false
    // A job that succeeded is done.
    case .always: !(type == .oneshot && result == .success)
    case .onSuccess: type != .oneshot && result == .success
    case .onFailure: result != .success
    case .onAbnormal: result != .success && result != .exitCode
    case .onAbort: result == .signal || result == .coreDump
    case .onWatchdog: result == .watchdog
    }
  }

  /// Starts that may follow each other within `burstInterval` before the delay grows.
  static let burst = 5
  static let burstInterval = Duration.seconds(10)
  static let defaultDelay = Duration.milliseconds(100)
  static let longestDelay = Duration.seconds(300)

  /// How long to wait before the next start.
  ///
  /// systemd gives a unit up for good after five starts in ten seconds; here the delay doubles from one second up to
  /// five minutes instead, so that a service whose trouble passes comes back by itself.
  /// - Parameter tooMany: how many starts in a row came after the burst was used up.
  static func delay(configured: Duration?, tooMany: Int) -> Duration {
    let delay = configured ?? defaultDelay
    guard tooMany > 0 else { return delay }
    let backOff = Duration.seconds(1 << min(tooMany - 1, 9))
    return max(delay, min(backOff, longestDelay))
  }
}

/// Remembers when a service was started, to notice one that dies again and again.
struct StartHistory {
  private var starts: [Int64] = []
  private(set) var tooMany = 0

  /// - Parameter now: nanoseconds of the monotonic clock.
  mutating func started(now: Int64) {
    let interval = RestartPolicy.burstInterval.nanoseconds
    if let last = starts.last, tooMany > 0 {
      // Having lived for the interval after its delay, the service is healthy again.
      let grace = interval + RestartPolicy.delay(configured: nil, tooMany: tooMany).nanoseconds
      if now - last > grace { tooMany = 0 }
    }
    starts.append(now)
    starts.removeAll { now - $0 > interval }
    if starts.count >= RestartPolicy.burst || tooMany > 0 { tooMany += 1 }
  }

  mutating func forget() { self = StartHistory() }
}

extension Duration {
  /// Whole nanoseconds, at most about a century.
  var nanoseconds: Int64 {
    let (seconds, attoseconds) = components
    return min(max(seconds, 0), 3_000_000_000) * 1_000_000_000 + attoseconds / 1_000_000_000
  }
}
