internal import CommandGrammar
internal import Glibc

/// One command of publishers.
protocol PublishingCommand: DescribedCommand {
  static func run(_ words: Arguments) throws
}

/// The commands of `snap-store` that talk to a store.
public enum PublishingProgram {
  private static let commands: [any PublishingCommand.Type] = [
    LogIn.self, LogOut.self, WhoAmI.self, Register.self, Names.self, Upload.self, Release.self, Close.self, Status.self,
    Revisions.self, Promote.self, ProgressiveRelease.self, Collaborate.self, SetPrivate.self, Metadata.self,
    RegisterKey.self, ValidationSets.self, Declare.self, Review.self, Transfer.self, Unregister.self, Disputes.self,
  ]

  /// Names and summaries, for help.
  public static var summaries: [(name: String, summary: String)] {
    commands.map { (name: $0.grammar.name, summary: $0.grammar.summary) }
  }

  /// Runs a command.
  ///
  /// - Parameter words: what was typed after `snap-store`.
  /// - Returns: how the program ends; nil when the first word is none of these commands.
  public static func run(_ words: [String]) -> Int32? {
    guard let name = words.first, let command = commands.first(where: { $0.grammar.name == name }) else { return nil }
    let grammar = command.grammar
    do {
      let arguments = try Parser.parse(Array(words.dropFirst()), grammar: grammar)
      guard !Parser.hasTooMany(arguments) else { throw WrongUsage("too many arguments for command") }
      try command.run(arguments)
      return 0
    } catch UsageError.help {
      print(CommandHelp.text(grammar, program: "snap-store", path: name, columns: 100), terminator: "")
      return 0
    } catch let error as UsageError {
      complain("error: \(error)\n")
      return 64
    } catch let error as WrongUsage {
      complain("error: \(error)\n")
      return 64
    } catch {
      complain("error: \(error)\n")
      return 1
    }
  }
}

/// Writes to standard error.
func complain(_ text: String) {
  var rest = Array(text.utf8)[...]
  while !rest.isEmpty {
    let count = rest.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
    guard count > 0 else { return }
    rest = rest.dropFirst(count)
  }
}

/// Lines of columns, as wide as what is in them.
func table(_ rows: [[String]]) {
  let columns = rows.map(\.count).max() ?? 0
  let widths = (0..<columns).map { column in
    rows.map { $0.count > column ? $0[column].unicodeScalars.count : 0 }.max() ?? 0
  }
  for row in rows {
    var line = ""
    for (column, cell) in row.enumerated() {
      line += cell
      if column < row.count - 1 {
        line += String(repeating: " ", count: widths[column] - cell.unicodeScalars.count + 2)
      }
    }
    print(line)
  }
}
