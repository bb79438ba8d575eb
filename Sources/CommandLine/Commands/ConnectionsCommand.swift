import API
import Client

/// `snap connections`
enum ConnectionsCommand: Command {
  static var grammar: Grammar {
    Grammar(
      name: "connections", summary: "List interface connections",
      help: """
        The connections command lists connections between plugs and slots in the system.

        Unless a snap is named, only connected plugs and slots are listed; with --all, unconnected ones too. With a \
        snap, its connected and unconnected plugs and slots are listed.
        """,
      options: [.flag("all", "Show connected and unconnected plugs and slots")],
      positionals: [.init("<snap>", .optional, values: .installedSnaps)])
  }

  static func run(_ arguments: Arguments, in context: Context) throws {
    let snap = arguments.positional(0) ?? ""
    let all = arguments.has("all") || !snap.isEmpty
    if arguments.has("all"), !snap.isEmpty { throw Failure("cannot use --all with snap name") }
    var query: [(String, String)] = []
    if !snap.isEmpty { query.append(("snap", snap)) }
    if all { query.append(("select", "all")) }
    let connections: ConnectionsJSON
    do throws(ClientError) {
      connections = try context.client.sync("GET", "/v2/connections", query: query)
    } catch {
      let request = DaemonMessage.Request(snap: snap, operation: "connections")
      context.err.line(try DaemonMessage.explain(error, request, in: context))
      return
    }
    var rows: [Row] = []
    for connection in connections.established { rows.append(Row(connection, in: connections)) }
    if all {
      for plug in connections.plugs where plug.connections.isEmpty && !isSystem(plug.snap) {
        rows.append(
          Row(interface: plug.interface, plug: name(plug.snap, plug.plug), slot: "-", notes: "-"))
      }
      for slot in connections.slots where slot.connections.isEmpty && (snap.isEmpty ? !isSystem(slot.snap) : true) {
        rows.append(
          Row(interface: slot.interface, plug: "-", slot: name(slot.snap, slot.slot), notes: "-"))
      }
    }
    guard !rows.isEmpty else { return }
    var table = TableWriter()
    table.line("Interface", "Plug", "Slot", "Notes")
    for row in rows.sorted(by: { $0.order < $1.order }) {
      table.line(row.interface, row.plug, row.slot, row.notes)
    }
    context.out.write(table.flush())
  }

  /// The system itself has no name in front of the colon.
  static func isSystem(_ snap: String) -> Bool { ["system", "snapd", "core"].contains(snap) }

  static func name(_ snap: String, _ side: String) -> String { (isSystem(snap) ? "" : snap) + ":" + side }

  private struct Row {
    var interface: String
    var plug: String
    var slot: String
    var notes: String

    init(interface: String, plug: String, slot: String, notes: String) {
      self.interface = interface
      self.plug = plug
      self.slot = slot
      self.notes = notes
    }

    init(_ connection: ConnectionJSON, in all: ConnectionsJSON) {
      interface = connection.interface
      // Content is told apart by its label.
      if interface == "content" {
        let plug = all.plugs.first { $0.snap == connection.plug.snap && $0.plug == connection.plug.plug }
        if let label = plug?.attributes["content"]?.string ?? connection.plugAttributes["content"]?.string {
          interface += "[\(label)]"
        }
      }
      plug = name(connection.plug.snap, connection.plug.plug)
      slot = name(connection.slot.snap, connection.slot.slot)
      notes = connection.gadget ? "gadget" : connection.manual ? "manual" : "-"
    }

    /// By interface, then plug, then slot; what has no plug comes last.
    var order: (String, Int, String, String) { (interface, plug == "-" ? 1 : 0, plug, slot) }
  }
}

/// `snap interfaces`, the listing of old.
enum InterfacesCommand: Command {
  static var grammar: Grammar {
    Grammar(
      name: "interfaces", hidden: true, summary: "List interfaces' slots and plugs",
      help: """
        The interfaces command lists slots and plugs, connected ones and others. It is deprecated: use \
        "snap connections".
        """,
      options: [.value("i", short: "i", "Show only this interface")],
      positionals: [.init("<snap>:<slot or plug>", .optional, values: .installedSnaps)])
  }

  static func run(_ arguments: Arguments, in context: Context) throws {
    let wanted = try SideName(arguments.positional(0) ?? "")
    let interface = arguments.value("i") ?? ""
    let listing: LegacyInterfacesJSON = try context.client.sync("GET", "/v2/interfaces")
    func shows(_ snap: String, _ name: String, _ kind: String) -> Bool {
      (wanted.snap.isEmpty || wanted.snap == snap) && (wanted.name.isEmpty || wanted.name == name)
        && (interface.isEmpty || interface == kind)
    }
    var table = TableWriter()
    table.line("Slot", "Plug")
    var count = 0
    for slot in listing.slots where shows(slot.snap, slot.slot, slot.interface) {
      let plugs = slot.connections.map { $0.plug == slot.slot ? $0.snap : "\($0.snap):\($0.plug)" }
      table.line(ConnectionsCommand.name(slot.snap, slot.slot), plugs.isEmpty ? "-" : plugs.joined(separator: ","))
      count += 1
    }
    for plug in listing.plugs where plug.connections.isEmpty && shows(plug.snap, plug.plug, plug.interface) {
      table.line("-", ConnectionsCommand.name(plug.snap, plug.plug))
      count += 1
    }
    guard count > 0 else { throw Failure("no interfaces found") }
    context.out.write(table.flush())
    context.err.line("'snap interfaces' is deprecated; use 'snap connections'.")
  }
}
