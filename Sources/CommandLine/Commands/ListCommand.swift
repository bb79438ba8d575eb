import API
import Client
internal import Time

/// `snap list`
enum ListCommand: Command {
  static var grammar: Grammar {
    Grammar(
      name: "list", summary: "List installed snaps",
      help: """
        The list command shows the snaps that are installed, one a line.

        The Notes column says what is special about a snap: its type when it is not an app, "disabled", "broken", \
        "devmode", "classic", "try", and so on. A green tick (or two asterisks) after a publisher's name means that \
        the publisher has been verified.
        """,
      options: [.flag("all", "Include revisions that are not in use")] + .color,
      positionals: [.init("<snap>", .any, values: .installedSnaps)])
  }

  static func run(_ arguments: Arguments, in context: Context) throws {
    var query: [(String, String)] = []
    if arguments.has("all") { query.append(("select", "all")) }
    if !arguments.positionals.isEmpty { query.append(("snaps", arguments.positionals.joined(separator: ","))) }
    let snaps: [SnapJSON]
    do {
      snaps = try context.client.sync("GET", "/v2/snaps", query: query)
    } catch {
      throw error.prefixed("cannot list snaps")
    }
    if snaps.isEmpty {
      guard arguments.positionals.isEmpty else { throw Failure("no matching snaps installed") }
      context.err.line("No snaps are installed yet. Try 'snap install hello-world'.")
      return
    }
    let escapes = context.escapes(arguments)
    let now = context.times.now()
    var table = TableWriter()
    table.line("Name", "Version", "Rev", "Tracking", "Publisher", "Notes")
    for snap in snaps.sorted(by: { $0.name < $1.name }) {
      table.line(
        snap.name, snap.version.isEmpty ? "-" : snap.version, snap.revision, channel(snap.trackingChannel),
        escapes.shortPublisher(snap.publisher), SnapNotes.text(snap, now: now))
    }
    context.out.write(table.flush())
  }

  /// A branch is too long for the table: `latest/edge/…`.
  private static func channel(_ channel: String) -> String {
    if channel.isEmpty { return "-" }
    let parts = channel.split(separator: "/", omittingEmptySubsequences: false)
    return parts.count == 3 ? "\(parts[0])/\(parts[1])/…" : channel
  }
}

/// What is special about a snap, for the Notes column (`spec/features.md` §1, list).
enum SnapNotes {
  static func text(_ snap: SnapJSON, now: Timestamp) -> String {
    var notes: [String] = []
    if !snap.type.isEmpty, snap.type != "app" { notes.append(snap.type == "os" ? "core" : snap.type) }
    if !snap.components.isEmpty {
      let installed = snap.components.filter { !$0.revision.isEmpty || $0.status == "active" }.count
      notes.append("components[\(installed)/\(snap.components.count)]")
    }
    if snap.status != "active" { notes.append("disabled") }
    if snap.devmode { notes.append("devmode") }
    if snap.jailmode { notes.append("jailmode") }
    if snap.confinement == "classic", !snap.jailmode { notes.append("classic") }
    if snap.private { notes.append("private") }
    if snap.trymode { notes.append("try") }
    if !snap.broken.isEmpty { notes.append("broken") }
    if snap.ignoreValidation { notes.append("ignore-validation") }
    if !snap.cohortKey.isEmpty { notes.append("in-cohort") }
    if let status = snap.health?.status, !status.isEmpty, status != "okay" { notes.append(status) }
    if let hold = snap.hold, now < hold { notes.append("held") }
    return notes.isEmpty ? "-" : notes.joined(separator: ",")
  }

  /// What is special about a snap in a store.
  ///
  /// - Parameters:
  ///   - currency: in which its price is said, empty for any.
  ///   - now: when it is known whether the snap is held.
  static func remote(_ snap: SnapJSON, currency: String, now: Timestamp? = nil) -> String {
    var notes: [String] = []
    if !snap.type.isEmpty, snap.type != "app" { notes.append(snap.type == "os" ? "core" : snap.type) }
    if let price = price(snap, currency) { notes.append(price) }
    if snap.confinement == "devmode" { notes.append("devmode") }
    if snap.confinement == "classic" { notes.append("classic") }
    if snap.private { notes.append("private") }
    if let now, let hold = snap.hold, now < hold { notes.append("held") }
    return notes.isEmpty ? "-" : notes.joined(separator: ",")
  }

  /// What a snap costs: nothing that is bought already or free.
  static func price(_ snap: SnapJSON, _ currency: String) -> String? {
    guard !snap.prices.isEmpty else { return nil }
    if snap.status == "available" { return "bought" }
    let choice = [currency, "USD", "GBP", "EUR"].first { snap.prices[$0] != nil } ?? snap.prices.keys.min() ?? ""
    guard let amount = snap.prices[choice], amount.isFinite, amount >= 0, amount < 1e12 else { return nil }
    let cents = Int64((amount * 100).rounded())
    return "\(cents / 100).\(pad(cents % 100))\(choice)"
  }
}
