/// `snap help`
enum HelpCommand: Command {
  static var grammar: Grammar {
    Grammar(
      name: "help", hidden: true, summary: "Show help about a command",
      help: "The help command shows what snap can do, or how to use one command.",
      options: [
        .flag("all", "Show a short summary of all commands"),
        .flag("man", "Print the manual page", hidden: true),
      ],
      positionals: [.init("<command>", .any, values: .commands)])
  }

  static func run(_ arguments: Arguments, in context: Context) throws {
    let words = arguments.positionals
    if arguments.has("all") {
      if !words.isEmpty { throw Failure("help accepts a command, or '--all', but not both.") }
      context.out.write(HelpText.all())
      return
    }
    if arguments.has("man") {
      context.out.write(ManPage.text())
      return
    }
    guard let first = words.first else {
      context.out.write(HelpText.short())
      return
    }
    guard var grammar = Catalogue.command(named: first)?.grammar else {
      if Catalogue.unsupported.contains(first) { throw Failure("the \(quoted(first)) command is not supported yet") }
      throw UsageError.unknownCommand(
        first, see: "snap help",
        suggestions: Parser.suggestions(for: first, among: Catalogue.names).map { "snap help \($0)" })
    }
    var path = first
    for word in words.dropFirst() {
      guard let child = grammar.children.first(where: { $0.grammar.name == word }) else {
        throw UsageError.unknownCommand(word, see: "snap help \(path)", suggestions: [])
      }
      grammar = child.grammar
      path += " " + word
    }
    context.out.write(HelpText.command(grammar, path: path, columns: context.columns))
  }
}
