internal import CommandGrammar
internal import Glibc
internal import Linux
internal import StoreState

/// A command of `snap-store` that works on a store's directory.
protocol StoreCommand: DescribedCommand {
  static func run(_ arguments: Arguments, _ output: inout CommandOutput) throws
}

/// What a command says.
struct CommandOutput {
  private(set) var text = ""
  mutating func line(_ text: String = "") { self.text += text + "\n" }
  mutating func write(_ text: String) { self.text += text }
}

/// What cannot be done, in a sentence.
struct CommandFailure: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

/// The program `snap-store`.
public enum StoreProgram {
  private static let commands: [any StoreCommand.Type] = [
    InitCommand.self, ServeCommand.self, StatusCommand.self, TrustCommand.self, KeyCommand.self, AccountCommand.self,
    HoldCommand.self,
  ]

  /// Runs the command line of this process. To be called from the main thread, before there is any other.
  ///
  /// - Parameters:
  ///   - arguments: all words, the program's own name first.
  ///   - others: commands that are not of a store's directory: their names and summaries, and how they are run; nil
  ///     from there for a word that is none of them.
  /// - Returns: the exit status: 1 for what cannot be done, 64 for a wrong call.
  public static func main(
    _ arguments: [String], others: [(name: String, summary: String)] = [], run: ([String]) -> Int32? = { _ in nil }
  ) -> Int32 {
    let words = Array(arguments.dropFirst())
    do {
      guard let first = words.first, first != "--help", first != "-h", first != "help" || words.count > 1 else {
        try show(overview(others))
        return 0
      }
      if first == "help" { return try dispatch(Array(words.dropFirst()) + ["--help"], others, run) }
      return try dispatch(words, others, run)
    } catch {
      emit("error: \(error)\n", STDERR_FILENO)
      return error is UsageError ? 64 : 1
    }
  }

  private static func dispatch(
    _ words: [String], _ others: [(name: String, summary: String)], _ run: ([String]) -> Int32?
  ) throws -> Int32 {
    let name = words.first ?? ""
    guard let command = commands.first(where: { $0.grammar.name == name }) else {
      if let status = run(words) { return status }
      let names = commands.map { $0.grammar.name } + others.map(\.name)
      throw UsageError.unknownCommand(
        name, see: "snap-store help",
        suggestions: Parser.suggestions(for: name, among: names).map { "snap-store \($0)" })
    }
    try self.run(command, path: name, Array(words.dropFirst()))
    return 0
  }

  private static func run(_ command: any StoreCommand.Type, path: String, _ words: [String]) throws {
    let grammar = command.grammar
    if !grammar.children.isEmpty, words.first != "--help", words.first != "-h" {
      let names = grammar.children.map { $0.grammar.name }
      guard let word = words.first else { throw UsageError.noSubcommand(path, names) }
      let child = grammar.children.first { $0.grammar.name == word } as? any StoreCommand.Type
      guard let child else {
        throw UsageError.unknownCommand(
          word, see: "snap-store help \(path)",
          suggestions: Parser.suggestions(for: word, among: names).map { "snap-store \(path) \($0)" })
      }
      return try run(child, path: "\(path) \(word)", Array(words.dropFirst()))
    }
    let arguments: Arguments
    do throws(UsageError) { arguments = try Parser.parse(words, grammar: grammar) } catch {
      guard error == .help else { throw error }
      return try show(CommandHelp.text(grammar, program: "snap-store", path: path, columns: 80))
    }
    if Parser.hasTooMany(arguments) { throw CommandFailure("too many arguments for command") }
    var output = CommandOutput()
    do { try command.run(arguments, &output) } catch {
      emit(output.text, STDOUT_FILENO)
      throw error
    }
    try show(output.text)
  }

  private static func overview(_ others: [(name: String, summary: String)]) -> String {
    var table = TableWriter()
    var text = "The snap-store command makes and runs a store for snaps, and publishes in one.\n\n"
    text += "Usage: snap-store <command> [<options>...]\n\nFor who runs a store:\n"
    for grammar in commands.map({ $0.grammar }) { table.line("  \(grammar.name)", grammar.summary) }
    text += table.flush()
    if !others.isEmpty {
      text += "\nFor who publishes:\n"
      for other in others { table.line("  \(other.name)", other.summary) }
      text += table.flush()
    }
    return text + "\nFor more about a command, run 'snap-store help <command>'.\n"
  }

  /// Prints on standard output. A root of trust that a full disk cut short is none.
  private static func show(_ text: String) throws(CommandFailure) {
    guard emit(text, STDOUT_FILENO) else {
      throw CommandFailure("\(SyscallError("write", path: "output", errno: errno))")
    }
  }

  /// Whether all of it is written, or nobody wants it.
  @discardableResult static func emit(_ text: String, _ descriptor: Int32) -> Bool {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return errno == EBADF }
      rest = rest.dropFirst(count)
    }
    return true
  }
}

extension Grammar.Positional {
  /// The store's directory, which every command here begins with.
  static let directory = Grammar.Positional("<directory>", .one, help: "Of the store", values: .directories)
}

extension Arguments {
  /// The store's directory.
  var directory: StoreDirectory { StoreDirectory(path: positional(0) ?? "") }

  /// A positional that the grammar asks for.
  func required(_ index: Int) -> String { positional(index) ?? "" }
}

extension StoreContext {
  /// The account of a name or id.
  func account(_ name: String) throws -> AccountRecord {
    guard let account = try state.read({ try $0.account(username: name) ?? $0.account(id: name) }) else {
      throw CommandFailure("cannot find account \(quoted(name))")
    }
    return account
  }
}
