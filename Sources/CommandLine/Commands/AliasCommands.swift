import API
import Client

/// What `alias`, `unalias` and `prefer` share.
enum AliasChange {
  static func perform(_ instruction: AliasInstruction, _ arguments: Arguments, in context: Context) throws {
    let id = try context.client.async("POST", "/v2/aliases", body: instruction)
    guard let change = try Waiting.wait(for: id, arguments, in: context) else { return }
    for (title, key) in [("Added", "aliases-added"), ("Removed", "aliases-removed")] {
      let aliases = change.data[key]?.array ?? []
      guard !aliases.isEmpty else { continue }
      context.out.line("\(title):")
      for alias in aliases {
        let (snap, app) = (alias["snap"]?.string ?? "", alias["app"]?.string ?? "")
        context.out.line("  - \(command(snap, app)) as \(alias["alias"]?.string ?? "")")
      }
    }
  }

  /// `foo` for the app named like its snap, whatever instance it is; `foo.bar` for others.
  private static func command(_ snap: String, _ app: String) -> String {
    snap.split(separator: "_").first.map(String.init) == app ? snap : "\(snap).\(app)"
  }
}

/// `snap alias`
enum AliasCommand: Command {
  static var grammar: Grammar {
    Grammar(
      name: "alias", summary: "Set up a manual alias",
      help: """
        The alias command gives an app of a snap a further name. It is a command like the app's own until it is \
        removed with "snap unalias".
        """,
      options: .wait,
      positionals: [.init("<snap.app>", .one, values: .installedSnaps), .init("<alias>", .one)])
  }

  static func run(_ arguments: Arguments, in context: Context) throws {
    let words = (arguments.positional(0) ?? "").split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    let snap = words.first.map(String.init) ?? ""
    // A snap by itself means the app that is named like it.
    let app = words.count > 1 ? String(words[1]) : snap.split(separator: "_").first.map(String.init) ?? ""
    let instruction = AliasInstruction(action: "alias", snap: snap, app: app, alias: arguments.positional(1) ?? "")
    try AliasChange.perform(instruction, arguments, in: context)
  }
}

/// `snap unalias`
enum UnaliasCommand: Command {
  static var grammar: Grammar {
    Grammar(
      name: "unalias", summary: "Remove a manual alias, or the aliases for an entire snap",
      help: """
        The unalias command removes an alias that was made with "snap alias". With the name of a snap, all its manual \
        aliases are removed and its automatic ones are switched off.
        """,
      options: .wait, positionals: [.init("<alias-or-snap>", .one, values: .installedSnaps)])
  }

  static func run(_ arguments: Arguments, in context: Context) throws {
    let name = arguments.positional(0) ?? ""
    try AliasChange.perform(AliasInstruction(action: "unalias", snap: name, alias: name), arguments, in: context)
  }
}

/// `snap prefer`
enum PreferCommand: Command {
  static var grammar: Grammar {
    Grammar(
      name: "prefer", summary: "Enable aliases from a snap, disabling any conflicting aliases",
      help: """
        The prefer command switches on all aliases of a snap. Snaps that have one of them lose all of theirs: \
        automatic ones are switched off, manual ones removed.
        """,
      options: .wait, positionals: [.init("<snap>", .one, values: .installedSnaps)])
  }

  static func run(_ arguments: Arguments, in context: Context) throws {
    let instruction = AliasInstruction(action: "prefer", snap: arguments.positional(0) ?? "")
    try AliasChange.perform(instruction, arguments, in: context)
  }
}
