internal import ByteText
internal import CLinux
internal import Glibc
internal import Linux

/// What services need of the machine: places, time, and new processes.
struct ServiceHost {
  let directories: Directories
  let controlGroups: ControlGroups?
  let bootID: String

  /// systemd's `DefaultTimeoutStartSec=`.
  static let defaultStartTimeout = Duration.seconds(90)

  func now() -> Int64 { monotonicNanoseconds() }

  /// A random id in the form of systemd's `INVOCATION_ID`.
  func newInvocation() -> String {
    var generator = SystemRandomNumberGenerator()
    return (0..<2).map { _ in
      let digits = String(generator.next() as UInt64, radix: 16)
      return String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }.joined()
  }

  func recordPath(of unit: String) -> String { "\(directories.supervisorRuntime)/state/\(unit).json" }

  func write(_ record: ServiceRecord, for unit: String) { try? RecordFile.write(record, to: recordPath(of: unit)) }

  func removeRecord(of unit: String) { _ = unlink(recordPath(of: unit)) }

  /// Starts a command of a service in the service's control group and with its log.
  func spawn(
    _ command: [String], for service: Service, extra: [ServiceDefinition.Variable]
  ) throws -> TrackedProcess {
    guard let program = command.first, program.hasPrefix("/") else {
      throw ServiceError.files(reason: "cannot execute \"\(command.first ?? "")\": it is not an absolute path")
    }
    let definition = service.definition
    let nothing = open("/dev/null", O_RDONLY | O_CLOEXEC)
    guard nothing >= 0 else { throw SyscallError("open", path: "/dev/null", errno: errno) }
    let input = OwnedFD(owning: nothing)
    let output = try service.log.writer()
    var groupDescriptor: Int32 = -1
    if let path = service.group?.controlGroup { groupDescriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
    defer { if groupDescriptor >= 0 { close(groupDescriptor) } }

    let variables = environment(of: service) + extra
    var arguments: [UnsafeMutablePointer<CChar>?] = command.map { strdup($0) } + [nil]
    var environment: [UnsafeMutablePointer<CChar>?] =
      variables.map { strdup("\($0.name)=\($0.value)") }
    defer {
      for text in arguments + environment { free(text) }
    }
    // The child writes its own number here.
    let watchdogPID = definition.watchdogTimeout == nil ? nil : strdup("WATCHDOG_PID=0000000000")
    if let watchdogPID { environment.append(watchdogPID) }
    environment.append(nil)

    // Without it, daemons that fork twice become children of another process, and how they end is never known. Not
    // before there are services: it makes orphans of other programs ours too.
    _ = cl_service_become_subreaper()
    var pid: pid_t = 0
    var pidfd: Int32 = -1
    // Entered by the process itself: below a root, too, services see the machine's own paths.
    let directory = definition.workingDirectory.map { directories.prefix + $0 } ?? "/"
    let status = program.withCString { path in
      directory.withCString { directory in
        arguments.withUnsafeMutableBufferPointer { arguments in
          environment.withUnsafeMutableBufferPointer { environment in
            var call = cl_service()
            call.path = path
            call.argv = UnsafePointer(arguments.baseAddress)
            call.envp = UnsafePointer(environment.baseAddress)
            call.directory = directory
            call.input = input.raw
            call.output = output.raw
            call.error = output.raw
            call.watchdog_pid = watchdogPID?.advanced(by: "WATCHDOG_PID=".utf8.count)
            call.cgroup = groupDescriptor
            if let adjust = definition.oomScoreAdjust {
              call.set_oom_score_adjust = 1
              call.oom_score_adjust = Int32(clamping: adjust)
            }
            return cl_service_spawn(&call, &pid, &pidfd)
          }
        }
      }
    }
    guard status == 0 else { throw SyscallError("execute", path: program, errno: -status) }
    return TrackedProcess(pid: pid, descriptor: OwnedFD(owning: pidfd))
  }

  /// The environment is built, not inherited: what the daemon was started with is no business of services.
  private func environment(of service: Service) -> [ServiceDefinition.Variable] {
    var variables: [ServiceDefinition.Variable] = [
      .init("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/snap/bin"),
      .init("LANG", "C.UTF-8"),
    ]
    func set(_ variable: ServiceDefinition.Variable) {
      variables.removeAll { $0.name == variable.name }
      variables.append(variable)
    }
    for variable in EnvironmentFile.read(directories.prefix + "/etc/environment") { set(variable) }
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
        name.utf8.allSatisfy({ $0 == UInt8(ascii: "_") || isAlphanumeric($0) })
      else { return nil }
      var value = text[text.utf8.index(after: equals)...]
      while let last = value.last, last == " " || last == "\t" || last == "\r" { value.removeLast() }
      if value.count >= 2, let quote = value.first, quote == "\"" || quote == "'", value.last == quote {
        value = value.dropFirst().dropLast()
      }
      return .init(String(name), String(value))
    }
  }

  private static func isAlphanumeric(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: false
    }
  }
}
