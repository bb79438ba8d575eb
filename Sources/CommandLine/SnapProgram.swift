import API
import Client
import Glibc

/// The `snap` command.
public enum SnapProgram {
  static let errorPrefix = "error: "

  /// Runs the command line of this process and returns its exit code.
  ///
  /// - Parameter arguments: all words, the program's own name first.
  public static func run(arguments: [String]) -> Int32 {
    let context = Context.process()
    return run(Array(arguments.dropFirst()), in: context)
  }

  /// Runs a command line in any context: what tests do.
  static func run(_ words: [String], in context: Context) -> Int32 {
    var code = outcome(words, in: context)
    context.out.flush()
    // A full disk: what should be there is not.
    if code == 0, let failure = context.out.failure {
      context.err.line(errorPrefix + "\(failure)")
      code = 1
    }
    context.err.flush()
    return code
  }

  private static func outcome(_ words: [String], in context: Context) -> Int32 {
    do {
      try dispatch(words, in: context)
      WarningHint.show(in: context)
      return 0
    } catch {
      return report(error, words, in: context)
    }
  }

  private static func dispatch(_ words: [String], in context: Context) throws {
    guard let first = words.first else {
      context.out.write(HelpText.short())
      return
    }
    switch first {
    case "--help", "-h":
      context.out.write(HelpText.short())
      return
    case "--version":
      try VersionCommand.run(Arguments(grammar: VersionCommand.grammar), in: context)
      return
    case _ where first.hasPrefix("-") && first != "-" && first != "--":
      throw UsageError.unknownFlag(String(first.drop { $0 == "-" }.prefix { $0 != "=" }))
    default: break
    }
    guard let command = Catalogue.command(named: first) else {
      if Catalogue.unsupported.contains(first) {
        throw Failure("the \(quoted(first)) command is not supported yet")
      }
      throw UsageError.unknownCommand(
        first, see: "snap help",
        suggestions: Parser.suggestions(for: first, among: Catalogue.names).map { "snap \($0)" })
    }
    try run(command, path: first, Array(words.dropFirst()), in: context)
  }

  private static func run(_ command: any Command.Type, path: String, _ words: [String], in context: Context) throws {
    let grammar = command.grammar
    if !grammar.children.isEmpty {
      let names = grammar.children.map { $0.grammar.name }
      guard let word = words.first else { throw UsageError.noSubcommand(path, names) }
      if word == "--help" || word == "-h" {
        context.out.write(HelpText.command(grammar, path: path, columns: context.columns))
        return
      }
      if word.hasPrefix("-") { throw UsageError.unknownFlag(String(word.drop { $0 == "-" })) }
      let child = grammar.children.first { $0.grammar.name == word } as? any Command.Type
      guard let child else {
        throw UsageError.unknownCommand(
          word, see: "snap help \(path)",
          suggestions: Parser.suggestions(for: word, among: names).map { "snap \(path) \($0)" })
      }
      try run(child, path: "\(path) \(word)", Array(words.dropFirst()), in: context)
      return
    }
    let arguments: Arguments
    do throws(UsageError) {
      arguments = try Parser.parse(words, grammar: grammar)
    } catch {
      guard error == .help else { throw error }
      context.out.write(HelpText.command(grammar, path: path, columns: context.columns))
      return
    }
    if Parser.hasTooMany(arguments) { throw Failure("too many arguments for command") }
    try command.run(arguments, in: context)
  }

  /// Says what failed, and which exit code that is.
  private static func report(_ error: any Error, _ words: [String], in context: Context) -> Int32 {
    do {
      // Some errors of the daemon are no failures: "is not installed" after `snap remove`.
      context.err.line(try DaemonMessage.explain(error, DaemonMessage.Request(), in: context))
      WarningHint.show(in: context)
      return 0
    } catch {
      if let warning = DashWarning.text(words) { context.err.write(warning) }
      // A helper that had the terminal has said it already.
      if let error = error as? Failure, error.description.isEmpty { return error.exitCode }
      context.err.line(errorPrefix + "\(error)")
      switch error {
      case let error as Failure: return error.exitCode
      case let error as ClientError: return error.isRetryable ? 10 : 1
      case is UsageError: return 64
      default: return 1
      }
    }
  }
}

/// A hint for command lines pasted from a page that made dashes pretty.
enum DashWarning {
  private static let lookalikes: Set<Unicode.Scalar> = [
    "\u{2010}", "\u{2011}", "\u{2012}", "\u{2013}", "\u{2014}", "\u{2015}", "\u{2212}", "\u{fe58}", "\u{fe63}",
    "\u{ff0d}",
  ]

  static func text(_ words: [String]) -> String? {
    let line = (["snap"] + words).joined(separator: " ")
    guard line.unicodeScalars.contains(where: lookalikes.contains) else { return nil }
    return "Your command has characters that look like dashes but are not:\n    \(quoted(line))\n"
      + "Text copied from a web page often has them. Type plain \"-\" instead.\n\n"
  }
}
