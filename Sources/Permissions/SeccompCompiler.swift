internal import CSeccomp
internal import Glibc

/// Compiles the reference's filter language to kernel programs, through libseccomp.
///
/// A compilation takes some milliseconds; the result depends on the source and the account database only, so a
/// caller with many equal sources keeps the result.
public struct SeccompCompiler: Sendable {
  /// Finds the number of a user or group; nil when there is none.
  public struct Accounts: Sendable {
    public var user: @Sendable (String) -> UInt32?
    public var group: @Sendable (String) -> UInt32?

    public init(user: @escaping @Sendable (String) -> UInt32?, group: @escaping @Sendable (String) -> UInt32?) {
      self.user = user
      self.group = group
    }

    /// Root and the users that snaps may declare have fixed numbers; others are asked of the C library.
    public static let system = Accounts(
      user: { name in
        name == "root" ? 0 : SystemUser(rawValue: name)?.identifier ?? UInt32(exactly: cs_user_id(name))
      },
      group: { name in
        name == "root" ? 0 : SystemUser(rawValue: name)?.identifier ?? UInt32(exactly: cs_group_id(name))
      })
  }

  private let accounts: Accounts
  private let reduces: Bool

  public init(accounts: Accounts = .system) { self.init(accounts: accounts, reduces: true) }

  /// - Parameter reduces: false leaves the programs as libseccomp makes them.
  init(accounts: Accounts = .system, reduces: Bool) {
    self.accounts = accounts
    self.reduces = reduces
  }

  /// What a source says, before it meets a machine.
  public struct Source: Hashable, Sendable {
    /// In the order of the source.
    public var rules: [SyscallRule] = []
    /// Refusals are logged, not made.
    public var complain = false
    /// Everything is allowed (`@unrestricted`): there are no programs.
    public var unrestricted = false

    public init(rules: [SyscallRule]) { self.rules = rules }

    /// Parses a whole source. Blank lines and lines that begin with `#` say nothing.
    public init(_ text: String) throws(SeccompError) {
      // By scalar, not by Character: a carriage return before a line feed must not swallow the line's end.
      for line in text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: true) {
        let trimmed = line.drop { $0 == " " || $0 == "\t" }
        guard let first = trimmed.first, first != "#" else { continue }
        var words = String(String.UnicodeScalarView(trimmed))
        while let last = words.unicodeScalars.last, last == " " || last == "\t" { words.unicodeScalars.removeLast() }
        switch words {
        case "@unrestricted": unrestricted = true
        case "@complain": complain = true
        case _ where first == "@": throw .directive(words)
        default: rules.append(try SyscallRule(line: words))
        }
      }
    }
  }

  /// Whether library and kernel know the action that logs and allows (`SECCOMP_RET_LOG`, seccomp_api_get(3)).
  public static let canLog = seccomp_api_get() >= 3

  /// Parses and compiles a source text.
  public func compile(_ source: String) throws(SeccompError) -> SeccompPrograms {
    try compile(Source(source))
  }

  /// Compiles a parsed source.
  ///
  /// The allow program answers EPERM to what no rule names; the deny program answers EACCES to its rules and
  /// allows the rest. A complaining source logs in both places.
  public func compile(_ source: Source) throws(SeccompError) -> SeccompPrograms {
    // What cannot be logged is let through unseen: a complaining filter refuses nothing.
    guard !source.unrestricted, Self.canLog || !source.complain else { return .none }
    let allow = try Filter(defaultAction: source.complain ? cs_action_log() : cs_action_errno(UInt16(EPERM)))
    let deny = try Filter(defaultAction: cs_action_allow())
    for rule in source.rules {
      let number = seccomp_syscall_resolve_name(rule.name)
      guard number != cs_syscall_error() else { continue }
      let arguments = try comparisons(of: rule)
      let refuse = { (code: Int32) in source.complain ? cs_action_log() : cs_action_errno(UInt16(code)) }
      switch rule.effect {
      case .allow: try allow.add(cs_action_allow(), number, arguments, name: rule.name)
      case .deny: try deny.add(refuse(EACCES), number, arguments, name: rule.name)
      case .denyAsMissing: try deny.add(refuse(ENOSYS), number, arguments, name: rule.name)
      }
    }
    let programs = SeccompPrograms(deny: try deny.exported(), allow: try allow.exported())
    guard reduces else { return programs }
    return SeccompPrograms(
      deny: FilterReducer.reduced(programs.deny), allow: FilterReducer.reduced(programs.allow))
  }

  private func number(_ operand: SyscallRule.Operand) throws(SeccompError) -> UInt64 {
    switch operand {
    case .number(let value): return value
    case .minusOne: return 0xffff_ffff
    case .user(let name):
      guard let id = accounts.user(name) else { throw .unknownUser(name) }
      return UInt64(id)
    case .group(let name):
      guard let id = accounts.group(name) else { throw .unknownGroup(name) }
      return UInt64(id)
    }
  }

  private func comparisons(of rule: SyscallRule) throws(SeccompError) -> [scmp_arg_cmp] {
    var result: [scmp_arg_cmp] = []
    for condition in rule.conditions {
      func compare(_ op: scmp_compare, _ a: UInt64, _ b: UInt64 = 0) {
        result.append(scmp_arg_cmp(arg: UInt32(condition.argument), op: op, datum_a: a, datum_b: b))
      }
      switch condition.test {
      case .equal(let operand):
        let value = try number(operand)
        // An id argument is 32 bits wide, whatever the upper half of the register holds. And a refusal must look
        // at exactly the bits the kernel looks at, or setting another one walks past it (CVE-2019-7303).
        let narrow =
          operand.isIdentifier || SyscallRule.Operand.callsWithMinusOne.contains(rule.name)
          || (rule.effect != .allow && value <= 0xffff_ffff)
        if narrow { compare(SCMP_CMP_MASKED_EQ, 0xffff_ffff, value) } else { compare(SCMP_CMP_EQ, value) }
      case .notEqual(let operand): compare(SCMP_CMP_NE, try number(operand))
      case .less(let operand): compare(SCMP_CMP_LT, try number(operand))
      case .lessOrEqual(let operand): compare(SCMP_CMP_LE, try number(operand))
      case .greater(let operand): compare(SCMP_CMP_GT, try number(operand))
      case .greaterOrEqual(let operand): compare(SCMP_CMP_GE, try number(operand))
      case .hasBits(let operand):
        let bits = try number(operand)
        compare(SCMP_CMP_MASKED_EQ, bits, bits)
      case .masked(let mask, let value): compare(SCMP_CMP_MASKED_EQ, try number(mask), try number(value))
      }
    }
    return result
  }
}

extension SyscallRule.Operand {
  var isIdentifier: Bool {
    switch self {
    case .number: false
    case .minusOne, .user, .group: true
    }
  }
}

/// A libseccomp filter under construction.
private final class Filter {
  private let context: scmp_filter_ctx

  init(defaultAction: UInt32) throws(SeccompError) {
    guard let context = seccomp_init(defaultAction) else { throw .library(step: "create seccomp filter", code: ENOMEM) }
    self.context = context
    // The 32-bit calls of the same processor take other numbers: without them in the filter, a 32-bit program
    // would be killed, and a wrong guess would let it through.
    #if arch(x86_64)
      let secondary: UInt32 = cs_arch_x86()
    #elseif arch(arm64)
      let secondary: UInt32 = cs_arch_arm()
    #endif
    #if arch(x86_64) || arch(arm64)
      let code = seccomp_arch_add(context, secondary)
      guard code == 0 || code == -EEXIST else {
        throw .library(step: "add architecture to seccomp filter", code: -code)
      }
    #endif
    // 2: order the calls as a binary tree. Fails with an old libseccomp, which is slower and no less right.
    _ = seccomp_attr_set(context, SCMP_FLTATR_CTL_OPTIMIZE, 2)
  }

  deinit { seccomp_release(context) }

  func add(_ action: UInt32, _ number: Int32, _ arguments: [scmp_arg_cmp], name: String) throws(SeccompError) {
    // Not `_exact`: that refuses filters of several architectures.
    let code = seccomp_rule_add_array(context, action, number, UInt32(arguments.count), arguments)
    guard code == 0 || code == -EEXIST else {
      throw .library(step: "add rule for \(name) to seccomp filter", code: -code)
    }
  }

  func exported() throws(SeccompError) -> [UInt8] {
    let file = cs_anonymous_file()
    guard file >= 0 else { throw .library(step: "create memory file", code: errno) }
    defer { close(file) }
    let code = seccomp_export_bpf(context, file)
    guard code == 0 else { throw .library(step: "export seccomp filter", code: -code) }
    let size = Int(lseek(file, 0, SEEK_END))
    guard size >= 0, size <= SeccompPrograms.programLimit else { throw .tooLong(bytes: size) }
    var bytes = [UInt8](repeating: 0, count: size)
    guard pread(file, &bytes, size, 0) == size else { throw .library(step: "read seccomp filter", code: errno) }
    return bytes
  }
}
