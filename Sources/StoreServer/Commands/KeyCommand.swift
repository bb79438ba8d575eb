internal import CommandGrammar
internal import StoreState
internal import Time

/// `snap-store key …`.
enum KeyCommand: StoreCommand {
  static let grammar = Grammar(
    name: "key", summary: "Manage the keys that sign",
    help: "The key command has commands for the store's own keys and those of accounts.",
    children: [List.self, Rotate.self, Revoke.self])

  static func run(_ arguments: Arguments, _ output: inout CommandOutput) throws {}

  /// `snap-store key list`.
  enum List: StoreCommand {
    static let grammar = Grammar(
      name: "list", summary: "List the store's keys", help: "The list command lists the store's keys.",
      positionals: [.directory])

    static func run(_ arguments: Arguments, _ output: inout CommandOutput) throws {
      let context = try arguments.directory.open()
      let keys = try context.state.read { state in
        try state.storeKeys().map { ($0, try state.assertionCount(signedBy: $0.id)) }
      }
      var table = TableWriter()
      table.line("Role", "Name", "Signed", "Since", "Status", "Key")
      var signs: Set<String> = []
      for (key, count) in keys {
        let status: String
        if let time = key.revokedAt {
          status = "revoked \(time.wholeSeconds)"
        } else {
          status = signs.insert(key.role.rawValue).inserted ? "signs" : "good"
        }
        table.line(key.role.rawValue, key.name, "\(count)", key.createdAt.wholeSeconds, status, key.id)
      }
      output.write(table.flush())
    }
  }

  /// `snap-store key rotate`.
  enum Rotate: StoreCommand {
    static let grammar = Grammar(
      name: "rotate", summary: "Sign with a new key from now on",
      help: """
        The rotate command makes a new key for the store, vouched for by the root key. All processes that serve the \
        store sign with it from now on. What the old one signed stays good until it is revoked.
        """, positionals: [.directory, Grammar.Positional("<name>", .one, help: "Of the new key")])

    static func run(_ arguments: Arguments, _ output: inout CommandOutput) throws {
      let context = try arguments.directory.open()
      let id = try context.signing.rotate(
        context.keys, name: arguments.required(1), now: context.now(), state: context.state)
      output.line("The store signs with \(id)")
    }
  }

  /// `snap-store key revoke`.
  enum Revoke: StoreCommand {
    static let grammar = Grammar(
      name: "revoke", summary: "Declare a key no good any more",
      help: """
        The revoke command declares a key of the store or of an account no good from now on. What a key of the store \
        signed is signed anew, a few milliseconds each; interrupted, run it again.
        """, positionals: [.directory, Grammar.Positional("<key>", .one, help: "Id of the key")])

    static func run(_ arguments: Arguments, _ output: inout CommandOutput) throws {
      let context = try arguments.directory.open()
      try context.signing.revoke(keyID: arguments.required(1), now: context.now(), state: context.state) { _ in }
      output.line("Key \(arguments.required(1)) is revoked")
    }
  }
}
