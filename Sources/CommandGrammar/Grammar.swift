/// What a command is called and takes. Parsing, help, the man page and completion are made from it.
public struct Grammar: Sendable {
  public var name: String
  public var aliases: [String] = []
  public var hidden = false
  /// One line for `snap help --all`.
  public var summary: String
  /// Paragraphs for `snap help <command>`.
  public var help: String
  public var options: [Option] = []
  public var positionals: [Positional] = []
  /// Options after the first positional belong to somebody else (`snap run`).
  public var stopsAtFirstPositional = false
  /// Commands below this one (`snap debug …`).
  public var children: [any DescribedCommand.Type] = []

  public init(
    name: String, aliases: [String] = [], hidden: Bool = false, summary: String, help: String, options: [Option] = [],
    positionals: [Positional] = [], stopsAtFirstPositional: Bool = false, children: [any DescribedCommand.Type] = []
  ) {
    self.name = name
    self.aliases = aliases
    self.hidden = hidden
    self.summary = summary
    self.help = help
    self.options = options
    self.positionals = positionals
    self.stopsAtFirstPositional = stopsAtFirstPositional
    self.children = children
  }

  /// One option.
  public struct Option: Sendable {
    public enum Kind: Sendable {
      /// Given or not.
      case flag
      /// Takes a value; `choices` limits it when not empty.
      case value(label: String, choices: [String] = [])
      /// `--hold` or `--hold=<duration>`.
      case optionalValue(label: String)
      /// Takes a whole number.
      case number(label: String)
    }
    public var long: String
    public var short: Character?
    public var kind: Kind
    public var help: String
    /// Shown in help, and the value when the option is not given.
    public var preset: String?
    public var hidden = false

    public init(
      long: String, short: Character? = nil, kind: Kind, help: String, preset: String? = nil, hidden: Bool = false
    ) {
      self.long = long
      self.short = short
      self.kind = kind
      self.help = help
      self.preset = preset
      self.hidden = hidden
    }

    public static func flag(_ long: String, short: Character? = nil, _ help: String, hidden: Bool = false) -> Option {
      Option(long: long, short: short, kind: .flag, help: help, hidden: hidden)
    }

    public static func value(
      _ long: String, short: Character? = nil, label: String = "", choices: [String] = [], preset: String? = nil,
      _ help: String, hidden: Bool = false
    ) -> Option {
      Option(
        long: long, short: short, kind: .value(label: label, choices: choices), help: help, preset: preset,
        hidden: hidden)
    }

    /// What error messages call it, `-n, --name`.
    public var display: String {
      guard let short else { return "--\(long)" }
      return long.isEmpty ? "-\(short)" : "-\(short), --\(long)"
    }
  }

  /// One positional argument.
  public struct Positional: Sendable {
    public enum Count: Sendable { case one, optional, any, atLeastOne }
    /// What is completed here.
    public enum Values: Sendable { case nothing, installedSnaps, files, directories, changes, commands }
    /// With its brackets, `<snap>`.
    public var label: String
    public var count: Count
    public var help: String = ""
    public var values: Values = .nothing

    public init(_ label: String, _ count: Count, help: String = "", values: Values = .nothing) {
      self.label = label
      self.count = count
      self.help = help
      self.values = values
    }

    public var repeats: Bool { count == .any || count == .atLeastOne }
  }
}

/// What has a grammar. What it does when it is run is for each program to say.
public protocol DescribedCommand: Sendable {
  static var grammar: Grammar { get }
}
