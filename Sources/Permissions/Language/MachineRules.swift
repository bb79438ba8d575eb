/// A match of udev: devices that carry the app's tag (`SUBSYSTEM=="tty", KERNEL=="ttyUSB[0-9]*"`).
public struct UdevRule: Hashable, Sendable {
  /// Comma-separated matches, without actions.
  public let match: String

  /// Why a text is no match.
  public struct Invalid: Error, Hashable, Sendable { public let text: String }

  /// - Throws: when the text is anything but `KEY=="value"` (also `!=`, `ATTR{name}`), or has another line or an
  ///   assignment in it.
  public init(_ match: String) throws(Invalid) {
    guard Self.isMatch(match) else { throw Invalid(text: match) }
    self.match = match
  }

  private static func isMatch(_ text: String) -> Bool {
    var rest = text.utf8[...]
    func skipSpaces() { while rest.first == UInt8(ascii: " ") { rest.removeFirst() } }
    while true {
      skipSpaces()
      let key = rest.prefix {
        ($0 >= UInt8(ascii: "A") && $0 <= UInt8(ascii: "Z")) || $0 == UInt8(ascii: "_")
      }
      guard !key.isEmpty else { return false }
      rest = rest[key.endIndex...]
      if rest.first == UInt8(ascii: "{") {
        guard let end = rest.firstIndex(of: UInt8(ascii: "}")) else { return false }
        let name = rest[rest.index(after: rest.startIndex)..<end]
        guard !name.isEmpty, name.allSatisfy({ $0 > 0x20 && $0 < 0x7f && $0 != UInt8(ascii: "\"") }) else {
          return false
        }
        rest = rest[rest.index(after: end)...]
      }
      guard let first = rest.first, first == UInt8(ascii: "=") || first == UInt8(ascii: "!") else { return false }
      rest.removeFirst()
      guard rest.first == UInt8(ascii: "=") else { return false }
      rest.removeFirst()
      guard rest.first == UInt8(ascii: "\"") else { return false }
      rest.removeFirst()
      guard let end = rest.firstIndex(of: UInt8(ascii: "\"")) else { return false }
      guard rest[..<end].allSatisfy({ $0 >= 0x20 && $0 != 0x7f && $0 != UInt8(ascii: "\\") }) else { return false }
      rest = rest[rest.index(after: end)...]
      skipSpaces()
      if rest.isEmpty { return true }
      guard rest.first == UInt8(ascii: ",") else { return false }
      rest.removeFirst()
    }
  }
}

/// A module that the kernel is to load (modprobe.d(5), modules-load.d(5)).
public struct KernelModule: Hashable, Sendable {
  public enum Loading: Hashable, Sendable {
    /// At each start, and now.
    case onBoot
    /// When the process asks for it.
    case dynamic
    /// Never, whoever asks.
    case denied
  }

  /// `[A-Za-z0-9_-]+`.
  public let name: String
  public let loading: Loading
  /// Parameters for modprobe.d, one word each.
  public let options: [String]

  /// Why a text is no module.
  public struct Invalid: Error, Hashable, Sendable { public let text: String }

  public init(_ name: String, _ loading: Loading = .onBoot, options: [String] = []) throws(Invalid) {
    func isWord(_ byte: UInt8) -> Bool {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
        true
      default: false
      }
    }
    guard !name.isEmpty, name.utf8.allSatisfy(isWord) else { throw Invalid(text: name) }
    for option in options where !option.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f && $0 != UInt8(ascii: "\\") }) {
      throw Invalid(text: option)
    }
    self.name = name
    self.loading = loading
    self.options = options
  }
}

/// What an interface says of a process as a whole.
public struct ProcessTraits: OptionSet, Hashable, Sendable {
  public let rawValue: UInt32
  public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// No filter of system calls at all (container managers).
  public static let unrestrictedSyscalls = ProcessTraits(rawValue: 1 << 0)
  /// The snap rules its devices' control groups by itself, so none is set up.
  public static let managesDeviceGroup = ProcessTraits(rawValue: 1 << 1)
  /// Loads kernel modules: the default refusal of `sys_module` is lifted.
  public static let loadsModules = ProcessTraits(rawValue: 1 << 2)
  /// Refusals of ptrace(2) are not logged.
  public static let quietPtrace = ProcessTraits(rawValue: 1 << 3)
  /// Refusals of `sys_module` are not logged.
  public static let quietModules = ProcessTraits(rawValue: 1 << 4)
  /// AppArmor's profile is made without enforcement.
  public static let appArmorUnconfined = ProcessTraits(rawValue: 1 << 5)
  /// The service manages control groups of its own (`Delegate=yes`).
  public static let delegatesGroups = ProcessTraits(rawValue: 1 << 6)
  /// POSIX message queues of others.
  public static let messageQueues = ProcessTraits(rawValue: 1 << 7)
  /// io_uring(7) without restrictions.
  public static let ioUring = ProcessTraits(rawValue: 1 << 8)
  /// Writing compiled Python beside its sources is not refused.
  public static let writesPythonCaches = ProcessTraits(rawValue: 1 << 9)
  /// All that AppArmor mediates and no other rule names.
  public static let everything = ProcessTraits(rawValue: 1 << 10)
}
