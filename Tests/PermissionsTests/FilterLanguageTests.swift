import CSeccomp
import Permissions
import Testing

/// The filter language: what parses, what does not and how it says so, and what a rule compares.
struct FilterLanguageTests {
  @Test(arguments: [
    ("ioctl - TIOCSTI!!!", #"cannot parse line: cannot parse token "TIOCSTI!!!" (line "ioctl - TIOCSTI!!!")"#),
    ("setns - CLONE_NEWNS~", #"cannot parse line: cannot parse token "CLONE_NEWNS~" (line "setns - CLONE_NEWNS~")"#),
    (
      "mbind - - - - - - 7",
      "cannot parse line: too many arguments specified for syscall 'mbind' in line \"mbind - - - - - - 7\""
    ),
    (
      "setpriority PRIO_PROCESS 0 +19",
      #"cannot parse line: cannot parse token "+19" (line "setpriority PRIO_PROCESS 0 +19")"#
    ),
    ("read -1", #"cannot parse line: cannot parse token "-1" (line "read -1")"#),
    ("read -2", #"cannot parse line: cannot parse token "-2" (line "read -2")"#),
    ("read 0x10", #"cannot parse line: cannot parse token "0x10" (line "read 0x10")"#),
    (
      "read 18446744073709551616",
      #"cannot parse line: cannot parse token "18446744073709551616" (line "read 18446744073709551616")"#
    ),
    ("setuid u:", #"cannot parse line: cannot parse token "u:" (line "setuid u:")"#),
    ("setuid u:a/b", #"cannot parse line: cannot parse token "u:a/b" (line "setuid u:a/b")"#),
    ("setgid g:no_such_group_x", #"cannot find group "no_such_group_x""#),
    ("setuid u:no_such_user_x", #"cannot find user "no_such_user_x""#),
    ("read >=", #"cannot parse line: cannot parse token ">=" (line "read >=")"#),
    ("read |", #"cannot parse line: cannot parse token "|" (line "read |")"#),
    ("ioctl - 1|", #"cannot parse line: cannot parse token "1|" (line "ioctl - 1|")"#),
    ("read\0", #"cannot parse line: cannot parse token "read\x00" (line "read\x00")"#),
    ("~", #"cannot parse line: cannot parse token "~" (line "~")"#),
    ("~~read", #"cannot parse line: cannot parse token "~~read" (line "~~read")"#),
    ("read\r", #"cannot parse line: cannot parse token "read\r" (line "read\r")"#),
    ("read = ENOSYS", #"cannot parse line: cannot parse token "ENOSYS" (line "read = ENOSYS")"#),
    ("~read = EPERM", #"cannot parse line: cannot parse token "EPERM" (line "~read = EPERM")"#),
    ("@bogus", #"unknown directive "@bogus""#),
    ("socket S\u{2028}CK", "cannot parse token"),
  ]) func refuses(_ line: String, _ message: String) throws {
    let error = #expect(throws: SeccompError.self) { try SeccompCompiler().compile("read\n\(line)\nwrite\n") }
    #expect(error.map { "\($0)".contains(message) } == true, "\(error.map { "\($0)" } ?? "no error")")
  }

  @Test(arguments: [
    "read", "~openat2", "chown - u:root -1", "nice <=19", "a >=1 <2 >3 !4 |8 255|7", "~clone3 = ENOSYS",
    "setgid g:_daemon_", "socket 16 - 9",
  ]) func writesWhatItReads(_ line: String) throws {
    let rule = try SyscallRule(line: line)
    #expect(rule.description == line)
    #expect(try SyscallRule(line: rule.description) == rule)
  }

  @Test func everyDefaultRuleReadsBackAsItself() throws {
    for rule in try SyscallTemplate(users: SystemUser.allCases).rules() {
      #expect(try SyscallRule(line: rule.description) == rule)
    }
  }

  /// Rules for `lseek` with one condition, and what each of three values gets.
  @Test(
    arguments: [
      ("lseek 5", [(5, true), (6, false), (1 << 32 | 5, false)]),
      ("lseek !5", [(5, false), (6, true), (0, true)]), ("lseek <5", [(4, true), (5, false), (UInt64.max, false)]),
      ("lseek <=5", [(5, true), (6, false), (1 << 32, false)]), ("lseek >5", [(5, false), (6, true), (1 << 40, true)]),
      ("lseek >=5", [(4, false), (5, true), (UInt64.max, true)]),
      ("lseek |6", [(6, true), (7, true), (4, false)]), ("lseek 7|2", [(2, true), (10, true), (3, false)]),
      ("lseek 4294967295|5", [(5, true), (1 << 32 | 5, true), (4, false)]),
      ("setuid -1", [(0xffff_ffff, true), (UInt64.max, true), (0, false)]),
      ("setuid u:_daemon_", [(584_792, true), (1 << 33 | 584_792, true), (584_788, false)]),
    ] as [(String, [(UInt64, Bool)])]) func compares(_ line: String, _ cases: [(UInt64, Bool)]) throws
  {
    let programs = try SeccompCompiler().compile(line)
    let refusing = try SeccompCompiler().compile("~" + line)
    let number = seccomp_syscall_resolve_name(String(line.prefix { $0 != " " }))
    for (value, expected) in cases {
      let call = FilterMachine.Call(number: number, arguments: [value])
      let answer = try FilterMachine.run(programs.allow, call)
      #expect((answer == FilterMachine.allow) == expected, "\(line): \(value)")
      let refusal = try FilterMachine.run(refusing.deny, call)
      // A refusal takes at least what a grant takes: plain numbers there are 32 bits wide.
      if expected { #expect(refusal == FilterMachine.errno(13), "~\(line): \(value)") }
    }
  }

  @Test func plainRefusalsLookAtTheLowHalf() throws {
    let programs = try SeccompCompiler().compile("~ioctl - TIOCSTI\nioctl\n")
    let call = FilterMachine.Call(number: 16, arguments: [0, 1 << 32 | 0x5412])
    #expect(try FilterMachine.run(programs.deny, call) == FilterMachine.errno(13))
  }

  @Test func complainingLogsInBothPrograms() throws {
    let programs = try SeccompCompiler().compile("@complain\nread\n~ptrace\n")
    #expect(try FilterMachine.run(programs.allow, .init(number: 0)) == FilterMachine.allow)
    #expect(try FilterMachine.run(programs.allow, .init(number: 1)) == FilterMachine.log)
    #expect(try FilterMachine.run(programs.deny, .init(number: 101)) == FilterMachine.log)
    #expect(try FilterMachine.run(programs.deny, .init(number: 0)) == FilterMachine.allow)
  }

  @Test func unrestrictedHasNoPrograms() throws {
    #expect(try SeccompCompiler().compile("# classic\n@unrestricted\nread\n") == .none)
  }

  @Test func unknownCallsAreSkipped() throws {
    #expect(try SeccompCompiler().compile("no_such_call 1\nread") == SeccompCompiler().compile("read"))
  }

  @Test func equalSourcesGiveEqualPrograms() throws {
    let source = try PermissionSet.network.filter(users: [])
    #expect(try SeccompCompiler().compile(source) == SeccompCompiler().compile(source))
  }
}
