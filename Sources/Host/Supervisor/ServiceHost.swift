internal import ByteText
internal import Glibc
internal import Linux

/// What services need of the machine: places, time, and new processes.
struct ServiceHost {
  let directories: Directories
  let controlGroups: ControlGroups?
  let bootID: String
  /// Whose services these are.
  let scope: ServiceScope
  /// By how many seconds the wall clock is wrong on purpose: tests do not wait for the next minute.
  var clockError: Int64 = 0

  /// What stands before the paths that services know. A session's supervisor keeps its files in a tree of the user's own,
  /// but services are at home on the machine.
  var servicesPrefix: String { scope == .user ? "" : directories.prefix }

  /// systemd's `DefaultTimeoutStartSec=`.
  static let defaultStartTimeout = Duration.seconds(90)

  func now() -> Int64 { Clock.nanoseconds() }

  func wallSeconds() -> Int64 { wallMicroseconds() / 1_000_000 + clockError }

  /// What a place of the user stands for, where there is a user.
  func place(_ place: UserPlace) -> String? {
    guard scope == .user else { return nil }
    switch place {
    case .home: return environmentVariable("HOME")
    case .runtime: return environmentVariable("XDG_RUNTIME_DIR")
    }
  }

  /// A random id in the form of systemd's `INVOCATION_ID`.
  func newInvocation() -> String {
    var generator = SystemRandomNumberGenerator()
    return (0..<2).map { _ in
      let digits = String(generator.next() as UInt64, radix: 16)
      return String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }.joined()
  }

  func recordPath(of unit: String) -> String { "\(directories.supervisorRuntime)/state/\(unit).json" }

  func write(_ record: some Encodable, for unit: String) { try? RecordFile.write(record, to: recordPath(of: unit)) }

  func removeRecord(of unit: String) { _ = unlink(recordPath(of: unit)) }

  /// The environment is built, not inherited: what the daemon was started with is no business of services.
  func environment(of service: Service) -> [ServiceDefinition.Variable] {
    var variables: [ServiceDefinition.Variable] = [
      .init("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/snap/bin"),
      .init("LANG", "C.UTF-8"),
    ]
    func set(_ variable: ServiceDefinition.Variable) {
      variables.removeAll { $0.name == variable.name }
      variables.append(variable)
    }
    for variable in EnvironmentFile.read(servicesPrefix + "/etc/environment") { set(variable) }
    for variable in service.definition.environment { set(variable) }
    set(.init("INVOCATION_ID", service.group?.invocation ?? ""))
    if let socket = service.notifyPath { set(.init("NOTIFY_SOCKET", socket)) }
    if let watchdog = service.definition.watchdogTimeout {
      set(.init("WATCHDOG_USEC", String(watchdog.nanoseconds / 1000)))
    }
    return variables
  }
}

extension Service {
  /// The address that the service finds in `NOTIFY_SOCKET`.
  var notifyPath: String? { notify?.path }
}

/// `/etc/environment`: assignments, one a line (systemd.exec(5), `EnvironmentFile=`).
enum EnvironmentFile {
  static func read(_ path: String) -> [ServiceDefinition.Variable] {
    guard let bytes = try? Files.read(path, limit: 1 << 20) else { return [] }
    return parse(bytes)
  }

  /// Lines that are no assignments, and comments, are skipped. One pair of quotes around a value is removed.
  static func parse(_ bytes: [UInt8]) -> [ServiceDefinition.Variable] {
    bytes.split(separator: UInt8(ascii: "\n")).compactMap { line in
      let text = String(decoding: line, as: UTF8.self)
      guard let equals = text.byteIndex(of: "="), !text.utf8.contains(0) else { return nil }
      var name = text[..<equals]
      while let first = name.first, first == " " || first == "\t" { name.removeFirst() }
      guard let first = name.utf8.first, first != UInt8(ascii: "#"), first != UInt8(ascii: ";"),
        name.utf8.allSatisfy({ $0 == UInt8(ascii: "_") || $0.isASCIIAlphanumeric })
      else { return nil }
      var value = text[text.utf8.index(after: equals)...]
      while let last = value.last, last == " " || last == "\t" || last == "\r" { value.removeLast() }
      if value.count >= 2, let quote = value.first, quote == "\"" || quote == "'", value.last == quote {
        value = value.dropFirst().dropLast()
      }
      return .init(String(name), String(value))
    }
  }

}
