/// Help, made from the grammars in the reference's layout.
enum HelpText {
  static let introduction = """
    The snap command installs, updates, reverts and removes snaps.
    A snap is an application with all it needs in one read-only image. It runs
    confined, and is replaced as a whole.
    """

  /// `snap` and `snap help`.
  static func short() -> String {
    var text = introduction + "\n\nUsage: snap <command> [<options>...]\n\n"
    text += "Commonly used commands can be classified as follows:\n\n"
    let width = Catalogue.groups.map(\.title.count).max() ?? 0
    for group in Catalogue.groups {
      let names = group.commands.map { $0.grammar }.filter { !$0.hidden }.map(\.name)
      let title = group.title == "Other" ? "... Other" : group.title
      text += String(repeating: " ", count: max(0, width + 4 - title.count)) + title
      text += ": " + names.joined(separator: ", ") + "\n"
    }
    return text + footer + "For a short summary of all commands, run 'snap help --all'.\n"
  }

  private static let footer = "\nFor more information about a command, run 'snap help <command>'.\n"

  /// `snap help --all`.
  static func all() -> String {
    var text = introduction + "\n\nUsage: snap <command> [<options>...]\n\nCommands can be classified as follows:\n"
    let width = Catalogue.all.map { $0.grammar.name.count }.max() ?? 0
    for group in Catalogue.groups {
      text += "\n  \(group.title) (\(group.note)):\n"
      for grammar in group.commands.map({ $0.grammar }) where !grammar.hidden {
        text += "    " + grammar.name + String(repeating: " ", count: width - grammar.name.count + 2)
        text += grammar.summary + "\n"
      }
    }
    return text + footer
  }

  /// `snap help <command>`, `snap <command> --help`.
  static func command(_ grammar: Grammar, path: String, columns: Int) -> String {
    let options = grammar.options.filter { !$0.hidden }
    var usage = "snap \(path)"
    if !options.isEmpty { usage += " [\(grammar.name)-OPTIONS]" }
    if !grammar.children.isEmpty { usage += " <command>" }
    if !grammar.positionals.isEmpty {
      usage += " " + grammar.positionals.map { self.usage($0) }.joined(separator: " ")
    }
    let width = min(max(columns, 40), 100) - 1
    var text = "Usage:\n  \(usage)\n\n" + Wrapping.wrap(grammar.help, indent: "", width: width)
    if !options.isEmpty {
      text += "\n[\(grammar.name) command options]\n"
      text += table(options.map { (heading($0), describe($0)) }, width: width)
    }
    let described = grammar.positionals.filter { !$0.help.isEmpty }
    if !described.isEmpty {
      text += "\n[\(grammar.name) command arguments]\n"
      text += table(described.map { ("  \($0.label):", $0.help) }, width: width)
    }
    let children = grammar.children.map { $0.grammar }.filter { !$0.hidden }
    if !children.isEmpty {
      text += "\nAvailable commands:\n" + table(children.map { ("  \($0.name)", $0.summary) }, width: width)
    }
    return text
  }

  static func usage(_ positional: Grammar.Positional) -> String {
    switch positional.count {
    case .one: positional.label
    case .optional: "[\(positional.label)]"
    case .any, .atLeastOne: "[\(positional.label)...]"
    }
  }

  private static func heading(_ option: Grammar.Option) -> String {
    var text = option.short.map { "  -\($0)" } ?? "    "
    if !option.long.isEmpty { text += (option.short == nil ? "  " : ", ") + "--\(option.long)" }
    switch option.kind {
    case .flag: break
    case .value(let label, let choices):
      text += "=" + (choices.isEmpty ? label : "[" + choices.joined(separator: "|") + "]")
    case .number(let label): text += "=" + label
    case .optionalValue(let label): text += "[=\(label)]"
    }
    return text
  }

  private static func describe(_ option: Grammar.Option) -> String {
    option.preset.map { "\(option.help) (default: \($0))" } ?? option.help
  }

  /// Two columns, the second wrapped.
  private static func table(_ rows: [(String, String)], width: Int) -> String {
    let column = (rows.map(\.0.count).max() ?? 0) + 4
    var text = ""
    for (heading, description) in rows {
      let lines = Wrapping.wrap(description, indent: "", width: max(20, width - column))
        .split(separator: "\n", omittingEmptySubsequences: true)
      for (index, line) in lines.enumerated() {
        let start = index == 0 ? heading : ""
        text += start + String(repeating: " ", count: column - start.count) + line + "\n"
      }
      if lines.isEmpty { text += heading + "\n" }
    }
    return text
  }
}
