/// The page `snap(8)` in the language of `man(7)`, made from the grammars.
enum ManPage {
  static func text() -> String {
    var page = ".TH snap 8 \"\" \"snapd \(ProgramVersion.text)\" \"System Administration\"\n"
    page += ".SH NAME\nsnap \\- Tool to interact with snaps\n.SH SYNOPSIS\n\\fBsnap\\fP [OPTIONS] <command>\n"
    page += ".SH DESCRIPTION\n" + escape(HelpText.introduction) + "\n.SH COMMANDS\n"
    for group in Catalogue.groups {
      for command in group.commands where !command.grammar.hidden { page += section(command.grammar, "") }
    }
    page += section(HelpCommand.grammar, "")
    for child in DebugCommand.grammar.children where !child.grammar.hidden { page += section(child.grammar, "debug ") }
    page += ".SH EXIT STATUS\n"
    for (code, meaning) in [
      ("0", "done"), ("1", "failed"), ("10", "failed, but may succeed later: another change is in progress"),
      ("20", "the image could not be made"), ("46", "the app cannot be run"), ("64", "wrong usage"),
    ] {
      page += ".TP\n\\fB\(code)\\fP\n\(meaning)\n"
    }
    return page
  }

  private static func section(_ grammar: Grammar, _ prefix: String) -> String {
    var text = ".SS \(prefix)\(escape(grammar.name))\n\(escape(grammar.summary))\n.PP\n"
    text +=
      escape(grammar.help).split(separator: "\n", omittingEmptySubsequences: false)
      .map { $0.isEmpty ? ".PP" : String($0) }.joined(separator: "\n") + "\n.PP\n"
    text += "\\fBUsage\\fP: snap \(prefix)\(escape(grammar.name))"
    let options = grammar.options.filter { !$0.hidden }
    if !options.isEmpty { text += " [\(escape(grammar.name))\\-OPTIONS]" }
    for positional in grammar.positionals { text += " " + escape(CommandHelp.usage(positional)) }
    text += "\n"
    if !grammar.aliases.isEmpty { text += ".PP\n\\fBAliases\\fP: \(escape(grammar.aliases.joined(separator: ", ")))\n" }
    for option in options {
      text += ".TP\n\\fB\(escape(option.display))\\fP"
      switch option.kind {
      case .flag: break
      case .value(let label, let choices):
        text += "=\\fI\(escape(choices.isEmpty ? label : choices.joined(separator: "|")))\\fP"
      case .number(let label), .optionalValue(let label): text += "=\\fI\(escape(label))\\fP"
      }
      text += "\n\(escape(option.help))\n"
    }
    return text
  }

  /// Text that troff prints as it is.
  private static func escape(_ text: String) -> String {
    var out = ""
    var lineStart = true
    for character in text {
      // A line that begins with a dot or quote would be a request.
      if lineStart, character == "." || character == "'" { out += "\\&" }
      switch character {
      case "\\": out += "\\e"
      case "-": out += "\\-"
      default: out.append(character)
      }
      lineStart = character == "\n"
    }
    return out
  }
}
