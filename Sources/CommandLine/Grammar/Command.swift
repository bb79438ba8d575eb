// Every command has a grammar.
@_exported public import CommandGrammar

/// One command: a name, a grammar, and what it does.
protocol Command: DescribedCommand {
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
