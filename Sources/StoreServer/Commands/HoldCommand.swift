internal import CommandGrammar
internal import Snap
internal import StoreState
internal import Time

/// `snap-store hold …`.
enum HoldCommand: StoreCommand {
  static let grammar = Grammar(
    name: "hold", summary: "Look at held updates, and let them pass",
    help: """
      After a new key or a change of owner a snap's updates are held for some days, so that a thief cannot send them \
      to devices unnoticed. The hold command has commands for who watches over that.
      """, children: [List.self, Release.self])

  static func run(_ arguments: Arguments, _ output: inout CommandOutput) throws {}

  /// `snap-store hold list`.
  enum List: StoreCommand {
    static let grammar = Grammar(
      name: "list", summary: "List held updates", help: "The list command lists holds and what waits for them.",
      positionals: [.directory])

    static func run(_ arguments: Arguments, _ output: inout CommandOutput) throws {
      let (holds, waiting) = try arguments.directory.open().state.read { state in
        (
          try state.holds(of: nil).map { ($0, try state.snap(id: $0.snapID)?.name.rawValue ?? $0.snapID) },
          try state.heldReleases(of: nil)
        )
      }
      guard !holds.isEmpty else { return output.line("No updates are held.") }
      var table = TableWriter()
      table.line("Snap", "Reason", "Since", "Until", "Waiting")
      for (hold, name) in holds {
        let releases = waiting.filter { $0.release.snapID == hold.snapID }.map {
          "\($0.release.channel) (\($0.release.revision))"
        }
        table.line(
          name, hold.reason.rawValue, hold.createdAt.wholeSeconds, hold.until.wholeSeconds,
          releases.isEmpty ? "-" : releases.joined(separator: ", "))
      }
      output.write(table.flush())
    }
  }

  /// `snap-store hold release`.
  enum Release: StoreCommand {
    static let grammar = Grammar(
      name: "release", summary: "Let a snap's updates pass",
      help: "The release command ends the holds of a snap; what was released meanwhile goes to devices.",
      positionals: [.directory, Grammar.Positional("<snap>", .one)])

    static func run(_ arguments: Arguments, _ output: inout CommandOutput) throws {
      let context = try arguments.directory.open()
      let name = arguments.required(1)
      try context.state.write { state in
        guard let id = try state.snapID(name: name) else { throw CommandFailure("cannot find snap \(quoted(name))") }
        guard try !state.holds(of: id).isEmpty else {
          throw CommandFailure("cannot release updates of \(quoted(name)): they are not held")
        }
        try context.holds.end(snapID: id, by: context.configuration.id, in: state, now: context.now())
      }
      output.line("Updates of \(name) pass")
    }
  }
}
