internal import ByteText

/// What a snap is for.
public enum SnapType: String, Hashable, Sendable, Codable, CustomStringConvertible {
  case app, gadget, kernel, base, os, snapd

  /// - Parameter yaml: the value of `type:`; `application` is what the store calls apps, and `core` what the format's
  ///   own description calls the OS snap (`seeds/the-snap-format.md`).
  public init?(yaml: String) {
    switch yaml {
    case "core": self = .os
    case "application": self = .app
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
    let reasons = try SnapVersion.reasons(against: text)
    guard let last = reasons.last else {
      rawValue = text
      return
    }
    let others = reasons.dropLast().joined(separator: ", ")
    throw InvalidText(
      "invalid snap version \(InvalidText.quote(text)): \(others.isEmpty ? "" : others + ", and ")\(last)")
  }

  /// Everything that is wrong with the text.
  private static func reasons(against text: String) throws(InvalidText) -> [String] {
    let bytes = Array(text.utf8)
    guard let first = bytes.first, let last = bytes.last else {
      throw InvalidText("invalid snap version: cannot be empty")
    }
    guard bytes.allSatisfy({ (0x21...0x7E).contains($0) }) else {
      throw InvalidText(
        "invalid snap version \(InvalidText.quoteASCII(text)): must be printable, non-whitespace ASCII")
    }
    func quoted(_ byte: UInt8) -> String {
      let character = Character(Unicode.Scalar(byte))
      return character == "'" || character == "\\" ? "'\\\(character)'" : "'\(character)'"
    }
    var reasons: [String] = []
    if bytes.count > 32 { reasons.append("cannot be longer than 32 characters (got: \(bytes.count))") }
    if !first.isASCIIAlphanumeric {
      reasons.append("must start with an ASCII alphanumeric (and not \(quoted(first)))")
    }
    guard bytes.count > 1 else { return reasons }
    if !last.isASCIIAlphanumeric, last != UInt8(ascii: "+"), last != UInt8(ascii: "~") {
      reasons.append("must end with an ASCII alphanumeric or one of '+' or '~' (and not \(quoted(last)))")
    }
    let others = Set(":.+~-".utf8)
    let bad = bytes.dropFirst().dropLast().split { $0.isASCIIAlphanumeric || others.contains($0) }
    if !bad.isEmpty {
      let list = bad.prefix(16).map { InvalidText.quote(String(decoding: $0, as: UTF8.self)) }.joined(separator: ", ")
      reasons.append("contains invalid characters: \(list)")
    }
    return reasons
  }
}

/// The version of this system, which snaps may require with `assumes: [snapd2.60]`.
public enum SystemVersion {
  /// `major.minor.patch`, as the reference counts.
  public static let current = "2.77.0"
}

/// The features that snaps may require with `assumes`. Source: `spec/features.md` §4.
public enum Features {
  /// What this system has, besides its version.
  public static let names: Set<String> = [
    "app-refresh-mode", "command-chain", "common-data-dir", "kernel-assets", "snap-env", "snap-uid-envvars",
  ]

  /// Whether this system has what a snap assumes.
  public static func isSupported(_ feature: String) -> Bool {
    if names.contains(feature) { return true }
    if let wanted = version(feature) { return isCurrent(wanted) }
    // An instruction set matters only to machines of its architecture; none is known to be there.
    guard let architecture = instructionSet(feature)?.architecture else { return false }
    return architecture != Architecture.host.description
  }

  /// Whether it is a feature's name by its form: words of `a-z` and `0-9` joined by dashes, or a version.
  static func isWellFormed(_ feature: String) -> Bool {
    if version(feature) != nil { return true }
    if feature.hasPrefix("isa-"), instructionSet(feature) == nil { return false }
    return NameForm.areSmallWords(feature)
  }

  /// The parts of `isa-<architecture>-<instruction set>`.
  static func instructionSet(_ feature: String) -> (architecture: String, name: String)? {
    let parts = feature.split(separator: "-", maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count == 3, parts[0] == "isa", !parts[1].isEmpty, !parts[2].isEmpty else { return nil }
    return (String(parts[1]), String(parts[2]))
  }

  /// The numbers of `snapdX.Y.Z`.
  private static func version(_ feature: String) -> [UInt32]? {
    guard feature.hasPrefix("snapd") else { return nil }
    let parts = feature.dropFirst(5).split(separator: ".", omittingEmptySubsequences: false)
    guard (1...3).contains(parts.count) else { return nil }
    let numbers = parts.compactMap { part in part.utf8.allSatisfy(\.isASCIIDigit) ? UInt32(part) : nil }
    return numbers.count == parts.count ? numbers : nil
  }

  private static func isCurrent(_ wanted: [UInt32]) -> Bool {
    let have = SystemVersion.current.split(separator: ".").compactMap { UInt32($0) }
    for (index, number) in wanted.enumerated() {
      let ours = index < have.count ? have[index] : 0
      if number != ours { return number < ours }
    }
    return true
  }
}
