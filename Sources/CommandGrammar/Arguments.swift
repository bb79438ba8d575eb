internal import ByteText

/// What was typed for one command, checked against its grammar.
public struct Arguments: Sendable {
  public fileprivate(set) var values: [String: [String]] = [:]
  public fileprivate(set) var positionals: [String] = []
  public let grammar: Grammar

  public init(grammar: Grammar) { self.grammar = grammar }

  /// Whether an option was given at all.
  public func has(_ long: String) -> Bool { values[long] != nil }

  /// The last value given for an option, else its preset.
  public func value(_ long: String) -> String? {
    values[long]?.last ?? grammar.options.first { $0.long == long }?.preset
  }

  /// All values given for an option that may be repeated.
  public func all(_ long: String) -> [String] { values[long] ?? [] }

  /// The number of an option, which the parser has checked.
  public func number(_ long: String) -> Int? { value(long).flatMap { Int($0) } }

  /// A positional by place.
  public func positional(_ index: Int) -> String? { positionals.indices.contains(index) ? positionals[index] : nil }
}

/// Wrong usage (exit code 64), in the words of the reference's parser.
public enum UsageError: Error, Equatable, CustomStringConvertible {
  case unknownFlag(String)
  case expectedArgument(flag: String)
  case expectedArgumentButGotOption(flag: String, option: String)
  case noArgumentForFlag(String)
  case invalidNumber(flag: String, text: String)
  case invalidChoice(flag: String, text: String, choices: [String])
  case missing([String])
  case unknownCommand(String, see: String, suggestions: [String])
  case noSubcommand(String, [String])
  /// `--help` was asked for, which is no mistake.
  case help

  public var description: String {
    switch self {
    case .unknownFlag(let name): return "unknown flag `\(name)'"
    case .expectedArgument(let flag): return "expected argument for flag `\(flag)'"
    case .expectedArgumentButGotOption(let flag, let option):
      return "expected argument for flag `\(flag)', but got option `\(option)'"
    case .noArgumentForFlag(let flag): return "bool flag `\(flag)' cannot have an argument"
    case .invalidNumber(let flag, let text):
      return "invalid argument for flag `\(flag)' (expected int): strconv.ParseInt: parsing \"\(text)\": invalid syntax"
    case .invalidChoice(let flag, let text, let choices):
      let allowed = choices.dropLast().joined(separator: ", ") + " or " + (choices.last ?? "")
      return "Invalid value `\(text)' for option `\(flag)'. Allowed values are: \(allowed)"
    case .missing(let names):
      if names.count == 1 { return "the required argument \(names[0]) was not provided" }
      let first = names.dropLast().joined(separator: ", ")
      return "the required arguments \(first) and \(names.last ?? "") were not provided"
    case .unknownCommand(let name, let see, let suggestions):
      var text = "unknown command \(quoted(name)), see '\(see)'."
      if !suggestions.isEmpty {
        text += "\nDid you mean " + suggestions.map { "'\($0)'" }.joined(separator: " or ") + "?"
      }
      return text
    case .noSubcommand(_, let names):
      return "Please specify one command of: "
        + (names.count < 2
          ? names.joined() : names.dropLast().joined(separator: ", ") + " or " + (names.last ?? ""))
    case .help: return "help requested"
    }
  }
}

/// The command line's rules: GNU options, `--`, bundled short flags.
public enum Parser {
  /// Reads what follows a command's name.
  public static func parse(_ words: [String], grammar: Grammar) throws(UsageError) -> Arguments {
    var arguments = Arguments(grammar: grammar)
    var index = 0
    let limit = grammar.positionals.contains { $0.repeats } ? Int.max : grammar.positionals.count
    while index < words.count {
      let word = words[index]
      index += 1
      if word == "--" {
        arguments.positionals += words[index...]
        break
      }
      guard word.hasPrefix("-"), word != "-" else {
        arguments.positionals.append(word)
        if grammar.stopsAtFirstPositional {
          arguments.positionals += words[index...]
          break
        }
        continue
      }
      if word.hasPrefix("--") {
        try long(word.dropFirst(2), words, &index, &arguments)
      } else {
        try short(word.dropFirst(), words, &index, &arguments)
      }
    }
    try check(arguments, limit: limit)
    return arguments
  }

  private static func long(
    _ text: Substring, _ words: [String], _ index: inout Int, _ arguments: inout Arguments
  ) throws(UsageError) {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let name = String(parts.first ?? "")
    if name == "help" { throw .help }
    guard !name.isEmpty, let option = arguments.grammar.options.first(where: { $0.long == name }) else {
      throw .unknownFlag(name)
    }
    try take(option, parts.count == 2 ? String(parts[1]) : nil, words, &index, &arguments)
  }

  private static func short(
    _ text: Substring, _ words: [String], _ index: inout Int, _ arguments: inout Arguments
  ) throws(UsageError) {
    var rest = text
    while let character = rest.popFirst() {
      if character == "h", !arguments.grammar.options.contains(where: { $0.short == "h" }) { throw .help }
      guard let option = arguments.grammar.options.first(where: { $0.short == character }) else {
        throw .unknownFlag(String(character))
      }
      if case .flag = option.kind {
        if rest.first == "=" { throw .noArgumentForFlag(option.display) }
        try take(option, nil, words, &index, &arguments)
        continue
      }
      if rest.first == "=" { rest.removeFirst() }
      try take(option, rest.isEmpty ? nil : String(rest), words, &index, &arguments)
      return
    }
  }

  private static func take(
    _ option: Grammar.Option, _ attached: String?, _ words: [String], _ index: inout Int,
    _ arguments: inout Arguments
  ) throws(UsageError) {
    let key = option.long.isEmpty ? option.short.map { String($0) } ?? "" : option.long
    var value = attached
    switch option.kind {
    case .flag:
      if attached != nil { throw .noArgumentForFlag(option.display) }
      arguments.values[key] = [""]
      return
    case .optionalValue:
      arguments.values[key, default: []].append(value ?? "")
      return
    case .value, .number:
      if value == nil, index < words.count {
        // A word that looks like an option is one; a lone "-" is not.
        if words[index].hasPrefix("-"), words[index] != "-", Int(words[index]) == nil {
          throw .expectedArgumentButGotOption(flag: option.display, option: words[index])
        }
        value = words[index]
        index += 1
      }
    }
    guard let value else { throw .expectedArgument(flag: option.display) }
    if case .number = option.kind, Int(value) == nil { throw .invalidNumber(flag: option.display, text: value) }
    if case .value(_, let choices) = option.kind, !choices.isEmpty, !choices.contains(value) {
      throw .invalidChoice(flag: option.display, text: value, choices: choices)
    }
    arguments.values[key, default: []].append(value)
  }

  private static func check(_ arguments: Arguments, limit: Int) throws(UsageError) {
    var missing: [String] = []
    for (place, positional) in arguments.grammar.positionals.enumerated() where place >= arguments.positionals.count {
      switch positional.count {
      case .one: missing.append("`\(positional.label)`")
      case .atLeastOne: missing.append("`\(positional.label) (at least 1 argument)`")
      case .optional, .any: break
      }
    }
    if !missing.isEmpty { throw .missing(missing) }
  }

  /// Whether more was given than the command takes; the reference says so only after the options are known good.
  public static func hasTooMany(_ arguments: Arguments) -> Bool {
    !arguments.grammar.stopsAtFirstPositional && !arguments.grammar.positionals.contains { $0.repeats }
      && arguments.positionals.count > arguments.grammar.positionals.count
  }

  /// Names near a mistyped one: at most two edits away (one for short names), nearest first.
  public static func suggestions(for word: String, among names: [String]) -> [String] {
    let limit = word.utf8.count <= 3 ? 1 : 2
    let near = names.map { ($0, distance(word, $0)) }.filter { $0.1 <= limit }.sorted { ($0.1, $0.0) < ($1.1, $1.0) }
    guard let best = near.first?.1 else { return [] }
    return near.filter { $0.1 == best }.prefix(3).map(\.0)
  }

  /// Edits between two words: insert, delete, replace, swap neighbours.
  public static func distance(_ a: String, _ b: String) -> Int {
    let a = Array(a.utf8.prefix(64))
    let b = Array(b.utf8.prefix(64))
    var rows = [Array(0...b.count)]
    for i in 0..<a.count {
      var row = [i + 1]
      for j in 0..<b.count {
        var best = min(rows[i][j] + (a[i] == b[j] ? 0 : 1), rows[i][j + 1] + 1, row[j] + 1)
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { best = min(best, rows[i - 1][j - 1] + 1) }
        row.append(best)
      }
      rows.append(row)
    }
    return rows[a.count][b.count]
  }
}

/// Text in quotation marks as Go's `%q` writes it, whole: a person typed it.
public func quoted(_ text: String) -> String { QuotedText.quote(text, limit: .max) }
