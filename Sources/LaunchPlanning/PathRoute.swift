internal import ByteText
internal import LaunchPlan
internal import Permissions

/// One way that a file rule's pattern can be read: components without a `/` in them, as ``PathGlob`` has them.
///
/// A pattern stands for many: braces with `/` in them, `**` beside other characters and trailing slashes are
/// written out here, so that the launcher has to know names only.
struct PathRoute: Hashable {
  /// Where it starts.
  enum Start: Hashable {
    case root
    /// The home of whoever starts the app.
    case home
  }

  var start: Start
  /// In the syntax of globs: `**` alone is any number of directories.
  var components: [String]
  /// A directory with all beneath, instead of something that is no directory.
  var subtree: Bool

  /// How many routes a pattern may stand for; what has more is left out, which grants less.
  static let limit = 512

  /// The routes of a pattern. A pattern that means only a directory itself (`/x/`) has none: what may be listed is
  /// what the view has.
  ///
  /// - Parameter variables: values of `@{NAME}`, in glob syntax; a pattern with another variable has no route.
  static func routes(of pattern: PathPattern, variables: [String: String]) -> [PathRoute] {
    guard var text = substitute(pattern.rawValue, variables) else { return [] }
    var start = Start.root
    for (prefix, length) in [("$HOME/", 5), ("/home/*/", 7), ("/home/[^/]*/", 11)] where text.hasBytePrefix(prefix) {
      start = .home
      text = String(Substring(text.utf8.dropFirst(length)))
      break
    }
    guard let bytes = withoutSlashesInClasses(Array(text.utf8)) else { return [] }
    let isWide = { (group: [UInt8]) -> Bool in
      group.contains(UInt8(ascii: "/"))
        || zip(group, group.dropFirst()).contains { $0 == UInt8(ascii: "*") && $1 == UInt8(ascii: "*") }
    }
    guard let texts = PathGlob.expandBraces(bytes, limit: limit, where: isWide) else { return [] }
    var found: [PathRoute] = []
    var seen: Set<PathRoute> = []
    for text in texts {
      for route in routes(start, text) where seen.insert(route).inserted {
        found.append(route)
        if found.count > limit { return [] }
      }
    }
    return found
  }

  private static func substitute(_ text: String, _ variables: [String: String]) -> String? {
    var result = ""
    var rest = text[...]
    while let range = rest.firstRange(of: "@{") {
      result += rest[..<range.lowerBound]
      guard let end = rest[range.upperBound...].firstIndex(of: "}"),
        let value = variables[String(rest[range.upperBound..<end])]
      else { return nil }
      result += value
      rest = rest[rest.index(after: end)...]
    }
    return result + rest
  }

  /// `[^/]` means no more than `?` within a component.
  private static func withoutSlashesInClasses(_ text: [UInt8]) -> [UInt8]? {
    var result: [UInt8] = []
    var index = 0
    while index < text.count {
      if text[index] == UInt8(ascii: "\\"), index + 1 < text.count {
        result += text[index...(index + 1)]
        index += 2
        continue
      }
      guard text[index] == UInt8(ascii: "[") else {
        result.append(text[index])
        index += 1
        continue
      }
      guard let end = text[index...].firstIndex(of: UInt8(ascii: "]")) else { return nil }
      let members = text[(index + 1)..<end].filter { $0 != UInt8(ascii: "/") }
      if members.isEmpty { return nil }
      result +=
        members == [UInt8(ascii: "^")] ? [UInt8(ascii: "?")] : [UInt8(ascii: "[")] + members + [UInt8(ascii: "]")]
      index = end + 1
    }
    return result
  }

  private static func routes(_ start: Start, _ text: [UInt8]) -> [PathRoute] {
    let parts = text.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: true).map { Array($0) }
    guard let last = parts.last, text.last != UInt8(ascii: "/") else { return [] }
    // What can be the start of each route so far.
    var heads: [[String]] = [[]]
    for part in parts.dropLast() {
      let alternatives = variants(part, isLast: false)
      heads = heads.flatMap { head in alternatives.map { head + $0.components } }
      guard heads.count <= limit else { return [] }
    }
    let found = heads.flatMap { head -> [PathRoute] in
      variants(last, isLast: true).compactMap { variant -> PathRoute? in
        let components = head + variant.components
        guard components.count <= PathGlob.depthLimit, !(components.isEmpty && start == .root) else { return nil }
        return PathRoute(start: start, components: components, subtree: variant.subtree)
      }
    }
    // A home as a whole is what is in it: it is never one place.
    return found.flatMap { route -> [PathRoute] in
      route.components.isEmpty
        ? [false, true].map { PathRoute(start: start, components: ["*"], subtree: $0) } : [route]
    }
  }

  /// What a component can be, written out: `X**` is `X*` and all beneath it.
  private static func variants(_ part: [UInt8], isLast: Bool) -> [(components: [String], subtree: Bool)] {
    let star = UInt8(ascii: "*")
    if part.allSatisfy({ $0 == star }), part.count > 1 {
      // All beneath what is before; in the middle, one directory or more.
      return isLast ? [([], true)] : [(["*", "**"], false)]
    }
    if let first = part.indices.dropLast().first(where: { part[$0] == star && part[$0 + 1] == star }) {
      var end = first
      while end < part.count, part[end] == star { end += 1 }
      let before = text(Array(part[..<first]) + [star])
      guard end < part.count else {
        return isLast ? [([before], false), ([before], true)] : [([before], false), ([before, "**", "*"], false)]
      }
      let after = Array(part[end...])
      let whole = variants(Array(part[..<first]) + [star] + after, isLast: isLast)
      let apart = variants([star] + after, isLast: isLast).map { (["**"] + $0.components, $0.subtree) }
      if first == 0 { return apart }
      return whole + apart.map { ([before] + $0.0, $0.1) }
    }
    guard let alternatives = PathGlob.expandBraces(part, limit: PathGlob.alternativesLimit) else { return [] }
    // Braces that can be empty take their slash along: `/a/{,b}`.
    let rest = alternatives.filter { !$0.isEmpty }
    guard rest.count < alternatives.count else { return [([text(part)], false)] }
    return rest.map { ([text($0)], false) } + (isLast ? [] : [([], false)])
  }

  private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

  // MARK: What it begins with

  /// The names before the first pattern.
  var literals: [String] {
    var names: [String] = []
    for component in components {
      guard let name = PathGlob.literal(Array(component.utf8)) else { break }
      names.append(String(decoding: name, as: UTF8.self))
    }
    return names
  }

  /// Whether there is no pattern in it.
  var isLiteral: Bool { literals.count == components.count }

  /// The same with its first components free of braces, so that they can be looked up.
  func withPlainStart(_ count: Int) -> [PathRoute] {
    var routes = [self]
    for index in 0..<min(count, components.count) {
      routes = routes.flatMap { route -> [PathRoute] in
        guard case .names(let names)? = PathGlob(route.components[index])?.components.first else { return [route] }
        return names.map { name in
          var plain = route
          plain.components[index] = Self.escaped(name)
          return plain
        }
      }
      if routes.count > Self.limit { return [] }
    }
    return routes
  }

  /// A name as a pattern that matches nothing else.
  static func escaped(_ name: [UInt8]) -> String {
    var bytes: [UInt8] = []
    for byte in name {
      if "\\*?[]{}".utf8.contains(byte) { bytes.append(UInt8(ascii: "\\")) }
      bytes.append(byte)
    }
    return text(bytes)
  }

  static func escaped(_ name: String) -> String { escaped(Array(name.utf8)) }
}
