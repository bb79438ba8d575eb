internal import ByteText

/// One option of a subcommand.
struct SnapctlOption: Sendable {
  /// Without dashes; what its value is asked for by.
  var name: String
  var short: Character?
  var takesValue = false
  /// Whether only the short form exists.
  var isShortOnly = false

  static func flag(_ name: String, short: Character? = nil) -> SnapctlOption { SnapctlOption(name: name, short: short) }
  static func short(_ letter: Character) -> SnapctlOption {
    SnapctlOption(name: String(letter), short: letter, isShortOnly: true)
  }
  static func value(_ name: String, short: Character? = nil) -> SnapctlOption {
    SnapctlOption(name: name, short: short, takesValue: true)
  }

  var display: String {
    let long = isShortOnly ? nil : "--\(name)"
    return [short.map { "-\($0)" }, long].compactMap { $0 }.joined(separator: ", ")
  }
}

/// What was given to a subcommand, taken apart as the reference's parser does (go-flags).
struct SnapctlArguments: Sendable {
  private(set) var values: [String: String] = [:]
  private(set) var positionals: [String] = []

  /// `-h` or `--help` was given where an option may be.
  struct HelpWanted: Error {}

  init(_ words: [String], options: [SnapctlOption]) throws {
    var rest = words[...]
    while let word = rest.popFirst() {
      if word.hasSameBytes(as: "--") {
        positionals += rest
        return
      }
      guard word.hasBytePrefix("-"), word.utf8.count > 1 else {
        positionals.append(word)
        continue
      }
      let parts = word.byteSplit("=", maxSplits: 1, keepingEmpty: true).map { String($0) }
      let given = parts.count == 2 ? parts[1] : nil
      if let long = parts[0].bytes(after: "--") {
        if long == "help" { throw HelpWanted() }
        guard let option = options.first(where: { !$0.isShortOnly && $0.name.hasSameBytes(as: long) }) else {
          throw SnapctlFailure("unknown flag `\(long)'")
        }
        try take(option, given, &rest)
      } else {
        try takeShort(Array(parts[0].unicodeScalars.dropFirst()), given, options, &rest)
      }
    }
  }

  private mutating func takeShort(
    _ letters: [Unicode.Scalar], _ given: String?, _ options: [SnapctlOption], _ rest: inout ArraySlice<String>
  ) throws {
    for (index, letter) in letters.enumerated() {
      guard let option = options.first(where: { $0.short.map(String.init) == String(letter) }) else {
        if letter == "h" { throw HelpWanted() }
        throw SnapctlFailure("unknown flag `\(letter)'")
      }
      let following = letters[(index + 1)...]
      if option.takesValue, !following.isEmpty {
        let attached = String(String.UnicodeScalarView(following))
        return try take(option, attached + (given.map { "=" + $0 } ?? ""), &rest)
      }
      try take(option, following.isEmpty ? given : nil, &rest)
    }
  }

  private mutating func take(_ option: SnapctlOption, _ given: String?, _ rest: inout ArraySlice<String>) throws {
    guard option.takesValue else {
      if given != nil { throw SnapctlFailure("bool flag `\(option.display)' cannot have an argument") }
      values[option.name] = ""
      return
    }
    guard let value = given ?? rest.popFirst() else {
      throw SnapctlFailure("expected argument for flag `\(option.display)'")
    }
    values[option.name] = value
  }

  func has(_ name: String) -> Bool { values[name] != nil }
  func value(_ name: String) -> String? { values[name] }

  /// The positionals, when there are as many as `names`.
  func exactly(_ names: String...) throws -> [String] {
    guard positionals.count >= names.count else {
      let missing = names[positionals.count...].map { "`\($0)`" }
      let list =
        missing.count == 1
        ? missing[0] : missing.dropLast().joined(separator: ", ") + " and " + missing[missing.count - 1]
      throw SnapctlFailure(
        "the required argument\(missing.count == 1 ? "" : "s") \(list) \(missing.count == 1 ? "was" : "were") not provided"
      )
    }
    guard positionals.count == names.count else { throw SnapctlFailure("too many arguments for command") }
    return positionals
  }
}
