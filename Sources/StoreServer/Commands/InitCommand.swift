internal import CommandGrammar

/// `snap-store init`.
enum InitCommand: StoreCommand {
  static let grammar = Grammar(
    name: "init", summary: "Make a store",
    help: """
      The init command makes a store in a directory: its root of trust, its keys, its account and its database. Run \
      again, also after it was interrupted, it goes on, and changes nothing of a store that is there.

      It prints the fingerprint that "snap store add" needs.
      """,
    options: [
      .value("name", label: "<name>", "What people call the store"),
      .value("url", label: "<url>", "How clients reach it"),
      .value("id", label: "<id>", "The id of its account, 2 to 28 of a-z, 0-9 and -; made up when not given"),
      .value("signer", label: "<program>", "Asked for keys that are not in files (see docs/store.md)"),
    ], positionals: [.directory])

  static func run(_ arguments: Arguments, _ output: inout CommandOutput) throws {
    let isNew = try arguments.directory.make(
      StoreDirectory.Options(
        id: arguments.value("id"), name: arguments.value("name"), url: arguments.value("url"),
        signer: arguments.value("signer")), now: StoreContext.systemClock)
    let configuration = try arguments.directory.open().configuration
    output.line("\(isNew ? "Store made" : "There is a store already") in \(arguments.directory.path)")
    output.line("id:           \(configuration.id)")
    output.line("name:         \(configuration.name)")
    output.line("fingerprint:  \(try arguments.directory.trust().fingerprint)")
    output.line()
    output.line("Serve it:     snap-store serve \(arguments.directory.path)")
    output.line(
      "On devices:   snap store add \(configuration.url ?? "URL") --key=\(try arguments.directory.trust().fingerprint)")
  }
}
