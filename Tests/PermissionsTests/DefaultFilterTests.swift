import CSeccomp
import Permissions
import Testing

/// What the default filter decides, asked call by call of the compiled programs.
struct DefaultFilterTests {
  enum Verdict: UInt32, CustomTestStringConvertible {
    case allowed, notGranted, denied, missing
    var testDescription: String { "\(self)" }
  }

  struct Probe: CustomTestStringConvertible {
    var name: String
    var arguments: [UInt64] = []
    var bits = 64
    var verdict: Verdict
    init(_ name: String, _ arguments: [UInt64], bits: Int = 64, _ verdict: Verdict) {
      (self.name, self.arguments, self.bits, self.verdict) = (name, arguments, bits, verdict)
    }
    init(_ name: String, bits: Int = 64, _ verdict: Verdict) { self.init(name, [], bits: bits, verdict) }
    var testDescription: String { "\(name)\(arguments.map { "0x" + String($0, radix: 16) }) \(bits) bit: \(verdict)" }
  }

  static let plain = Result { try SeccompCompiler().compile(PermissionSet().filter(users: [])) }
  static let networked = Result {
    var set = PermissionSet.network
    set.formUnion(.networkBind)
    return try SeccompCompiler().compile(set.filter(users: []))
  }
  static let withUser = Result { try SeccompCompiler().compile(PermissionSet().filter(users: [.daemon])) }
  static let appArmor = Result { try SeccompCompiler().compile(PermissionSet().filter(users: [], appArmor: true)) }

  static func verdict(_ programs: SeccompPrograms, _ probe: Probe) throws -> Verdict? {
    let arch = probe.bits == 64 ? FilterMachine.x86_64 : FilterMachine.i386
    var number = seccomp_syscall_resolve_name_arch(arch, probe.name)
    // libseccomp answers with a number of its own where i386 has two ways in; this is the direct one.
    if arch == FilterMachine.i386, probe.name == "socket" { number = 359 }
    let call = FilterMachine.Call(arch: arch, number: number, arguments: probe.arguments)
    switch try FilterMachine.run(programs.deny, call) {
    case FilterMachine.errno(13): return .denied
    case FilterMachine.errno(38): return .missing
    case FilterMachine.allow: break
    default: return nil
    }
    switch try FilterMachine.run(programs.allow, call) {
    case FilterMachine.allow: return .allowed
    case FilterMachine.errno(1): return .notGranted
    default: return nil
    }
  }

  static let high: UInt64 = 1 << 32
  static let ids: UInt64 = 0xffff_ffff
  static let allOnes = UInt64.max

  static let base: [Probe] = [
    Probe("read", .allowed), Probe("openat", [0, 0, 0o2], .allowed), Probe("execve", .allowed),
    Probe("read", bits: 32, .allowed), Probe("mmap2", bits: 32, .allowed), Probe("_llseek", bits: 32, .allowed),
    Probe("futex", .allowed), Probe("clone", [0x0011], .allowed), Probe("clone", [0x003d_0f00], .allowed),
    // Typing into the terminal: low half, any high half, both architectures.
    Probe("ioctl", [0, 0x5401], .allowed), Probe("ioctl", [0, 0x5412], .denied), Probe("ioctl", [0, 0x541C], .denied),
    Probe("ioctl", [0, high | 0x5412], .denied), Probe("ioctl", [0, high | 0x541C], .denied),
    Probe("ioctl", [0, 0xdead_beef_0000_5412], .denied), Probe("ioctl", [0, 0xffff_ffff_0000_541C], .denied),
    Probe("ioctl", [0, 0x5412], bits: 32, .denied), Probe("ioctl", [0, 0x541C], bits: 32, .denied),
    // Owners.
    Probe("chown", [0, 0, 0], .allowed), Probe("chown", [0, allOnes, 0], .allowed),
    Probe("chown", [0, ids, 0], .allowed), Probe("chown", [0, 0, ids], .allowed),
    Probe("chown", [0, high, 0], .allowed),  // the kernel reads 32 bits: root
    Probe("chown", [0, 1000, 0], .notGranted), Probe("chown", [0, 0, 1000], .notGranted),
    Probe("chown", [0, high | 1000, 0], .notGranted), Probe("fchownat", [0, 0, 1000, 1000, 0], .notGranted),
    Probe("chown32", [0, 1000, 1000], bits: 32, .notGranted), Probe("chown32", [0, 0, 0], bits: 32, .allowed),
    Probe("fchown", [0, 584_792, 584_792], .notGranted),
    // setuid and setgid bits, whatever else is set.
    Probe("chmod", [0, 0o755], .allowed), Probe("chmod", [0, 0o4755], .denied), Probe("chmod", [0, 0o2755], .denied),
    Probe("chmod", [0, 0o1777], .allowed), Probe("fchmod", [0, high | 0o4000], .denied),
    Probe("fchmodat", [0, 0, 0o6755], .denied), Probe("fchmodat2", [0, 0, 0o4755, 0], .denied),
    Probe("fchmodat2", [0, 0, 0o755, 0], .allowed), Probe("creat", [0, 0o4755], .denied),
    Probe("open", [0, 0o101, 0o4755], .denied), Probe("open", [0, 0, 0o4755], .allowed),
    Probe("openat", [0, 0, 0o101, 0o2755], .denied), Probe("openat", [0, 0, 0o20200002, 0o4644], .denied),
    Probe("openat", [0, 0, 0o101, 0o644], .allowed), Probe("mknod", [0, 0o100644], .allowed),
    Probe("mknod", [0, 0o104644], .denied), Probe("mknodat", [0, 0, 0o102755], .denied),
    Probe("chmod", [0, 0o4755], bits: 32, .denied),
    // Nodes.
    Probe("mknod", [0, 0o010644], .allowed), Probe("mknod", [0, 0o140644], .allowed),
    Probe("mknod", [0, 0o020666, 0x103], .notGranted), Probe("mknod", [0, 0o060666, 0x800], .notGranted),
    Probe("mknodat", [0, 0, 0o020666, 0x103], .notGranted), Probe("mknod", [0, 0o020666], bits: 32, .notGranted),
    // What cannot be looked into.
    Probe("openat2", .denied), Probe("pipe2", [0, 0o200], .denied), Probe("pipe2", [0, 0o2000000], .allowed),
    Probe("clone3", .missing), Probe("clone3", bits: 32, .missing),
    // Namespaces.
    Probe("clone", [0x1000_0011], .denied), Probe("clone", [0x0002_0011], .denied),
    Probe("clone", [0x2000_0000], .denied), Probe("clone", [0x4000_0000], .denied),
    Probe("clone", [0x0800_0000], .denied), Probe("clone", [0x0400_0000], .denied),
    Probe("clone", [0x0200_0000], .denied), Probe("clone", [high | 0x1000_0011], .denied),
    Probe("clone", [0x1000_0011], bits: 32, .denied), Probe("unshare", [0x1000_0000], .notGranted),
    Probe("unshare", .notGranted), Probe("setns", .notGranted),
    // Sockets.
    Probe("socket", [1, 1, 0], .allowed), Probe("socket", [2, 1, 0], .notGranted),
    Probe("socket", [16, 3, 0], .notGranted), Probe("socket", [17, 3, 0], .notGranted),
    Probe("socket", [38, 5, 0], .notGranted), Probe("socketcall", [1], bits: 32, .denied),
    Probe("socket", [1, 1, 0], bits: 32, .allowed), Probe("socket", [2, 1, 0], bits: 32, .notGranted),
    Probe("listen", .notGranted), Probe("accept4", .notGranted), Probe("bind", .allowed),
    // Priorities and other processes.
    Probe("nice", [19], bits: 32, .allowed), Probe("nice", [0xffff_ffec], bits: 32, .notGranted),
    Probe("setpriority", [0, 0, 5], .allowed), Probe("setpriority", [0, 7, 5], .notGranted),
    Probe("setpriority", [0, 0, 20], .notGranted), Probe("setpriority", [0, 0, allOnes], .notGranted),
    Probe("sched_setaffinity", [0], .allowed), Probe("sched_setaffinity", [99], .notGranted),
    Probe("prlimit64", [0, 7, 0, 0], .allowed), Probe("prlimit64", [99, 7, 0, 0], .notGranted),
    Probe("prlimit64", [high, 7, 0, 0], .notGranted), Probe("personality", [0xffff_ffff], .allowed),
    Probe("personality", [0x004_0000], .allowed), Probe("personality", [0x040_0000], .notGranted),
    Probe("personality", [0x010_0000], .notGranted), Probe("personality", [1], bits: 32, .notGranted),
    Probe("sched_setscheduler", [0, 5], .allowed), Probe("sched_setscheduler", [99, 0], .allowed),
    Probe("sched_setscheduler", [99, 5], .notGranted), Probe("sched_setscheduler", [99, 3], .notGranted),
    Probe("kcmp", [1, 1, 0], .allowed), Probe("kcmp", [1, 1, 2], .notGranted),
    Probe("copy_file_range", [0, 0, 0, 0, 0, 0], .allowed), Probe("copy_file_range", [0, 0, 0, 0, 0, 1], .notGranted),
    Probe("ptrace", .notGranted), Probe("ptrace", bits: 32, .notGranted), Probe("process_vm_writev", .notGranted),
    Probe("pidfd_getfd", .notGranted), Probe("pidfd_send_signal", .notGranted),
    // Identities: only those the process has, as there is no CAP_SETUID; never a new list of groups.
    Probe("setuid", [1000], .allowed), Probe("setgroups", [0, 0], .notGranted),
  ]

  /// Calls with no innocent form, refused on both architectures.
  static let never: [Probe] = [
    "mount", "umount2", "pivot_root", "fsopen", "fsmount", "fsconfig", "move_mount", "open_tree", "mount_setattr",
    "bpf", "perf_event_open", "keyctl", "add_key", "request_key", "init_module", "finit_module", "delete_module",
    "kexec_load", "reboot", "swapon", "iopl", "ioperm", "userfaultfd", "io_uring_setup", "open_by_handle_at",
    "name_to_handle_at", "acct", "quotactl", "settimeofday", "clock_settime", "adjtimex", "sethostname",
    "process_vm_readv", "fanotify_init", "lookup_dcookie", "vhangup", "nfsservctl", "migrate_pages", "move_pages",
  ].flatMap { [Probe($0, .notGranted), Probe($0, bits: 32, .notGranted)] }

  @Test(arguments: base + never) func decides(_ probe: Probe) throws {
    #expect(try Self.verdict(Self.plain.get(), probe) == probe.verdict)
  }

  @Test(arguments: [
    Probe("socket", [2, 1, 0], .allowed), Probe("socket", [10, 2, 0], .allowed),
    Probe("socket", [16, 3, 0], .allowed), Probe("socket", [16, 3, 9], .notGranted),
    Probe("socket", [17, 3, 0], .notGranted), Probe("listen", .allowed), Probe("accept4", .allowed),
    Probe("accept", .allowed), Probe("socketcall", [1], bits: 32, .allowed), Probe("mount", .notGranted),
    Probe("ioctl", [0, high | 0x5412], .denied),
  ]) func decidesWithNetwork(_ probe: Probe) throws {
    #expect(try Self.verdict(Self.networked.get(), probe) == probe.verdict)
  }

  @Test(arguments: [
    Probe("setuid", [584_792], .allowed), Probe("setuid", [high | 584_792], .allowed),
    Probe("setuid", [0], .allowed), Probe("setuid", [1000], .notGranted), Probe("setgid", [584_792], .allowed),
    Probe("setgid", [27], .notGranted), Probe("setgroups", [0, 0], .allowed), Probe("setgroups", [1, 0], .notGranted),
    Probe("setresuid", [584_792, 584_792, 584_792], .allowed), Probe("setresuid", [584_792, 584_792, 0], .allowed),
    Probe("setresuid", [1000, 584_792, 0], .notGranted), Probe("setreuid", [allOnes, 584_792], .allowed),
    Probe("chown", [0, 584_792, 584_792], .allowed), Probe("chown", [0, 584_792, 1000], .notGranted),
    Probe("setuid32", [584_792], bits: 32, .allowed), Probe("setuid32", [1000], bits: 32, .notGranted),
  ]) func decidesWithDeclaredUser(_ probe: Probe) throws {
    #expect(try Self.verdict(Self.withUser.get(), probe) == probe.verdict)
  }

  @Test(arguments: [
    Probe("socket", [2, 1, 0], .allowed), Probe("socket", [17, 1, 0], .allowed),
    Probe("socket", [16, 3, 0], .notGranted), Probe("clone3", .allowed), Probe("clone", [0x1000_0011], .allowed),
    Probe("bind", .notGranted), Probe("ioctl", [0, 0x5412], .denied),
  ]) func isTheReferencesWhereAppArmorMediates(_ probe: Probe) throws {
    #expect(try Self.verdict(Self.appArmor.get(), probe) == probe.verdict)
  }

  @Test func refusesForeignArchitecturesAndX32() throws {
    let programs = try Self.plain.get()
    // read(2) of the x32 table, and of AArch64: numbers that mean something else are never let through.
    for (arch, number) in [(FilterMachine.x86_64, Int32(0x4000_0000)), (UInt32(0xC000_00B7), 63)] {
      let call = FilterMachine.Call(arch: arch, number: number)
      #expect(try FilterMachine.run(programs.allow, call) != FilterMachine.allow)
    }
  }

  @Test func fitsTheKernel() throws {
    for programs in [Self.plain, Self.networked, Self.withUser, Self.appArmor] {
      let programs = try programs.get()
      #expect(programs.allow.count <= 32768 && programs.allow.count % 8 == 0)
      #expect(programs.deny.count <= 32768 && programs.deny.count % 8 == 0)
    }
  }
}
