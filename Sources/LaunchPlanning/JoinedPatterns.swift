internal import LaunchPlan

/// Patterns of one directory made into few: `a*`, `b*` into `{a*,b*}`. The launcher opens and lists a directory for each
/// pattern, and interfaces for libraries have dozens that differ in the last name alone.
enum JoinedPatterns {
  /// Below ``PathGlob/alternativesLimit``, which counts what is still to be written out too.
  private static let alternatives = 200
  private static let bytes = 3800

  /// - Parameter patterns: relative ones, none twice, that mean the same thing when they match.
  /// - Returns: patterns that match exactly what those match.
  static func join(_ patterns: [String]) -> [String] {
    guard patterns.count > 1 else { return patterns }
    var joined: [String] = []
    var groups: [Group: [(text: String, alternatives: Int)]] = [:]
    var order: [Group] = []
    for pattern in patterns {
      guard let (group, last, count) = parts(pattern) else {
        joined.append(pattern)
        continue
      }
      if groups[group] == nil { order.append(group) }
      groups[group, default: []].append((last, count))
    }
    for group in order { joined += pieces(groups[group] ?? []).map { group.directory + $0 } }
    return joined
  }

  private struct Group: Hashable {
    /// Everything before the last name, with its slash.
    var directory: String
    /// Names are opened and patterns looked for in a listing: the one does not become the other.
    var isLiteral: Bool
  }

  /// - Returns: nil for what is better left alone.
  private static func parts(_ pattern: String) -> (Group, last: String, alternatives: Int)? {
    let bytes = Array(pattern.utf8)
    let start = bytes.lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? 0
    let last = Array(bytes[start...])
    guard last != Array("**".utf8), !last.isEmpty, let written = PathGlob.expandBraces(last, limit: alternatives),
      // A comma that is part of a name would part it.
      !written.contains(where: { $0.contains(UInt8(ascii: ",")) })
    else { return nil }
    let isLiteral = written.allSatisfy { PathGlob.literal($0) != nil }
    let group = Group(directory: String(decoding: bytes[..<start], as: UTF8.self), isLiteral: isLiteral)
    return (group, String(decoding: last, as: UTF8.self), written.count)
  }

  private static func pieces(_ parts: [(text: String, alternatives: Int)]) -> [String] {
    var pieces: [String] = []
    var piece: [String] = []
    var (count, length) = (0, 0)
    func close() {
      if let only = piece.first, piece.count == 1 { pieces.append(only) }
      if piece.count > 1 { pieces.append("{" + piece.joined(separator: ",") + "}") }
      piece = []
      (count, length) = (0, 0)
    }
    for part in parts {
      if count + part.alternatives > alternatives || length + part.text.utf8.count > bytes { close() }
      piece.append(part.text)
      count += part.alternatives
      length += part.text.utf8.count + 1
    }
    close()
    return pieces
  }
}
