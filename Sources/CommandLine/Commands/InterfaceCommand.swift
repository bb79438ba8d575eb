import API
import Client

/// `snap interface`
enum InterfaceCommand: Command {
  static var grammar: Grammar {
    Grammar(
      name: "interface", summary: "Show details of snap interfaces",
      help: """
        The interface command shows details of snap interfaces.

        If no interface is named, a list of those with at least one connection is shown; with --all, of all.
        """,
      options: [
        .flag("attrs", "Show interface attributes"), .flag("all", "Include unused interfaces"),
      ],
      positionals: [.init("<interface>", .optional)])
  }

  static func run(_ arguments: Arguments, in context: Context) throws {
    guard let name = arguments.positional(0), !name.isEmpty else { return try list(arguments, in: context) }
    let found: [InterfaceJSON] = try context.client.sync(
      "GET", "/v2/interfaces",
      query: [("select", "all"), ("names", name), ("doc", "true"), ("plugs", "true"), ("slots", "true")])
    guard let interface = found.first else { throw Failure("no such interface") }
    show(interface, attributes: arguments.has("attrs"), in: context)
  }

  private static func list(_ arguments: Arguments, in context: Context) throws {
    let all = arguments.has("all")
    let found: [InterfaceJSON] = try context.client.sync(
      "GET", "/v2/interfaces", query: [("select", all ? "all" : "connected")])
    guard !found.isEmpty else { throw Failure(all ? "no interfaces found" : "no interfaces currently connected") }
    var table = TableWriter()
    table.line("Name", "Summary")
    for interface in found.sorted(by: { $0.name < $1.name }) { table.line(interface.name, interface.summary) }
    context.out.write(table.flush())
  }

  private static func show(_ interface: InterfaceJSON, attributes: Bool, in context: Context) {
    var table = TableWriter(padding: 1)
    table.line("name:", interface.name)
    if !interface.summary.isEmpty { table.line("summary:", interface.summary) }
    if !interface.docURL.isEmpty { table.line("documentation:", interface.docURL) }
    context.out.write(table.flush())
    func entry(_ snap: String, _ side: String, _ label: String, _ values: [String: JSONValue]) {
      let name = side == interface.name ? snap : "\(snap):\(side)"
      context.out.line(
        "  - \(name)" + (label.isEmpty ? "" : " (\(label))") + (attributes && !values.isEmpty ? ":" : ""))
      guard attributes else { return }
      for (key, value) in values.sorted(by: { $0.key < $1.key }) {
        context.out.line("      \(key):\t\(text(value))")
      }
    }
    if !interface.plugs.isEmpty {
      context.out.line("plugs:")
      for plug in interface.plugs { entry(plug.snap, plug.plug, plug.label, plug.attributes) }
    }
    if !interface.slots.isEmpty {
      context.out.line("slots:")
      for slot in interface.slots { entry(slot.snap, slot.slot, slot.label, slot.attributes) }
    }
  }

  private static func text(_ value: JSONValue) -> String {
    switch value {
    case .null, .bool, .integer, .decimal, .number: value.text
    case .string(let text): text
    case .array(let elements): "[" + elements.map(text).joined(separator: " ") + "]"
    case .object(let members):
      "{" + members.sorted { $0.key < $1.key }.map { "\($0.key): \(text($0.value))" }.joined(separator: ", ") + "}"
    }
  }
}
