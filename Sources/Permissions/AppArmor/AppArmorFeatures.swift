/// What the machine's AppArmor knows: the parser that reads profiles, and the kernel that holds to them.
public struct AppArmorFeatures: Hashable, Sendable {
  public var parser: Set<ParserFeature>
  /// Names of `/sys/kernel/security/apparmor/features`, one level deep joined by colons (`policy:versions`).
  public var kernel: Set<String>

  public init(parser: Set<ParserFeature>, kernel: Set<String> = []) {
    self.parser = parser
    self.kernel = kernel
  }

  /// Debian 12's parser, 3.0.8.
  public static let version3 = AppArmorFeatures(parser: [
    .unsafe, .includeIfExists, .qipcrtrSocket, .capBPF, .capAuditRead, .xdp,
  ])
  /// A parser of the 4th generation.
  public static let version4 = AppArmorFeatures(parser: Set(ParserFeature.allCases))

  /// Words that not every parser knows; the raw value is the reference's name in the system key.
  public enum ParserFeature: String, Hashable, Sendable, CaseIterable {
    /// `change_profile unsafe`.
    case unsafe
    case includeIfExists = "include-if-exists"
    case qipcrtrSocket = "qipcrtr-socket"
    case mqueue
    case capBPF = "cap-bpf"
    case capAuditRead = "cap-audit-read"
    case xdp
    case userns
    /// The profile flag.
    case unconfined
    case prompt
    case ioUring = "io_uring"

    /// A profile that only a parser with the feature accepts. For `apparmor_parser --preprocess`, by whoever may run
    /// programs.
    public var probe: String {
      switch self {
      case .unsafe: "profile snap-test {\n  change_profile unsafe /**,\n}\n"
      case .includeIfExists: "profile snap-test {\n  #include if exists \"/foo\"\n}\n"
      case .qipcrtrSocket: "profile snap-test {\n  network qipcrtr dgram,\n}\n"
      case .mqueue: "profile snap-test {\n  mqueue (create) type=posix /foo,\n}\n"
      case .capBPF: "profile snap-test {\n  capability bpf,\n}\n"
      case .capAuditRead: "profile snap-test {\n  capability audit_read,\n}\n"
      case .xdp: "profile snap-test {\n  network xdp,\n}\n"
      case .userns: "profile snap-test {\n  userns,\n}\n"
      case .unconfined: "profile snap-test flags=(unconfined) {\n}\n"
      case .prompt: "profile snap-test {\n  prompt /foo r,\n}\n"
      case .ioUring: "profile snap-test {\n  io_uring,\n}\n"
      }
    }
  }
}
