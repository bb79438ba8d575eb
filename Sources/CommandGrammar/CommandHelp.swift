/// Help of one command, made from its grammar in the reference's layout.
public enum CommandHelp {
  /// - Parameters:
  ///   - program: its name.
  ///   - path: how the command is typed behind it.
  ///   - columns: of the terminal.
  public static func text(_ grammar: Grammar, program: String, path: String, columns: Int) -> String {
    let options = grammar.options.filter { !$0.hidden }
    var usage = "\(program) \(path)"
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

  /// A positional as it stands in the usage.
  public static func usage(_ positional: Grammar.Positional) -> String {
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
