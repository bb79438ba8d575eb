/// What a command is called and takes. Parsing, help, the man page and completion are made from it.
struct Grammar: Sendable {
  var name: String
  var aliases: [String] = []
  var hidden = false
  /// One line for `snap help --all`.
  var summary: String
  /// Paragraphs for `snap help <command>`.
  var help: String
  var options: [Option] = []
  var positionals: [Positional] = []
  /// Options after the first positional belong to somebody else (`snap run`).
  var stopsAtFirstPositional = false
  /// Commands below this one (`snap debug …`).
  var children: [any Command.Type] = []

  /// One option.
  struct Option: Sendable {
    enum Kind: Sendable {
      /// Given or not.
      case flag
      /// Takes a value; `choices` limits it when not empty.
      case value(label: String, choices: [String] = [])
      /// `--hold` or `--hold=<duration>`.
      case optionalValue(label: String)
      /// Takes a whole number.
      case number(label: String)
    }
    var long: String
    var short: Character?
    var kind: Kind
    var help: String
    /// Shown in help, and the value when the option is not given.
    var preset: String?
    var hidden = false

    static func flag(_ long: String, short: Character? = nil, _ help: String, hidden: Bool = false) -> Option {
      Option(long: long, short: short, kind: .flag, help: help, hidden: hidden)
    }

    static func value(
      _ long: String, short: Character? = nil, label: String = "", choices: [String] = [], preset: String? = nil,
      _ help: String, hidden: Bool = false
    ) -> Option {
      Option(
        long: long, short: short, kind: .value(label: label, choices: choices), help: help, preset: preset,
        hidden: hidden)
    }

    /// What error messages call it, `-n, --name`.
    var display: String {
      guard let short else { return "--\(long)" }
      return long.isEmpty ? "-\(short)" : "-\(short), --\(long)"
    }
  }

  /// One positional argument.
  struct Positional: Sendable {
    enum Count: Sendable { case one, optional, any, atLeastOne }
    /// What is completed here.
    enum Values: Sendable { case nothing, installedSnaps, files, directories, changes, commands }
    /// With its brackets, `<snap>`.
    var label: String
    var count: Count
    var help: String = ""
    var values: Values = .nothing

    init(_ label: String, _ count: Count, help: String = "", values: Values = .nothing) {
      self.label = label
      self.count = count
      self.help = help
      self.values = values
    }

    var repeats: Bool { count == .any || count == .atLeastOne }
  }
}

/// One command: a name, a grammar, and what it does.
protocol Command: Sendable {
  static var grammar: Grammar { get }
  /// Does it.
  ///
  /// - Throws: `Failure`, `ClientError` or anything with a sentence as description; see `SnapProgram`.
  static func run(_ arguments: Arguments, in context: Context) throws
}

// Options that many commands share (`spec/features.md` §1).
extension [Grammar.Option] {
  static var wait: Self { [.flag("no-wait", "Print the change's id and return at once")] }

  static var color: Self {
    [
      .value("color", choices: ["auto", "never", "always"], preset: "auto", "Colour what stands out"),
      .value("unicode", choices: ["auto", "never", "always"], preset: "auto", "Use symbols beyond ASCII"),
    ]
  }

  static var unicode: Self { [color[1]] }

  static var time: Self { [.flag("abs-time", "Show times as RFC 3339, not relative to now")] }

  static var channel: Self {
    [
      .value("channel", "Use this channel instead of stable"),
      .flag("edge", "Use the edge channel"),
      .flag("beta", "Use the beta channel"),
      .flag("candidate", "Use the candidate channel"),
      .flag("stable", "Use the stable channel"),
    ]
  }

  static var mode: Self {
    [
      .flag("devmode", "Report what confinement would refuse, but allow it"),
      .flag("jailmode", "Confine the snap even if it asks not to be"),
      .flag("classic", "Run the snap without confinement, as its publisher asks"),
    ]
  }

  static var last: Self {
    [
      .value(
        "last", label: "",
        "The latest change of this type (install, refresh, remove, try, ...); with a question mark at the end of the "
          + "type, having none is no error")
    ]
  }
}
