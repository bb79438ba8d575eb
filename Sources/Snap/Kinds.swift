/// What a snap is for.
public enum SnapType: String, Hashable, Sendable, Codable, CustomStringConvertible {
  case app, gadget, kernel, base, os, snapd

  /// - Parameter yaml: the value of `type:`; `core` is what people call the OS snap.
  init?(yaml: String) {
    switch yaml {
    case "application": self = .app
    case "core": self = .os
    default: self.init(rawValue: yaml)
    }
  }

  public var description: String { rawValue }

  /// Whether other snaps run on it.
  public var isBase: Bool { self == .base || self == .os }

  /// Lower ones are installed first. Source: `spec/engine.md` §3.
  public var installOrder: Int {
    switch self {
    case .snapd: 0
    case .os: 10
    case .kernel: 20
    case .base: 30
    case .gadget: 40
    case .app: 50
    }
  }

  /// Whether pre-refresh and post-refresh hooks are run.
  public var runsRefreshHooks: Bool { self == .app || self == .gadget || self == .kernel }
}

/// How much a snap asks to be confined.
public enum Confinement: String, Hashable, Sendable, Codable, CustomStringConvertible {
  case strict, devmode, classic
  public var description: String { rawValue }
}

/// Whether the publisher thinks the snap is ready.
public enum Grade: String, Hashable, Sendable, Codable { case stable, devel }

/// A processor architecture, by Debian's name.
public struct Architecture: Hashable, Sendable, CustomStringConvertible {
  public let description: String

  public init(_ name: String) { description = name }

  /// Runs everywhere.
  public static let all = Architecture("all")

  /// This machine's.
  public static let host: Architecture = {
    #if arch(x86_64)
      Architecture("amd64")
    #elseif arch(arm64)
      Architecture("arm64")
    #elseif arch(i386)
      Architecture("i386")
    #elseif arch(arm)
      Architecture("armhf")
    #elseif arch(powerpc64le)
      Architecture("ppc64el")
    #elseif arch(s390x)
      Architecture("s390x")
    #elseif arch(riscv64)
      Architecture("riscv64")
    #else
      Architecture("unknown")
    #endif
  }()

  /// Whether a snap for this architecture runs on a machine of another.
  public func isSupported(on machine: Architecture) -> Bool { self == .all || self == machine }
}

/// A version: what the publisher calls it, 1 to 32 characters; no order is meant.
public struct SnapVersion: ValidatedText {
  public let rawValue: String

  public init(_ text: String) throws(InvalidText) {
    let inner = Set(":.+~-".utf8)
    let bytes = Array(text.utf8)
    let quoted = InvalidText.quote(text)
    guard let first = bytes.first, let last = bytes.last else {
      throw InvalidText("invalid snap version: cannot be empty")
    }
    guard bytes.count <= 32 else {
      throw InvalidText(
        "invalid snap version \(quoted): cannot be longer than 32 characters (got: \(bytes.count))")
    }
    guard bytes.allSatisfy({ Characters.isAlphanumeric($0) || inner.contains($0) }) else {
      throw InvalidText("invalid snap version \(quoted): contains invalid characters")
    }
    guard Characters.isAlphanumeric(first) else {
      throw InvalidText("invalid snap version \(quoted): must start with an ASCII alphanumeric character")
    }
    guard Characters.isAlphanumeric(last) || last == UInt8(ascii: "+") || last == UInt8(ascii: "~") else {
      throw InvalidText(
        "invalid snap version \(quoted): must end with an ASCII alphanumeric character or one of '+' or '~'")
    }
    rawValue = text
  }
}

extension InvalidText {
  /// Text from outside in quotes, with what could disturb a terminal escaped.
  public static func quote(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars.prefix(200) {
      switch scalar {
      case "\"", "\\": quoted += "\\\(scalar)"
      case "\n": quoted += "\\n"
      case "\t": quoted += "\\t"
      case _ where scalar.value < 0x20 || scalar.value == 0x7F:
        let hex = String(scalar.value, radix: 16)
        quoted += "\\x" + (hex.count < 2 ? "0" : "") + hex
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }
}

/// The version of this system, which snaps may require with `assumes: [snapd2.60]`.
public enum SystemVersion {
  /// `major.minor.patch`, as the reference counts.
  public static let current = "2.77.0"
}

/// The features that snaps may require with `assumes`. Source: `spec/features.md` §4.
public enum Features {
  private static let known: Set<String> = [
    "common-data-dir", "snap-env", "command-chain", "app-refresh-mode", "snap-uid-envvars",
  ]

  /// Whether this system has what a snap assumes.
  public static func isSupported(_ feature: String) -> Bool {
    if known.contains(feature) { return true }
    guard feature.hasPrefix("snapd") else { return false }
    let wanted = feature.dropFirst(5).split(separator: ".", omittingEmptySubsequences: false)
    let have = SystemVersion.current.split(separator: ".").compactMap { UInt32($0) }
    guard (1...3).contains(wanted.count) else { return false }
    for (index, part) in wanted.enumerated() {
      guard let number = UInt32(part), part.allSatisfy(\.isNumber) else { return false }
      let ours = index < have.count ? have[index] : 0
      if number != ours { return number < ours }
    }
    return true
  }
}
