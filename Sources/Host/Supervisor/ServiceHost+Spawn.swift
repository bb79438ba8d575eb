internal import CLinux
internal import Glibc
internal import Linux

extension ServiceHost {
  /// Starts a command of a service in the service's control group and with its log.
  /// - Parameter sockets: what the command gets, sd_listen_fds(3).
  func spawn(
    _ command: [String], for service: Service, extra: [ServiceDefinition.Variable], sockets: [ListeningSocket] = []
  ) throws -> TrackedProcess {
    guard let program = command.first, program.hasPrefix("/") else {
      throw ServiceError.files(reason: "cannot execute \"\(command.first ?? "")\": it is not an absolute path")
    }
    let definition = service.definition
    let input = try OwnedFD.open("/dev/null", O_RDONLY)
    let output = try service.log.writer()
    var groupDescriptor: Int32 = -1
    if let path = service.group?.controlGroup { groupDescriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
    defer { if groupDescriptor >= 0 { close(groupDescriptor) } }
    var variables = environment(of: service) + extra
    if !sockets.isEmpty {
      variables.append(.init("LISTEN_FDS", String(sockets.count)))
      variables.append(.init("LISTEN_FDNAMES", sockets.map(\.definition.name).joined(separator: ":")))
    }
    // Without it, daemons that fork twice become children of another process, and how they end is never known. Not
    // before there are services: it makes orphans of other programs ours too.
    _ = cl_service_become_subreaper()
    // Entered by the process itself: below a root, too, services see the machine's own paths.
    var start = Start(
      command: command, environment: variables, directory: definition.workingDirectory.map { servicesPrefix + $0 },
      input: input.raw, output: output.raw)
    start.group = groupDescriptor
    start.listening = sockets.map(\.descriptor)
    start.wantsWatchdogPID = definition.watchdogTimeout != nil
    start.oomScoreAdjust = definition.oomScoreAdjust.map { Int32(clamping: $0) }
    return try start.run()
  }

  /// Starts a process that does nothing but hold a socket, as descriptor 3.
  func spawnHolder(of socket: Int32) throws -> TrackedProcess {
    let programs: [String] = ["/usr/bin/sleep", "/bin/sleep"]
    guard let program = programs.first(where: { access($0, X_OK) == 0 }) else {
      throw SyscallError("execute", path: "/usr/bin/sleep", errno: ENOENT)
    }
    let null = try OwnedFD.open("/dev/null", O_RDWR)
    // 68 years, the most that every sleep(1) takes.
    var start = Start(
      command: [program, "2147483647"], environment: [], directory: nil, input: null.raw, output: null.raw)
    start.listening = [socket]
    return try start.run()
  }

  /// What a new process is made of.
  private struct Start {
    var command: [String]
    var environment: [ServiceDefinition.Variable]
    var directory: String?
    var input: Int32
    var output: Int32
    /// Descriptors that become 3, 4, …
    var listening: [Int32] = []
    /// A control group, or -1.
    var group: Int32 = -1
    var wantsWatchdogPID = false
    var oomScoreAdjust: Int32?

    /// An entry of the environment in which the child writes its own number.
    private static func numbered(_ name: String) -> UnsafeMutablePointer<CChar>? { strdup(name + "=0000000000") }

    func run() throws -> TrackedProcess {
      let program = command.first ?? ""
      var arguments: [UnsafeMutablePointer<CChar>?] = command.map { strdup($0) } + [nil]
      var environment: [UnsafeMutablePointer<CChar>?] = self.environment.map { strdup("\($0.name)=\($0.value)") }
      let watchdogPID = wantsWatchdogPID ? Self.numbered("WATCHDOG_PID") : nil
      let listenPID = listening.isEmpty || self.environment.isEmpty ? nil : Self.numbered("LISTEN_PID")
      for text in [watchdogPID, listenPID] where text != nil { environment.append(text) }
      environment.append(nil)
      defer { for text in arguments + environment { free(text) } }
      var pid: pid_t = 0
      var pidfd: Int32 = -1
      var call = cl_service()
      (call.input, call.output, call.error, call.cgroup) = (input, output, output, group)
      call.watchdog_pid = watchdogPID?.advanced(by: "WATCHDOG_PID=".utf8.count)
      call.listen_pid = listenPID?.advanced(by: "LISTEN_PID=".utf8.count)
      if let oomScoreAdjust {
        call.set_oom_score_adjust = 1
        call.oom_score_adjust = oomScoreAdjust
      }
      let status = program.withCString { path in
        (directory ?? "/").withCString { directory in
          arguments.withUnsafeMutableBufferPointer { arguments in
            environment.withUnsafeMutableBufferPointer { environment in
              listening.withUnsafeBufferPointer { listening in
                call.path = path
                call.argv = UnsafePointer(arguments.baseAddress)
                call.envp = UnsafePointer(environment.baseAddress)
                call.directory = directory
                call.listen_fds = listening.baseAddress
                call.listen_count = Int32(listening.count)
                return cl_service_spawn(&call, &pid, &pidfd)
              }
            }
          }
        }
      }
      guard status == 0 else { throw SyscallError("execute", path: program, errno: -status) }
      return TrackedProcess(pid: pid, descriptor: OwnedFD(owning: pidfd))
    }
  }
}
