internal import Time

/// What starts a service at times: what a `.timer` unit is for systemd, without `Persistent=`: what would have been
/// while the machine was off is not made up for.
final class ServiceTimer {
  let name: String
  let service: String
  var definition: TimerDefinition { didSet { if definition != oldValue { schedule = nil; plan() } } }
  private let host: ServiceHost
  private var schedule: Schedule?

  /// Since when the next moment is looked for: the start of the timer, or the last time it fired. Nil when it is off.
  private var since: Timestamp?
  /// When it fires next, in seconds since 1970; nil for never.
  private(set) var next: Int64?

  init(name: String, service: String, definition: TimerDefinition, host: ServiceHost) {
    self.name = name
    self.service = service
    self.definition = definition
    self.host = host
  }

  var isActive: Bool { since != nil }

  func start() {
    guard !isActive else { return }
    begin(at: host.wallSeconds())
  }

  func stop() {
    since = nil
    next = nil
    host.removeRecord(of: name)
  }

  /// Goes on where an earlier daemon was. What came due meanwhile is made up for once: the machine was up.
  func adopt(_ record: TimerRecord) {
    guard record.bootID == host.bootID else { return host.removeRecord(of: name) }
    since = Timestamp(seconds: record.since)
    clockWasSet()
  }

  /// - Returns: whether its moment has come; the next one is planned then.
  func isDue(at second: Int64) -> Bool {
    guard let next, next <= second else { return false }
    begin(at: second)
    return true
  }

  /// A clock that was put back would have it wait until the time it has seen already.
  func clockWasSet() {
    guard let since else { return }
    let now = host.wallSeconds()
    if since.seconds > now { begin(at: now) } else { plan() }
  }

  private func begin(at second: Int64) {
    since = Timestamp(seconds: second)
    host.write(TimerRecord(bootID: host.bootID, since: second), for: name)
    plan()
  }

  private func plan() {
    guard let since else { return }
    if schedule == nil { schedule = try? Schedule(definition.schedule) }
    next = schedule?.next(after: since, seed: definition.seed, zone: MachineZone.offset)?.seconds
  }
}
