import API
import Client

/// `snap store …`: which stores snaps come from. Not in the reference, which has one.
enum StoreCommand: Command {
  static var grammar: Grammar {
    Grammar(
      name: "store", summary: "Manage the stores that snaps come from",
      help: """
        The store command says which stores snaps are looked for in. They are asked in the order of 'snap store list'; \
        a snap that is installed is updated from the store it came from, and from no other.
        """,
      children: [StoreAddCommand.self, StoreListCommand.self, StoreRemoveCommand.self])
  }

  static func run(_ arguments: Arguments, in context: Context) throws {}

  fileprivate static func change(_ instruction: StoreInstruction, in context: Context) throws -> StoreJSON? {
    do throws(ClientError) {
      return try context.client.sync("POST", "/v2/stores", body: instruction, as: StoreJSON.self)
    } catch {
      context.err.line(
        try DaemonMessage.explain(error, DaemonMessage.Request(operation: "store"), in: context))
      return nil
    }
  }
}

/// `snap store add`
enum StoreAddCommand: Command {
  static var grammar: Grammar {
    Grammar(
      name: "add", summary: "Trust a store, and look for snaps in it",
      help: """
        The add command trusts a store and looks for snaps in it from then on. The fingerprint is that of its root \
        key, from somebody who knows: what the store sends is worth no more than it is checked against. The one \
        who runs a store gets it from 'snap-store trust'.
        """,
      options: [
        .value("key", label: "<fingerprint>", "The fingerprint of the store's root key"),
        .value("name", label: "<name>", "What to call it; else its host"),
        .init(
          long: "priority", kind: .number(label: "<number>"),
          help: "When it is asked: lower numbers first, then by name"),
      ],
      positionals: [.init("<url>", .one, help: "Where the store is")])
  }

  static func run(_ arguments: Arguments, in context: Context) throws {
    guard let key = arguments.value("key") else {
      throw Failure("the required flag `--key' was not specified", exitCode: 64)
    }
    let instruction = StoreInstruction(
      action: "add", name: arguments.value("name") ?? "", url: arguments.positional(0) ?? "", key: key,
      priority: arguments.number("priority"))
    guard let store = try StoreCommand.change(instruction, in: context) else { return }
    context.out.line("Store \(quoted(store.name)) at \(store.url) added")
  }
}

/// `snap store list`
enum StoreListCommand: Command {
  static var grammar: Grammar {
    Grammar(
      name: "list", summary: "List the stores that snaps come from",
      help: "The list command shows the stores in the order in which they are asked.")
  }

  static func run(_ arguments: Arguments, in context: Context) throws {
    let stores: [StoreJSON] = try context.client.sync("GET", "/v2/stores")
    guard !stores.isEmpty else {
      context.err.line("No store is set up yet. Try 'snap help store add'.")
      return
    }
    var table = TableWriter()
    table.line("Name", "URL", "Priority", "From", "Key")
    for store in stores {
      table.line(
        store.name, store.url, String(store.priority), store.origin, store.key.isEmpty ? "-" : store.key)
    }
    context.out.write(table.flush())
  }
}

/// `snap store remove`
enum StoreRemoveCommand: Command {
  static var grammar: Grammar {
    Grammar(
      name: "remove", summary: "Look for snaps in a store no longer",
      help: """
        The remove command forgets a store, and no longer trusts its root key. Snaps that came from it stay, and get \
        no updates.
        """,
      positionals: [.init("<name>", .one, help: "The store's name")])
  }

  static func run(_ arguments: Arguments, in context: Context) throws {
    let name = arguments.positional(0) ?? ""
    guard try StoreCommand.change(StoreInstruction(action: "remove", name: name), in: context) != nil else { return }
    context.out.line("Store \(quoted(name)) removed")
  }
}
