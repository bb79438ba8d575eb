internal import CommandGrammar
internal import StoreState

/// `snap-store store …`.
enum StatusCommand: StoreCommand {
  static let grammar = Grammar(
    name: "store", summary: "Look at a store", help: "The store command has commands about a whole store.",
    children: [Status.self])

  static func run(_ arguments: Arguments, _ output: inout CommandOutput) throws {}

  /// `snap-store store status`.
  enum Status: StoreCommand {
    static let grammar = Grammar(
      name: "status", summary: "Print what is in a store",
      help: "The status command prints numbers of what is in a store, and what waits for somebody.",
      positionals: [.directory])

    static func run(_ arguments: Arguments, _ output: inout CommandOutput) throws {
      let context = try arguments.directory.open()
      let counts = try context.state.read { state in
        (
          totals: try state.totals(), reviews: try state.revisionsInReview().count,
          holds: try state.holds(of: nil).count, uploads: try state.uploads(.processing).count,
          generation: try state.generation()
        )
      }
      var table = TableWriter()
      table.line("id:", context.configuration.id)
      table.line("name:", context.configuration.name)
      table.line("url:", context.configuration.url ?? "-")
      table.line("accounts:", "\(counts.totals.accounts)")
      table.line("snaps:", "\(counts.totals.snaps)")
      table.line("revisions:", "\(counts.totals.revisions), \(counts.totals.bytes) bytes")
      table.line("assertions:", "\(counts.totals.assertions)")
      table.line("to review:", "\(counts.reviews)")
      table.line("held:", "\(counts.holds)")
      table.line("processing:", "\(counts.uploads)")
      table.line("generation:", "\(counts.generation)")
      output.write(table.flush())
    }
  }
}
