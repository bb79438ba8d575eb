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
    CommandHelp.text(grammar, program: "snap", path: path, columns: columns)
  }
}
