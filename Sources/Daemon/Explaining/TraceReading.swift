internal import API
internal import Glibc
internal import LaunchPlan
internal import Permissions

/// Failed calls of a traced run into refusals.
struct TraceReading {
  /// What the launcher enforced.
  let plan: LaunchPlan
  /// Whether the app may do something, which then failed for another reason.
  let isAllowed: (Denial) -> Bool

  /// Nil when it was not confinement.
  func refusal(_ call: FailedCallJSON) -> AppRefusal? {
    guard call.arguments.count <= 6 else { return nil }
    let name = SyscallNames.name(of: call.number, arch: call.arch) ?? "\(call.number)"
    if let error = filtered(call) {
      // The template's way to say "not there, use another": programs do.
      if error == UInt32(ENOSYS) { return nil }
      if name == "socket" || name == "socketpair" {
        return socket(call).map { AppRefusal($0, by: "seccomp") }
          ?? AppRefusal(.syscall(name: name, arguments: call.arguments), by: "seccomp")
      }
      return AppRefusal(.syscall(name: name, arguments: call.arguments), by: "seccomp")
    }
    guard let refused = named(call) else { return capability(call, name) }
    if !isAllowed(refused.denial) { return refused }
    return capability(call, name)
  }

  /// The error that the plan's filters answer with; nil when they let the call through. As in the kernel, the strictest
  /// answer counts (seccomp(2)).
  private func filtered(_ call: FailedCallJSON) -> UInt32? {
    let question = FilterMachine.Call(
      arch: call.arch, number: Int32(truncatingIfNeeded: call.number), arguments: call.arguments)
    for program in [plan.denyFilter, plan.allowFilter] where !program.isEmpty {
      guard let answer = try? FilterMachine.run(program, question) else { continue }
      if let error = FilterMachine.errno(of: answer) { return error }
      if answer != FilterMachine.allow, answer != FilterMachine.log { return UInt32(EPERM) }
    }
    return nil
  }

  private func socket(_ call: FailedCallJSON) -> Denial? {
    guard let number = call.arguments.first, let family = NetworkRule.Family(number: number & 0xffff_ffff) else {
      return nil
    }
    let type = call.arguments.dropFirst().first.flatMap { NetworkRule.SocketType(argument: $0) }
    let number3 = call.arguments.count > 2 ? call.arguments[2] : nil
    return .socket(family: family, type: type, protocol: family == .netlink ? number3 : nil)
  }

  private func named(_ call: FailedCallJSON) -> AppRefusal? {
    let code = Int32(truncatingIfNeeded: call.errno)
    let isRefused = code == EPERM || code == EACCES
    let landlock = plan.handledAccess.rawValue != 0 ? "Landlock" : "refused"
    switch call.kind {
    case "path":
      guard call.path.hasPrefix("/"), let access = FileAccess(letters: call.access) else { return nil }
      let path = call.directory && !call.path.hasSuffix("/") ? call.path + "/" : call.path
      let denial = Denial.file(path: path, access: access, isOwn: call.own)
      switch code {
      case ENOENT, ENXIO, ENODEV: return AppRefusal(denial, by: "not in its view", isMissing: true)
      case EROFS: return AppRefusal(denial, by: "read-only")
      case EACCES, EPERM: return AppRefusal(denial, by: code == EACCES ? landlock : "refused")
      default: return nil
      }
    case "abstract":
      return isRefused ? AppRefusal(.abstractSocket(address: call.path, operation: .connect), by: landlock) : nil
    case "address":
      guard isRefused, let family = NetworkRule.Family(number: UInt64(clamping: call.family)) else { return nil }
      return AppRefusal(.socket(family: family, type: nil, protocol: nil), by: landlock)
    case "mount":
      return isRefused
        ? AppRefusal(.mount(type: call.type, source: call.source, target: call.path), by: "refused") : nil
    case "unmount": return isRefused ? AppRefusal(.unmount(target: call.path), by: "refused") : nil
    case "signal":
      guard isRefused, let name = Self.signals[Int32(truncatingIfNeeded: call.signal)] else { return nil }
      return AppRefusal(.signal(name: name, operation: .send, peer: nil), by: landlock)
    case "ptrace": return isRefused ? AppRefusal(.ptrace(operation: .trace, peer: nil), by: landlock) : nil
    default: return nil
    }
  }

  /// A call that asks root for a power which the app has not. Others are refused it with or without confinement.
  private func capability(_ call: FailedCallJSON, _ name: String) -> AppRefusal? {
    guard call.uid == 0, Int32(truncatingIfNeeded: call.errno) == EPERM, let needed = Self.capabilities[name],
      plan.capabilities & needed.mask == 0
    else { return nil }
    return AppRefusal(.capability(needed), by: "refused", what: "\(name) (capability \(needed.name))")
  }

  /// Which power root's calls ask for (capabilities(7)).
  private static let capabilities: [String: Capability] = [
    "settimeofday": .sysTime, "clock_settime": .sysTime, "adjtimex": .sysTime, "clock_adjtime": .sysTime,
    "stime": .sysTime, "sethostname": .sysAdmin, "setdomainname": .sysAdmin, "reboot": .sysBoot,
    "init_module": .sysModule, "finit_module": .sysModule, "delete_module": .sysModule, "syslog": .syslog,
    "chown": .chown, "fchown": .chown, "lchown": .chown, "fchownat": .chown, "setuid": .setuid, "setreuid": .setuid,
    "setresuid": .setuid, "setgid": .setgid, "setregid": .setgid, "setresgid": .setgid, "setgroups": .setgid,
    "ioperm": .sysRawio, "iopl": .sysRawio, "acct": .sysPacct, "setpriority": .sysNice,
    "sched_setscheduler": .sysNice, "sched_setattr": .sysNice, "sched_setparam": .sysNice, "setrlimit": .sysResource,
    "prlimit64": .sysResource, "mknod": .mknod, "mknodat": .mknod, "mount": .sysAdmin, "umount2": .sysAdmin,
    "unshare": .sysAdmin, "setns": .sysAdmin, "bpf": .bpf, "perf_event_open": .perfmon, "swapon": .sysAdmin,
    "swapoff": .sysAdmin, "quotactl": .sysAdmin, "kill": .kill, "vhangup": .sysTtyConfig,
  ]

  /// AppArmor's names of signals (apparmor.d(5)).
  private static let signals: [Int32: String] = [
    SIGHUP: "hup", SIGINT: "int", SIGQUIT: "quit", SIGILL: "ill", SIGTRAP: "trap", SIGABRT: "abrt", SIGBUS: "bus",
    SIGFPE: "fpe", SIGKILL: "kill", SIGUSR1: "usr1", SIGSEGV: "segv", SIGUSR2: "usr2", SIGPIPE: "pipe",
    SIGALRM: "alrm", SIGTERM: "term", SIGCHLD: "chld", SIGCONT: "cont", SIGSTOP: "stop", SIGTSTP: "stp",
    SIGTTIN: "ttin", SIGTTOU: "ttou", SIGURG: "urg", SIGXCPU: "xcpu", SIGXFSZ: "xfsz", SIGVTALRM: "vtalrm",
    SIGPROF: "prof", SIGWINCH: "winch", SIGIO: "io", SIGPWR: "pwr", SIGSYS: "sys",
  ]
}
