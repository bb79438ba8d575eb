import API
import Client

/// `snap aliases`
enum AliasesCommand: Command {
  static var grammar: Grammar {
    Grammar(
      name: "aliases", summary: "List aliases in the system",
      help: """
        The aliases command lists all aliases in the system, or those of one snap. Automatic aliases have no note, \
        those that a person made are called manual, and those that are switched off disabled. A manual alias that \
        hides an automatic one overrides it.
        """,
      options: [], positionals: [.init("<snap>", .optional, values: .installedSnaps)])
  }

  static func run(_ arguments: Arguments, in context: Context) throws {
    let snap = arguments.positional(0) ?? ""
    let all: [String: [String: AliasStatusJSON]] = try context.client.sync("GET", "/v2/aliases")
    let wanted = snap.isEmpty ? all : all.filter { $0.key == snap }
    var rows: [(snap: String, alias: String, status: AliasStatusJSON)] = []
    for (snap, aliases) in wanted { rows += aliases.map { (snap, $0.key, $0.value) } }
    guard !rows.isEmpty else {
      context.err.line("No aliases are currently defined" + (snap.isEmpty ? "." : " for snap \(quoted(snap))."))
      context.err.line("\nUse 'snap help alias' to learn how to create aliases manually.")
      return
    }
    var table = TableWriter()
    table.line("Command", "Alias", "Notes")
    for row in rows.sorted(by: { ($0.snap, $0.status.command, $0.alias) < ($1.snap, $1.status.command, $1.alias) }) {
      var notes = row.status.status == "auto" ? [] : [row.status.status]
      if row.status.status == "manual", !row.status.auto.isEmpty { notes.append("override") }
      table.line(row.status.command, row.alias, notes.isEmpty ? "-" : notes.joined(separator: ","))
    }
    context.out.write(table.flush())
  }
}
