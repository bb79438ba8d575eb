internal import CLinux
internal import CSystemd
internal import Glibc
internal import Host
internal import Linux
public import SnapProcesses
internal import Synchronization

/// What a message bus refused or could not do.
public struct BusFailure: Error, Hashable, Sendable, CustomStringConvertible {
  public var name: String
  public var description: String

  static let failed = "org.freedesktop.DBus.Error.Failed"
  static let invalid = "org.freedesktop.DBus.Error.InvalidArgs"
  static let unknown = "org.freedesktop.DBus.Error.UnknownMethod"

  init(_ description: String, name: String = BusFailure.failed) {
    self.name = name
    self.description = description
  }
}

/// Arguments of calls, as far as the services here need them.
public enum BusValue: Hashable, Sendable {
  case text(String)
  case texts([String])
  case number(UInt32)
  case signed(Int32)
  case byte(UInt8)
  /// A variant of a text for each key: `a{ss}` or `a{sv}`.
  case dictionary([String: String])
  /// A file, by the descriptor that came with the message. Whoever takes the message closes it.
  case file(Int32)
  /// Hints of a notification: `a{sv}`.
  case hints([String: BusHint])
}

/// A value in the hints of a notification.
public enum BusHint: Hashable, Sendable { case text(String), byte(UInt8) }

/// One call of a method that somebody made.
public struct BusCall: Sendable {
  public var sender: String
  public var path: String
  public var interface: String
  public var member: String
  public var signature: String
  public var arguments: [BusValue]
  /// The process at the other end, as the bus knows it.
  public var pid: Int32
  /// The snap whose process it is.
  public var owner: SnapProcess?
}

/// A connection to a session's bus that serves calls, and makes some. One thread owns it; services work on threads of
/// their own, since a person may have to be asked.
final class SessionBus {
  typealias Service = @Sendable (BusCall) throws -> [BusValue]

  private let bus: OpaquePointer
  private let wake: Int32
  private let answers: Answers
  private let identify: (Int32) -> SnapProcess?
  private var services: [String: Service] = [:]
  private var waiting = 0
  private let patience: UInt64 = 10_000_000

  /// - Parameters:
  ///   - session: where the bus is: `DBUS_SESSION_BUS_ADDRESS`, or `$XDG_RUNTIME_DIR/bus`.
  ///   - identify: finds the snap of a process.
  init(_ session: Session, identify: @escaping (Int32) -> SnapProcess? = { _ in nil }) throws(BusFailure) {
    self.identify = identify
    let address = session.environment["DBUS_SESSION_BUS_ADDRESS"] ?? "unix:path=\(session.runtime)/bus"
    var made: OpaquePointer?
    var status = sd_bus_new(&made)
    if status >= 0 { status = sd_bus_set_address(made, address) }
    if status >= 0 { status = sd_bus_set_bus_client(made, 1) }
    if status >= 0 { status = sd_bus_negotiate_fds(made, 1) }
    if status >= 0 { status = sd_bus_start(made) }
    if status >= 0 { status = sd_bus_set_method_call_timeout(made, 10_000_000) }
    guard status >= 0, let made else {
      sd_bus_unref(made)
      throw BusFailure("cannot connect to the session's bus: \(String(cString: strerror(-status)))")
    }
    bus = made
    wake = cl_event_counter()
    answers = Answers(wake: wake)
  }

  deinit {
    sd_bus_flush_close_unref(bus)
    if wake >= 0 { close(wake) }
  }

  /// Takes a name, for good or not at all.
  func own(_ name: String) throws(BusFailure) {
    let status = sd_bus_request_name(bus, name, 0)
    guard status >= 0 else {
      throw BusFailure("cannot take the name \(name): \(String(cString: strerror(-status)))")
    }
  }

  /// Has calls to an object answered.
  func serve(_ path: String, _ service: @escaping Service) throws(BusFailure) {
    services[path] = service
    let data = Unmanaged.passUnretained(self).toOpaque()
    let status = sd_bus_add_object(
      bus, nil, path,
      { message, data, _ in
        guard let message, let data else { return 0 }
        return Unmanaged<SessionBus>.fromOpaque(data).takeUnretainedValue().take(message)
      }, data)
    guard status >= 0 else { throw BusFailure("cannot serve \(path): \(String(cString: strerror(-status)))") }
  }

  /// Until nobody has called for a while, the bus is gone, or `stop` is readable.
  func run(idle: Duration, stop: Int32 = -1) {
    let milliseconds = Int32(clamping: idle.components.seconds * 1000)
    while true {
      drain()
      let status = sd_bus_process(bus, nil)
      if status < 0 { return }
      if status > 0 { continue }
      sd_bus_flush(bus)
      var polls = [
        pollfd(fd: sd_bus_get_fd(bus), events: Int16(clamping: sd_bus_get_events(bus)), revents: 0),
        pollfd(fd: wake, events: Int16(POLLIN), revents: 0), pollfd(fd: stop, events: Int16(POLLIN), revents: 0),
      ]
      let count = poll(&polls, 3, milliseconds)
      if count < 0, errno != EINTR { return }
      if polls[2].revents != 0 { return }
      if count == 0, waiting == 0 { return }
    }
  }

  /// Most calls under way at once.
  private static let mostCalls = 16

  /// A call to one of the objects. Anything else of a call that is wrong is answered by the library.
  private func take(_ message: OpaquePointer) -> Int32 {
    guard sd_bus_message_is_method_call(message, nil, nil) > 0 else { return 0 }
    func text(_ pointer: UnsafePointer<CChar>?) -> String { pointer.map { String(cString: $0) } ?? "" }
    let sender = text(sd_bus_message_get_sender(message))
    let path = text(sd_bus_message_get_path(message))
    let interface = text(sd_bus_message_get_interface(message))
    guard let service = services[path], !interface.utf8.starts(with: "org.freedesktop.DBus.".utf8) else { return 0 }
    var call = BusCall(
      sender: sender, path: path, interface: interface, member: text(sd_bus_message_get_member(message)),
      signature: text(sd_bus_message_get_signature(message, 1)), arguments: [], pid: 0)
    do throws(BusFailure) {
      guard waiting < Self.mostCalls else { throw BusFailure("too many calls at once") }
      call.pid = try pid(of: sender)
      call.owner = identify(call.pid)
      // Whoever was looked at is still the one who called: the number was not given out again meanwhile.
      guard try pid(of: sender) == call.pid else { throw BusFailure("cannot get connection pid: it has changed") }
      call.arguments = try BusReading.arguments(of: message, call.signature)
    } catch {
      reply(message, .failure(error))
      return 1
    }
    sd_bus_message_ref(message)
    waiting += 1
    let key = UInt(bitPattern: message)
    let made = call
    do {
      try startThread(named: "call") { [answers] in
        let result: Result<[BusValue], BusFailure>
        do {
          result = .success(try service(made))
        } catch {
          result = .failure(error as? BusFailure ?? BusFailure("\(error)"))
        }
        for case .file(let descriptor) in made.arguments { close(descriptor) }
        answers.post(key, result)
      }
    } catch {
      answers.post(key, .failure(BusFailure("\(error)")))
    }
    return 1
  }

  /// What other threads know of the connection.
  private final class Answers: Sendable {
    private let done = Mutex<[(UInt, Result<[BusValue], BusFailure>)]>([])
    private let wake: Int32
    init(wake: Int32) { self.wake = wake }

    func post(_ message: UInt, _ result: Result<[BusValue], BusFailure>) {
      done.withLock { $0.append((message, result)) }
      var one: UInt64 = 1
      _ = write(wake, &one, 8)
    }

    func take() -> [(UInt, Result<[BusValue], BusFailure>)] {
      done.withLock { done in
        defer { done = [] }
        return done
      }
    }
  }

  private func drain() {
    var count: UInt64 = 0
    _ = read(wake, &count, 8)
    for (key, result) in answers.take() {
      waiting -= 1
      guard let message = OpaquePointer(bitPattern: key) else { continue }
      reply(message, result)
      sd_bus_message_unref(message)
    }
  }

  private func reply(_ message: OpaquePointer, _ result: Result<[BusValue], BusFailure>) {
    var answer: OpaquePointer?
    switch result {
    case .success(let values):
      guard sd_bus_message_new_method_return(message, &answer) >= 0, let answer else { return }
      for value in values { _ = BusReading.append(value, to: answer) }
    case .failure(let failure):
      failure.name.withCString { name in
        failure.description.withCString { text in
          var error = sd_bus_error(name: name, message: text, _need_free: 0)
          _ = sd_bus_message_new_method_error(message, &answer, &error)
        }
      }
    }
    guard let answer else { return }
    sd_bus_send(bus, answer, nil)
    sd_bus_message_unref(answer)
  }

  // MARK: Calls of our own

  /// The process that owns a name of the bus.
  private func pid(of sender: String) throws(BusFailure) -> Int32 {
    var credentials: OpaquePointer?
    // SD_BUS_CREDS_PID
    let status = sd_bus_get_name_creds(bus, sender, 1, &credentials)
    defer { sd_bus_creds_unref(credentials) }
    var pid: pid_t = 0
    guard status >= 0, sd_bus_creds_get_pid(credentials, &pid) >= 0, pid > 0 else {
      throw BusFailure("cannot get connection pid: \(String(cString: strerror(status < 0 ? -status : ENODATA)))")
    }
    return pid
  }

  /// Calls a method and waits for its end.
  /// - Returns: the first number that it answered, if any.
  func call(
    _ destination: String, _ path: String, _ interface: String, _ member: String, _ arguments: [BusValue]
  ) throws(BusFailure) -> UInt32? {
    var message: OpaquePointer?
    var status = sd_bus_message_new_method_call(bus, &message, destination, path, interface, member)
    guard status >= 0, let message else { throw BusFailure(String(cString: strerror(-status))) }
    defer { sd_bus_message_unref(message) }
    for value in arguments {
      status = BusReading.append(value, to: message)
      guard status >= 0 else { throw BusFailure(String(cString: strerror(-status))) }
    }
    var error = sd_bus_error()
    defer { sd_bus_error_free(&error) }
    var answer: OpaquePointer?
    status = sd_bus_call(bus, message, patience, &error, &answer)
    defer { sd_bus_message_unref(answer) }
    guard status >= 0 else {
      throw BusFailure(error.message.map { String(cString: $0) } ?? String(cString: strerror(-status)))
    }
    var number: UInt32 = 0
    return sd_bus_message_read_basic(answer, Int8(bitPattern: UInt8(ascii: "u")), &number) > 0 ? number : nil
  }
}
