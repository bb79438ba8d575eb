internal import CSeccomp
internal import Glibc

/// System calls by number, as libseccomp knows them.
public enum SyscallNames {
  /// The name of a call; nil when the architecture or the number is not known.
  ///
  /// - Parameter arch: `AUDIT_ARCH_*`, which libseccomp's tokens are.
  public static func name(of number: UInt64, arch: UInt32) -> String? {
    guard number < 1 << 20, let text = seccomp_syscall_resolve_num_arch(arch, Int32(number)) else { return nil }
    defer { free(text) }
    return String(cString: text)
  }

  /// A call's number on this machine; nil when it has no such call.
  public static func number(of name: String) -> UInt64? {
    let number = seccomp_syscall_resolve_name(name)
    return number >= 0 ? UInt64(number) : nil
  }
}

extension NetworkRule.Family {
  /// The family of a number (`AF_*`).
  public init?(number: UInt64) {
    guard let family = Self.allCases.first(where: { SeccompConstants.value(of: $0.constant) == number }) else {
      return nil
    }
    self = family
  }
}

extension NetworkRule.SocketType {
  /// The type in the second argument of socket(2), whose upper bits are flags.
  public init?(argument: UInt64) {
    guard let type = Self.allCases.first(where: { SeccompConstants.value(of: $0.constant) == argument & 0xf }) else {
      return nil
    }
    self = type
  }
}

extension Capability {
  /// The C name in lower case without `cap_`, as AppArmor writes it: `sys_time`.
  public var name: String {
    var text = ""
    for character in "\(self)" { text += character.isUppercase ? "_" + character.lowercased() : String(character) }
    return text
  }

  /// The capability of a name (`sys_time`).
  public init?(name: String) {
    guard let found = Self.allCases.first(where: { $0.name == name }) else { return nil }
    self = found
  }
}
