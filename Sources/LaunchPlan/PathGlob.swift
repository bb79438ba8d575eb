/// A relative path pattern, ready to be compared with names, one component at a time.
///
/// The language is AppArmor's within a component (`*`, `?`, `[a-z]`, `[^x]`, `{a,b}`, backslash), and `**` alone for any
/// number of directories, none included. A `*` matches a leading dot. There is no `**` beside other characters, and no
/// `/` in braces: planning has written those out.
public struct PathGlob: Equatable, Sendable {
  /// What one component of a path has to be.
  public enum Component: Equatable, Sendable {
    /// One of these names, as bytes: nothing needs to be listed.
    case names([[UInt8]])
    /// A name that one of these patterns, which are free of braces, matches.
    case glob([[UInt8]])
    /// Any number of directories.
    case anyDepth
  }

  /// How many alternatives braces may stand for in one component.
  public static let alternativesLimit = 256
  /// How many components a pattern may have.
  public static let depthLimit = 32

  public let components: [Component]

  /// - Parameter pattern: components with `/` between them; `""` has none and is the directory itself.
  /// - Returns: nil for what is no such pattern: an empty component, `.` or `..`, brackets without partners, or more
  ///   alternatives than ``alternativesLimit``.
  public init?(_ pattern: String) {
    var components: [Component] = []
    if !pattern.utf8.isEmpty {
      for part in Array(pattern.utf8).split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false) {
        guard components.count < Self.depthLimit, let component = Self.component(Array(part)) else { return nil }
        components.append(component)
      }
    }
    self.components = components
  }

  private static func component(_ text: [UInt8]) -> Component? {
    if text == [UInt8(ascii: "*"), UInt8(ascii: "*")] { return .anyDepth }
    guard text.count <= 4096 else { return nil }
    if let names = plainNames(text) { return .names(names) }
    let hasBraces = text.contains { $0 == UInt8(ascii: "{") || $0 == UInt8(ascii: "}") }
    guard let alternatives = hasBraces ? expandBraces(text, limit: alternativesLimit) : [text] else { return nil }
    var names: [[UInt8]] = []
    for alternative in alternatives {
      guard isPattern(alternative) else { return nil }
      if let name = literal(alternative) {
        guard !name.isEmpty, name != [UInt8(ascii: ".")], name != [UInt8(ascii: "."), UInt8(ascii: ".")] else {
          return nil
        }
        names.append(name)
      }
    }
    return names.count == alternatives.count ? .names(names) : .glob(alternatives)
  }

  /// The names of `name` or `{name,name}`, as nearly all patterns are that plans have; nil for all else, sound or not.
  private static func plainNames(_ text: [UInt8]) -> [[UInt8]]? {
    let isGroup = text.first == UInt8(ascii: "{") && text.last == UInt8(ascii: "}") && text.count > 1
    let inner = isGroup ? text[1..<(text.count - 1)] : text[...]
    for byte in inner {
      switch byte {
      case UInt8(ascii: "*"), UInt8(ascii: "?"), UInt8(ascii: "["), UInt8(ascii: "{"), UInt8(ascii: "}"),
        UInt8(ascii: "\\"), UInt8(ascii: "/"), 0:
        return nil
      default: continue
      }
    }
    let names =
      isGroup ? inner.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false) : [inner]
    guard names.count <= alternativesLimit else { return nil }
    var result: [[UInt8]] = []
    result.reserveCapacity(names.count)
    for name in names {
      let isDots = name.count <= 2 && name.allSatisfy { $0 == UInt8(ascii: ".") }
      // Empty, or the directory itself or the one around it.
      if isDots { return nil }
      result.append(Array(name))
    }
    return result
  }

  /// Whether classes are closed and nothing is escaped at the end.
  private static func isPattern(_ text: [UInt8]) -> Bool {
    var index = 0
    while index < text.count {
      switch text[index] {
      case UInt8(ascii: "\\"):
        guard index + 1 < text.count else { return false }
        index += 2
      case UInt8(ascii: "["):
        guard let end = classEnd(text, index) else { return false }
        index = end
      case 0, UInt8(ascii: "/"): return false
      default: index += 1
      }
    }
    return true
  }

  /// The name that a pattern without any special character stands for; nil when it has one.
  public static func literal(_ text: [UInt8]) -> [UInt8]? {
    var name: [UInt8] = []
    name.reserveCapacity(text.count)
    var escaped = false
    for byte in text {
      if !escaped {
        switch byte {
        case UInt8(ascii: "\\"):
          escaped = true
          continue
        case UInt8(ascii: "*"), UInt8(ascii: "?"), UInt8(ascii: "["), UInt8(ascii: "{"): return nil
        default: break
        }
      }
      escaped = false
      name.append(byte)
    }
    return escaped ? nil : name
  }

  // MARK: Braces

  /// Writes out `{a,b}`, nested too; what is escaped or inside `[]` stays.
  /// - Returns: nil when a brace has no partner, or when there would be more than `limit` alternatives.
  public static func expandBraces(
    _ text: [UInt8], limit: Int, where chosen: ([UInt8]) -> Bool = { _ in true }
  ) -> [[UInt8]]? {
    var done: [[UInt8]] = []
    // What is still to do: how much of it is known to have no chosen group, and the text.
    var open: [(start: Int, text: [UInt8])] = [(0, text)]
    while let (start, text) = open.popLast() {
      var index = start
      var expanded = false
      while index < text.count, !expanded {
        switch text[index] {
        case UInt8(ascii: "\\"): index += 2
        case UInt8(ascii: "["):
          guard let end = classEnd(text, index) else { return nil }
          index = end
        case UInt8(ascii: "}"): return nil
        case UInt8(ascii: "{"):
          guard let group = group(text, index) else { return nil }
          guard chosen(Array(text[index..<group.end])) else {
            index = group.end
            continue
          }
          guard done.count + open.count + group.alternatives.count <= limit else { return nil }
          let head = Array(text[..<index])
          let tail = Array(text[group.end...])
          for alternative in group.alternatives.reversed() { open.append((index, head + alternative + tail)) }
          expanded = true
        default: index += 1
        }
      }
      if !expanded { done.append(text) }
    }
    return done
  }

  /// The alternatives of the group that begins at an index, and where it ends.
  private static func group(_ text: [UInt8], _ start: Int) -> (alternatives: [[UInt8]], end: Int)? {
    var alternatives: [[UInt8]] = []
    var from = start + 1
    var depth = 0
    var index = start + 1
    while index < text.count {
      switch text[index] {
      case UInt8(ascii: "\\"): index += 1
      case UInt8(ascii: "["):
        guard let end = classEnd(text, index) else { return nil }
        index = end - 1
      case UInt8(ascii: "{"): depth += 1
      case UInt8(ascii: ","):
        if depth == 0 {
          alternatives.append(Array(text[from..<index]))
          from = index + 1
        }
      case UInt8(ascii: "}"):
        if depth == 0 {
          alternatives.append(Array(text[from..<index]))
          return (alternatives, index + 1)
        }
        depth -= 1
      default: break
      }
      index += 1
    }
    return nil
  }

  /// Behind the `]` of the class that begins at an index.
  private static func classEnd(_ text: [UInt8], _ start: Int) -> Int? {
    var index = start + 1
    while index < text.count {
      if text[index] == UInt8(ascii: "\\") {
        index += 2
        continue
      }
      if text[index] == UInt8(ascii: "]") { return index + 1 }
      index += 1
    }
    return nil
  }

  // MARK: Names

  /// Whether a brace-free pattern matches a whole name. It takes at most the product of both lengths.
  public static func matches(_ pattern: [UInt8], _ name: [UInt8]) -> Bool { matches(pattern, name[...]) }

  /// The same of a piece of a longer text.
  public static func matches(_ pattern: [UInt8], _ name: ArraySlice<UInt8>) -> Bool {
    // Most names of a directory differ in their first byte.
    if let first = pattern.first, let byte = name.first, first != byte, !isSpecial(first) { return false }
    var position = 0
    var index = name.startIndex
    // Where the last `*` is, and how much of the name it has taken.
    var star = -1
    var taken = index
    while index < name.endIndex {
      if position < pattern.count, pattern[position] == UInt8(ascii: "*") {
        star = position
        taken = index
        position += 1
      } else if position < pattern.count, let next = step(pattern, position, name[index]) {
        position = next
        index += 1
      } else if star >= 0 {
        taken += 1
        index = taken
        position = star + 1
      } else {
        return false
      }
    }
    while position < pattern.count, pattern[position] == UInt8(ascii: "*") { position += 1 }
    return position == pattern.count
  }

  private static func isSpecial(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "*") || byte == UInt8(ascii: "?") || byte == UInt8(ascii: "[") || byte == UInt8(ascii: "\\")
  }

  /// Behind the element at a position, when it matches the byte.
  private static func step(_ pattern: [UInt8], _ position: Int, _ byte: UInt8) -> Int? {
    switch pattern[position] {
    case UInt8(ascii: "?"): return position + 1
    case UInt8(ascii: "\\"):
      return position + 1 < pattern.count && pattern[position + 1] == byte ? position + 2 : nil
    case UInt8(ascii: "["):
      guard let end = classEnd(pattern, position) else { return nil }
      return isInClass(byte, pattern, position + 1, end - 1) ? end : nil
    default: return pattern[position] == byte ? position + 1 : nil
    }
  }

  private static func isInClass(_ byte: UInt8, _ pattern: [UInt8], _ start: Int, _ end: Int) -> Bool {
    var index = start
    var isInside = true
    if index < end, pattern[index] == UInt8(ascii: "^") {
      isInside = false
      index += 1
    }
    while index < end {
      if pattern[index] == UInt8(ascii: "\\") { index += 1 }
      guard index < end else { break }
      let low = pattern[index]
      index += 1
      var high = low
      if index + 1 < end, pattern[index] == UInt8(ascii: "-") {
        index += 1
        if pattern[index] == UInt8(ascii: "\\"), index + 1 < end { index += 1 }
        high = pattern[index]
        index += 1
      }
      if low <= byte && byte <= high { return isInside }
    }
    return !isInside
  }
}
