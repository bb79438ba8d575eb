internal import CLinux

/// What the launcher was asked: `snap-confine [--root DIR] [--home DIR] TAG -- ARGV…`.
struct Request: Equatable {
  /// The root prefix without a trailing slash; `""` for the machine itself.
  var root = ""
  /// Whether a root directory was named, be it `/`.
  var choosesRoot = false
  /// The launching user's home directory, as the user sees it (without the root prefix); nil: no user data.
  var home: String?
  var tag = ""
  /// Where in the arguments the command starts.
  var commandIndex = 0

  static let usage = "usage: snap-confine [--root DIR] [--home DIR] TAG -- COMMAND…"

  /// - Parameter arguments: with the program's name first.
  init(_ arguments: [String]) throws(LaunchError) {
    var index = 1
    func value(_ option: String) throws(LaunchError) -> String {
      guard index + 1 < arguments.count else { throw LaunchError("cannot read arguments: \(option) needs a directory") }
      return arguments[index + 1]
    }
    while index < arguments.count, arguments[index].utf8.first == UInt8(ascii: "-") {
      switch arguments[index] {
      case "--root":
        let root = try value("--root")
        guard isCleanAbsolute(root) else {
          throw LaunchError("cannot use root directory \"\(root)\": it is not a clean absolute path")
        }
        self.root = root == "/" ? "" : root
        choosesRoot = true
      case "--home":
        let home = try value("--home")
        let isText = home.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7f }
        guard isCleanAbsolute(home), home.utf8.count < 4096, isText else {
          throw LaunchError("cannot use home directory \"\(home)\": it is not a clean absolute path")
        }
        self.home = home
      default: throw LaunchError("cannot read arguments: unknown option \(arguments[index]) (\(Self.usage))")
      }
      index += 2
    }
    guard index + 2 < arguments.count, arguments[index + 1] == "--" else {
      throw LaunchError("cannot read arguments (\(Self.usage))")
    }
    tag = arguments[index]
    commandIndex = index + 2
    guard SecurityTag.isValid(tag) else { throw LaunchError("cannot use security tag \"\(tag)\": it is not valid") }
    guard arguments[commandIndex].utf8.first == UInt8(ascii: "/") else {
      throw LaunchError("cannot execute \"\(arguments[commandIndex])\": its path is not absolute")
    }
  }
}

/// The names that reach the launcher from outside, checked byte by byte: they become file names.
enum SecurityTag {
  /// Whether the text is `snap.<instance>.<app>`, `snap.<instance>.hook.<hook>` or
  /// `snap.<instance>+<component>.hook.<hook>` (spec/confinement.md §1).
  static func isValid(_ tag: String) -> Bool {
    let bytes = Array(tag.utf8)
    guard bytes.count <= 255 else { return false }
    let parts = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard parts.count == 3 || parts.count == 4, parts[0].elementsEqual("snap".utf8) else { return false }
    let isHook = parts.count == 4
    if isHook, !parts[2].elementsEqual("hook".utf8) { return false }
    let owner = parts[1].split(separator: UInt8(ascii: "+"), omittingEmptySubsequences: false)
    guard owner.count == 1 || (isHook && owner.count == 2), isInstance(owner[0]) else { return false }
    if owner.count == 2, !isSnapName(owner[1]) { return false }
    return isHook ? isHookName(parts[3]) : isAppName(parts[2])
  }

  /// The instance name within a valid tag.
  static func instance(of tag: String) -> String {
    let rest = tag.utf8.dropFirst(5)
    return String(Substring(rest.prefix { $0 != UInt8(ascii: ".") && $0 != UInt8(ascii: "+") }))
  }

  private static func isInstance(_ bytes: ArraySlice<UInt8>) -> Bool {
    let parts = bytes.split(separator: UInt8(ascii: "_"), omittingEmptySubsequences: false)
    switch parts.count {
    case 1: return isSnapName(parts[0])
    case 2:
      return isSnapName(parts[0]) && (1...10).contains(parts[1].count)
        && parts[1].allSatisfy { isLower($0) || isDigit($0) }
    default: return false
    }
  }

  private static func isSnapName(_ bytes: ArraySlice<UInt8>) -> Bool {
    isDashed(bytes, limit: 40) { isLower($0) || isDigit($0) } && bytes.contains { isLower($0) }
  }

  private static func isAppName(_ bytes: ArraySlice<UInt8>) -> Bool {
    isDashed(bytes, limit: 255) { isLower($0) || isUpper($0) || isDigit($0) }
  }

  private static func isHookName(_ bytes: ArraySlice<UInt8>) -> Bool {
    guard let first = bytes.first, isLower(first) else { return false }
    return isDashed(bytes, limit: 255) { isLower($0) || isDigit($0) }
  }

  /// Groups of such bytes with single dashes between them.
  private static func isDashed(_ bytes: ArraySlice<UInt8>, limit: Int, _ isPart: (UInt8) -> Bool) -> Bool {
    guard !bytes.isEmpty, bytes.count <= limit else { return false }
    var previous = UInt8(ascii: "-")
    for byte in bytes {
      if byte == UInt8(ascii: "-") {
        if previous == byte { return false }
      } else if !isPart(byte) {
        return false
      }
      previous = byte
    }
    return previous != UInt8(ascii: "-")
  }

  private static func isLower(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "a") && byte <= UInt8(ascii: "z") }
  private static func isUpper(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") }
  private static func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }
}
