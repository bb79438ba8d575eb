/// One line of the seccomp filter language: a system call, conditions on its arguments, and what follows.
///
/// The language is the reference's (`spec/confinement.md` §6): `[~]syscall [arg…]`, at most six arguments.
/// One addition of ours: a deny line may end in ` = ENOSYS`, for calls whose C library falls back when the
/// kernel does not know them.
public struct SyscallRule: Hashable, Sendable {
  /// The call's name. It need not exist on this machine: an unknown call is skipped by the compiler.
  public let name: String
  /// The conditions, by argument position. A missing position is "any".
  public let conditions: [Condition]
  /// What a match means.
  public let effect: Effect

  /// What happens to a call that matches all conditions.
  public enum Effect: Hashable, Sendable {
    case allow
    /// Refused with EACCES whatever else allows it.
    case deny
    /// Refused as if the kernel had no such call.
    case denyAsMissing
  }

  /// A condition on one argument.
  public struct Condition: Hashable, Sendable {
    /// 0 to 5.
    public let argument: Int
    /// How it is compared.
    public let test: Test
  }

  /// How an argument is compared. Comparisons are unsigned.
  public enum Test: Hashable, Sendable {
    case equal(Operand)
    case notEqual(Operand)
    case less(Operand)
    case lessOrEqual(Operand)
    case greater(Operand)
    case greaterOrEqual(Operand)
    /// All bits of the operand are set.
    case hasBits(Operand)
    /// The bits of the mask, and only those looked at, have the operand's value.
    case masked(mask: Operand, value: Operand)
  }

  /// A number as it was written. Users and groups stay names until the filter is compiled on the machine.
  public enum Operand: Hashable, Sendable {
    case number(UInt64)
    /// `-1`, "leave it as it is" of the chown and set*id families: 32 bits of ones.
    case minusOne
    case user(String)
    case group(String)
  }

  /// A rule without conditions.
  public init(name: String, effect: Effect = .allow) {
    self.name = name
    self.conditions = []
    self.effect = effect
  }

  private init(name: String, conditions: [Condition], effect: Effect) {
    self.name = name
    self.conditions = conditions
    self.effect = effect
  }

  /// The most arguments a system call has.
  public static let argumentLimit = 6

  /// Parses one line; the caller has dropped blank lines and comments.
  public init(line: String) throws(SeccompError) {
    var tokens = line.split(whereSeparator: { $0 == " " || $0 == "\t" })
    guard let first = tokens.first else { throw .token("", line: line) }
    var name = first
    var effect = Effect.allow
    if name.first == "~" {
      name = name.dropFirst()
      effect = .deny
    }
    guard !name.isEmpty, name.utf8.allSatisfy(Self.isNameByte) else { throw .token(String(first), line: line) }
    tokens.removeFirst()
    if tokens.count >= 2, tokens[tokens.count - 2] == "=", let code = tokens.last {
      guard effect == .deny, code == "ENOSYS" else { throw .token(String(code), line: line) }
      effect = .denyAsMissing
      tokens.removeLast(2)
    }
    guard tokens.count <= Self.argumentLimit else { throw .tooManyArguments(String(name), line: line) }
    var conditions: [Condition] = []
    for (position, token) in tokens.enumerated() where token != "-" {
      guard let test = Test(token, call: String(name)) else { throw .token(String(token), line: line) }
      conditions.append(Condition(argument: position, test: test))
    }
    self.init(name: String(name), conditions: conditions, effect: effect)
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
      true
    default: false
    }
  }
}

extension SyscallRule.Test {
  /// Two-byte operators come first, or `<=` would read as `<` and `=19`.
  fileprivate init?(_ token: Substring, call: String) {
    typealias Operand = SyscallRule.Operand
    func operand(_ drop: Int) -> Operand? { Operand(token.dropFirst(drop), call: call) }
    if token.hasPrefix(">=") {
      guard let value = operand(2) else { return nil }
      self = .greaterOrEqual(value)
    } else if token.hasPrefix("<=") {
      guard let value = operand(2) else { return nil }
      self = .lessOrEqual(value)
    } else if token.hasPrefix("!") {
      guard let value = operand(1) else { return nil }
      self = .notEqual(value)
    } else if token.hasPrefix("<") {
      guard let value = operand(1) else { return nil }
      self = .less(value)
    } else if token.hasPrefix(">") {
      guard let value = operand(1) else { return nil }
      self = .greater(value)
    } else if token.hasPrefix("|") {
      guard let value = operand(1) else { return nil }
      self = .hasBits(value)
    } else if let bar = token.firstIndex(of: "|") {
      guard let mask = Operand(token[..<bar], call: call),
        let value = Operand(token[token.index(after: bar)...], call: call)
      else { return nil }
      self = .masked(mask: mask, value: value)
    } else {
      guard let value = Operand(token, call: call) else { return nil }
      self = .equal(value)
    }
  }
}

extension SyscallRule.Operand {
  /// Calls for which -1 is a value: `uid_t` and `gid_t` arguments, and priorities. Elsewhere a negative number
  /// is a mistake, because the kernel's 64-bit register holds something else than the writer thinks.
  static let callsWithMinusOne: Set<String> = [
    "chown", "chown32", "fchown", "fchown32", "fchownat", "lchown", "lchown32", "setgid", "setgid32", "setregid",
    "setregid32", "setresgid", "setresgid32", "setreuid", "setreuid32", "setresuid", "setresuid32", "setuid",
    "setuid32", "copy_file_range",
  ]

  fileprivate init?(_ text: Substring, call: String) {
    if text == "-1" {
      guard Self.callsWithMinusOne.contains(call) else { return nil }
      self = .minusOne
    } else if text.hasPrefix("u:") {
      guard Self.isAccountName(text.dropFirst(2)) else { return nil }
      self = .user(String(text.dropFirst(2)))
    } else if text.hasPrefix("g:") {
      guard Self.isAccountName(text.dropFirst(2)) else { return nil }
      self = .group(String(text.dropFirst(2)))
    } else if let value = SeccompConstants.value(of: String(text)) {
      self = .number(value)
    } else {
      // `UInt64(_:)` would take a leading plus sign.
      guard let first = text.utf8.first, first >= UInt8(ascii: "0"), first <= UInt8(ascii: "9"),
        let value = UInt64(text)
      else { return nil }
      self = .number(value)
    }
  }

  /// The names that useradd(8) accepts; nothing that a resolver could read as something else.
  private static func isAccountName(_ text: Substring) -> Bool {
    guard let first = text.utf8.first, text.utf8.count <= 32 else { return false }
    func isLetter(_ byte: UInt8) -> Bool {
      (byte | 0x20) >= UInt8(ascii: "a") && (byte | 0x20) <= UInt8(ascii: "z") || byte == UInt8(ascii: "_")
    }
    return isLetter(first)
      && text.utf8.allSatisfy {
        isLetter($0) || ($0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9")) || $0 == UInt8(ascii: "-")
      }
  }
}

extension SyscallRule: CustomStringConvertible {
  /// The rule as a line of the language; parsing it gives the same rule.
  public var description: String {
    var words = [(effect == .allow ? "" : "~") + name]
    for condition in conditions {
      while words.count <= condition.argument { words.append("-") }
      words.append(condition.test.text)
    }
    if effect == .denyAsMissing { words += ["=", "ENOSYS"] }
    return words.joined(separator: " ")
  }
}

extension SyscallRule.Test {
  fileprivate var text: String {
    switch self {
    case .equal(let operand): operand.text
    case .notEqual(let operand): "!" + operand.text
    case .less(let operand): "<" + operand.text
    case .lessOrEqual(let operand): "<=" + operand.text
    case .greater(let operand): ">" + operand.text
    case .greaterOrEqual(let operand): ">=" + operand.text
    case .hasBits(let operand): "|" + operand.text
    case .masked(let mask, let value): mask.text + "|" + value.text
    }
  }
}

extension SyscallRule.Operand {
  fileprivate var text: String {
    switch self {
    case .number(let value): String(value)
    case .minusOne: "-1"
    case .user(let name): "u:" + name
    case .group(let name): "g:" + name
    }
  }
}
