import API

/// `snap switch`
enum SwitchCommand: Command {
  static var grammar: Grammar {
    Grammar(
      name: "switch", summary: "Switches snap to a different channel",
      help: """
        The switch command changes which channel a snap follows, without refreshing it: the next refresh brings what \
        is in the new channel. It also joins a cohort or leaves it.
        """,
      options: .wait + .channel + [
        .value("cohort", "Switch the snap into the given cohort"),
        .flag("leave-cohort", "Switch the snap out of its cohort"),
      ],
      positionals: [.init("<snap>", .one, values: .installedSnaps)])
  }

  static func run(_ arguments: Arguments, in context: Context) throws {
    let channel = try Channels.chosen(arguments, in: context)
    let name = arguments.positional(0) ?? ""
    let cohort = arguments.value("cohort") ?? ""
    let leaves = arguments.has("leave-cohort")
    if !cohort.isEmpty, leaves { throw Failure("cannot specify both --cohort and --leave-cohort") }
    if cohort.isEmpty, !leaves, channel.isEmpty {
      throw Failure("nothing to switch; specify --channel (and/or one of --cohort/--leave-cohort)")
    }
    var instruction = SnapInstruction(action: "switch")
    instruction.channel = channel
    instruction.cohortKey = cohort
    instruction.leaveCohort = leaves
    guard try SingleSnap.perform(instruction, arguments, in: context) != nil else { return }
    let tracking = try Results.snaps([name], in: context).first?.trackingChannel ?? channel
    let snap = quoted(name)
    let shortened = quoted(elliptic(cohort))
    switch (cohort.isEmpty, leaves, channel.isEmpty) {
    case (false, _, true): context.out.line("\(snap) switched to the \(shortened) cohort")
    case (false, _, false):
      context.out.line("\(snap) switched to the \(quoted(tracking)) channel and the \(shortened) cohort")
    case (true, false, _): context.out.line("\(snap) switched to the \(quoted(tracking)) channel")
    case (true, true, false):
      context.out.line("\(snap) left the cohort, and switched to the \(quoted(tracking)) channel")
    case (true, true, true): context.out.line("\(snap) left the cohort")
    }
  }

  /// The end of a long text, ten columns of it.
  private static func elliptic(_ text: String) -> String {
    let scalars = text.unicodeScalars
    return scalars.count <= 10 ? text : "…" + String(String.UnicodeScalarView(scalars.suffix(9)))
  }
}
