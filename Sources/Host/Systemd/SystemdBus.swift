internal import CSystemd
internal import Glibc
internal import Linux

/// One connection to systemd, for one operation: nothing is kept that could be stale when systemd is executed anew.
/// Used by one thread.
struct SystemdBus: ~Copyable {
  private let bus: OpaquePointer
  /// How long systemd may take for an answer (not for a job).
  static let callTimeout: UInt64 = 30_000_000

  /// - Parameter ofUser: the manager of the calling user's session rather than the machine's.
  init(ofUser: Bool = false) throws {
    var bus: OpaquePointer?
    let status = ofUser ? cs_bus_open_user(&bus, Self.callTimeout) : cs_bus_open(&bus, Self.callTimeout)
    guard status >= 0, let bus else {
      throw ServiceError.unreachable(reason: String(cString: strerror(-status)))
    }
    self.bus = bus
  }

  deinit { cs_bus_close(bus) }

  enum Job: String {
    case start = "StartUnit", stop = "StopUnit", restart = "RestartUnit"
    case reload = "ReloadOrRestartUnit"

    var verb: String {
      switch self {
      case .start: "start"
      case .stop: "stop"
      case .restart: "restart"
      case .reload: "reload"
      }
    }
  }

  /// Queues a job for each unit, all at once so that systemd can order them, and waits for all of them.
  /// - Parameter timeout: for all of them together.
  func run(_ job: Job, _ names: [String], timeout: Duration) throws {
    var waiting: [String: String] = [:]
    var failure: ServiceError?
    for name in names {
      var path: UnsafeMutablePointer<CChar>?
      var error = cs_error()
      let status = cs_unit_job(bus, job.rawValue, name, &path, &error)
      if status >= 0, let path {
        waiting[Self.take(path)] = name
      } else {
        failure = failure ?? Self.failure(status, &error, action: job.verb, name: name)
      }
      cs_error_free(&error)
    }
    let end = Clock.nanoseconds() + timeout.nanoseconds
    while !waiting.isEmpty {
      var path: UnsafeMutablePointer<CChar>?
      var result: UnsafeMutablePointer<CChar>?
      let left = max(0, end - Clock.nanoseconds())
      let status = cs_next_job(bus, UInt64(left / 1000), &path, &result)
      guard status >= 0 else { throw ServiceError.unreachable(reason: String(cString: strerror(-status))) }
      guard status > 0, let path, let result else {
        throw ServiceError.timedOut(action: job.verb, name: waiting.values.min() ?? "")
      }
      let word = Self.take(result)
      guard let name = waiting.removeValue(forKey: Self.take(path)), word != "done", word != "skipped" else { continue }
      failure = failure ?? .failed(action: job.verb, name: name, result: word)
    }
    if let failure { throw failure }
  }

  func reloadManager() throws {
    var error = cs_error()
    defer { cs_error_free(&error) }
    let status = cs_reload(bus, &error)
    if status < 0 { throw Self.failure(status, &error, action: "reload", name: "systemd") }
  }

  /// A unit that is not in memory has nothing to reset.
  func resetFailed(_ name: String) {
    var error = cs_error()
    _ = cs_reset_failed(bus, name, &error)
    cs_error_free(&error)
  }

  func kill(_ name: String, signal: Int32) throws {
    var error = cs_error()
    defer { cs_error_free(&error) }
    let status = cs_kill_unit(bus, name, signal, &error)
    if status < 0 { throw Self.failure(status, &error, action: "kill", name: name) }
  }

  /// The object of a unit.
  /// - Parameter loading: whether to load one that systemd has not in memory.
  /// - Returns: `nil` when there is none.
  func unit(_ name: String, loading: Bool) -> Unit? {
    var path: UnsafeMutablePointer<CChar>?
    var error = cs_error()
    defer { cs_error_free(&error) }
    guard cs_unit_path(bus, name, loading ? 1 : 0, &path, &error) >= 0, let path else { return nil }
    return Unit(path: Self.take(path))
  }

  struct Unit { let path: String }

  func string(_ unit: Unit, _ property: String, of interface: String = "Unit") -> String? {
    var value: UnsafeMutablePointer<CChar>?
    guard cs_property_string(bus, unit.path, interface, property, &value, nil) >= 0, let value else { return nil }
    return Self.take(value)
  }

  func bool(_ unit: Unit, _ property: String) -> Bool? {
    var value: Int32 = 0
    return cs_property_bool(bus, unit.path, "Unit", property, &value, nil) >= 0 ? value != 0 : nil
  }

  func unsigned(_ unit: Unit, _ property: String) -> UInt32? {
    var value: UInt32 = 0
    return cs_property_unsigned(bus, unit.path, "Service", property, &value, nil) >= 0 ? value : nil
  }

  func signed(_ unit: Unit, _ property: String) -> Int32? {
    var value: Int32 = 0
    return cs_property_signed(bus, unit.path, "Service", property, &value, nil) >= 0 ? value : nil
  }

  private static func take(_ text: UnsafeMutablePointer<CChar>) -> String {
    defer { free(text) }
    return String(cString: text)
  }

  private static func failure(_ status: Int32, _ error: inout cs_error, action: String, name: String) -> ServiceError {
    if let kind = error.name, String(cString: kind) == "org.freedesktop.systemd1.NoSuchUnit" {
      return .unknown(name: name)
    }
    let reason = error.message.map { String(cString: $0) } ?? String(cString: strerror(-status))
    return .failed(action: action, name: name, result: reason)
  }
}
