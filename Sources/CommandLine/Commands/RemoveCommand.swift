import API
import Client

/// `snap remove`
enum RemoveCommand: Command {
  static var grammar: Grammar {
    Grammar(
      name: "remove", summary: "Remove snaps from the system",
      help: """
        The remove command removes snaps: their images, their data and what they added to the system.

        No snapshot of the data is made: it is gone, with or without --purge. With --revision, only that revision and \
        its data go; it must not be the one in use.
        """,
      options: .wait + [
        .value("revision", "Remove only this revision"),
        .flag("purge", "Remove the snap without keeping a snapshot of its data"),
        .flag("terminate", "End the snap's running programs first"),
      ],
      positionals: [.init("<snap>", .atLeastOne, values: .installedSnaps)])
  }

  static func run(_ arguments: Arguments, in context: Context) throws {
    let names = arguments.positionals
    let revision = arguments.value("revision") ?? ""
    if names.count > 1, !revision.isEmpty { throw Failure("a single snap name is needed to specify the revision") }
    var instruction = SnapInstruction(action: "remove", snaps: names.count > 1 ? names : [])
    instruction.revision = revision
    instruction.purge = arguments.has("purge")
    instruction.terminate = arguments.has("terminate")
    let path = try SnapPath.of(names)
    let id = try SnapOperation.send("remove", names, in: context) { () throws(ClientError) in
      try context.client.async("POST", path, body: instruction)
    }
    guard let id, let change = try Waiting.wait(for: id, arguments, in: context) else { return }
    if names.count == 1 {
      context.out.line(revision.isEmpty ? "\(names[0]) removed" : "\(names[0]) (revision \(revision)) removed")
      return
    }
    let removed = Results.names(of: change)
    for name in removed.isEmpty ? names : removed { context.out.line("\(name) removed") }
  }
}
