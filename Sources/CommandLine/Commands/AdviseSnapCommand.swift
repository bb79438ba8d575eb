import API
import ByteText

/// `snap advise-snap`: what shells ask when they know no command of a name.
enum AdviseSnapCommand: Command {
  static var grammar: Grammar {
    Grammar(
      name: "advise-snap", hidden: true, summary: "Advise on available snaps",
      help: """
        The advise-snap command searches for and suggests the installation of snaps. It asks nobody: it knows what \
        the stores had when the daemon last fetched their catalogues.

        If --command is given, it suggests snaps that provide the given command. Otherwise it suggests snaps with the \
        given name.
        """,
      options: [
        .flag("command", "Advise on snaps that provide the given command"),
        .flag("dump-db", "Dump advise database for use by command-not-found"),
        .flag("from-apt", "Run as an apt hook", hidden: true),
        .value("format", choices: ["pretty", "json"], preset: "pretty", "Use the given output format"),
      ],
      positionals: [.init("<command or pkg>", .optional)])
  }

  static func run(_ arguments: Arguments, in context: Context) throws {
    if arguments.has("from-apt") { throw Failure("advising apt is not supported yet") }
    let directory = context.root + "/var/cache/snapd"
    if arguments.has("dump-db") {
      guard let file = SortedLines(path: directory + "/commands") else { return }
      file.forEach { context.out.line($0.byteSplit("\t", keepingEmpty: true).joined(separator: " ")) }
      return
    }
    guard let word = arguments.positional(0), !word.isEmpty else {
      throw Failure("the required argument `<command or pkg>` was not provided")
    }
    guard arguments.has("command") else { return advise(package: word, directory, in: context) }
    let isJSON = arguments.value("format") == "json"
    guard let file = SortedLines(path: directory + "/commands") else {
      throw Failure("\(word): command not found")
    }
    let exact = file.lines(of: word).map { Advice($0) }
    if !exact.isEmpty { return try show(exact, word, isExact: true, isJSON, in: context) }
    let near = similar(word).sorted().flatMap { file.lines(of: $0) }.map { Advice($0) }
    if !near.isEmpty { return try show(near, word, isExact: false, isJSON, in: context) }
    throw Failure("\(word): command not found")
  }

  /// A snap that has a command.
  private struct Advice: Encodable {
    var snap: String
    var version: String
    var command: String

    init(_ line: Substring) {
      let fields = line.byteSplit("\t", keepingEmpty: true).map(String.init)
      command = fields.first ?? ""
      snap = fields.count > 1 ? fields[1] : ""
      version = fields.count > 2 ? fields[2] : ""
    }

    enum CodingKeys: String, CodingKey {
      case snap, version
      case command = "Command"
    }
  }

  private static func show(
    _ advice: [Advice], _ word: String, isExact: Bool, _ isJSON: Bool, in context: Context
  ) throws {
    if isJSON {
      context.out.line(String(decoding: try WireJSON.encode(advice), as: UTF8.self))
      return
    }
    context.out.line(
      isExact
        ? "\nCommand \(quoted(word)) not found, but can be installed with:\n"
        : "\nCommand \(quoted(word)) not found, did you mean:\n")
    for one in advice {
      context.out.line(
        isExact
          ? "sudo snap install \(OneLine.text(one.snap))"
          : " command \(quoted(one.command)) from snap \(quoted(one.snap))")
    }
    context.out.line("\nSee 'snap info <snap name>' for additional versions.\n")
  }

  private static func advise(package name: String, _ directory: String, in context: Context) {
    guard let line = SortedLines(path: directory + "/packages")?.lines(of: name).first else { return }
    let fields = line.byteSplit("\t", keepingEmpty: true).map(String.init)
    context.out.line("Packages matching \(quoted(name)):")
    context.out.line(" * \(name) - \(OneLine.text(fields.count > 2 ? fields[2] : ""))")
    context.out.line("Try: snap install <selected snap>")
  }

  /// All words one edit away: a letter left out, one too many, another one, or two swapped.
  private static func similar(_ word: String) -> Set<String> {
    let letters = Array(word.utf8)
    guard letters.count <= 64 else { return [] }
    let alphabet = Array("abcdefghijklmnopqrstuvwxyz0123456789-_.".utf8)
    var words: Set<[UInt8]> = []
    for place in 0...letters.count {
      let (head, tail) = (letters[..<place], letters[place...])
      for letter in alphabet { words.insert(head + [letter] + tail) }
      guard place < letters.count else { continue }
      words.insert(Array(head + tail.dropFirst()))
      for letter in alphabet { words.insert(head + [letter] + tail.dropFirst()) }
      if place + 1 < letters.count { words.insert(head + [tail[place + 1], tail[place]] + tail.dropFirst(2)) }
    }
    return Set(words.map { String(decoding: $0, as: UTF8.self) }.filter { !$0.isEmpty && $0 != word })
  }
}
