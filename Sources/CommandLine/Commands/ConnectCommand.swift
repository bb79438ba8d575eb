import API
import Client

/// `snap connect`
enum ConnectCommand: Command {
  static var grammar: Grammar {
    Grammar(
      name: "connect", summary: "Connect a plug to a slot",
      help: """
        The connect command connects a plug to a slot. It may be called in these ways:

        $ snap connect <snap>:<plug> <snap>:<slot>

        connects the plug to the slot.

        $ snap connect <snap>:<plug> <snap>

        connects the plug to the only slot of the snap that fits.

        $ snap connect <snap>:<plug>

        connects the plug to the slot of the system that fits.
        """,
      options: .wait,
      positionals: [
        .init("<snap>:<plug>", .one, values: .installedSnaps),
        .init("<snap>:<slot>", .optional, values: .installedSnaps),
      ])
  }

  static func run(_ arguments: Arguments, in context: Context) throws {
    let plug = try SideName(arguments.positional(0) ?? "")
    let slot = try SideName(arguments.positional(1) ?? "")
    // A name without a colon is a plug of a snap named in the slot's place: "snap connect plug snap".
    let instruction = InterfaceInstruction(
      action: "connect", plug: .init(snap: plug.snap, plug: plug.name), slot: .init(snap: slot.snap, slot: slot.name))
    let change = try context.client.async("POST", "/v2/interfaces", body: instruction)
    _ = try Waiting.wait(for: change, arguments, in: context)
  }
}

/// `snap disconnect`
enum DisconnectCommand: Command {
  static var grammar: Grammar {
    Grammar(
      name: "disconnect", summary: "Disconnect a plug from a slot",
      help: """
        The disconnect command disconnects a plug from a slot. It may be called in these ways:

        $ snap disconnect <snap>:<plug> <snap>:<slot>

        disconnects the plug from the slot.

        $ snap disconnect <snap>:<slot or plug>

        disconnects everything from the plug or slot.

        A connection that was made automatically stays disconnected over refreshes; --forget lets it come back.
        """,
      options: .wait + [.flag("forget", "Forget remembered state about the given connection")],
      positionals: [
        .init("<snap>:<plug or slot>", .one, values: .installedSnaps),
        .init("<snap>:<slot>", .optional, values: .installedSnaps),
      ])
  }

  static func run(_ arguments: Arguments, in context: Context) throws {
    var plug = try SideName(arguments.positional(0) ?? "")
    var slot = try SideName(arguments.positional(1) ?? "")
    let forget = arguments.has("forget")
    // One name: the daemon finds out whether it is a plug or a slot.
    if slot.snap.isEmpty, slot.name.isEmpty { swap(&plug, &slot) }
    let instruction = InterfaceInstruction(
      action: "disconnect", plug: .init(snap: plug.snap, plug: plug.name),
      slot: .init(snap: slot.snap, slot: slot.name), forget: forget)
    let change: String
    do throws(ClientError) {
      change = try context.client.async("POST", "/v2/interfaces", body: instruction)
    } catch {
      guard error.kind == .interfacesUnchanged else { throw error }
      context.out.line("No connections to disconnect")
      return
    }
    _ = try Waiting.wait(for: change, arguments, in: context)
  }
}

/// A plug or a slot as a person types it: `snap:name`, `snap`, or `:name` for the system's.
struct SideName: Equatable {
  var snap = ""
  var name = ""

  init(_ text: String) throws {
    guard !text.isEmpty else { return }
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    switch parts.count {
    case 1: snap = parts[0]
    case 2 where !parts[1].isEmpty:
      snap = parts[0]
      name = parts[1]
    default: throw Failure("invalid value: \(quoted(text)) (want snap:name or snap)")
    }
  }
}
