import API
import Client

/// `snap refresh --list`, `--list --explain` and `--tracking`
enum RefreshListing {
  static func show(_ arguments: Arguments, in context: Context) throws {
    let explains = arguments.has("explain")
    var parameters = [("select", "refresh")]
    if explains { parameters.append(("explain", "true")) }
    let snaps = try Searching.find(parameters, in: context).sorted { $0.name < $1.name }
    guard !snaps.isEmpty else {
      context.err.line("All snaps up to date.")
      return
    }
    if explains {
      for (index, snap) in snaps.enumerated() {
        if index > 0 { context.out.line() }
        explain(snap, context.escapes(arguments), in: context)
      }
      return
    }
    let escapes = context.escapes(arguments)
    var table = TableWriter()
    table.line("Name", "Version", "Rev", "Size", "Publisher", "Notes")
    for snap in snaps {
      table.line(
        snap.name, snap.version, snap.revision, sizeText(snap.downloadSize), escapes.shortPublisher(snap.publisher),
        SnapNotes.remote(snap, currency: "", now: context.times.now()))
    }
    context.out.write(table.flush())
  }

  /// What an update is, in lines that a program could read as YAML.
  private static func explain(_ snap: SnapJSON, _ escapes: Escapes, in context: Context) {
    let update = snap.update
    context.out.line("\(snap.name):")
    var table = TableWriter(minimumWidth: 2, padding: 1)
    let was = update.map { $0.fromVersion.isEmpty ? "" : "\($0.fromVersion) (\($0.fromRevision)) -> " } ?? ""
    table.line("  update:", "\(was)\(OneLine.text(snap.version)) (\(snap.revision))")
    let size = update?.downloadSize ?? snap.downloadSize
    table.line("  download:", sizeText(size) + (update?.delta == true ? " (delta)" : ""))
    table.line("  publisher:", escapes.longPublisher(snap.publisher))
    if let publisher = update?.publisher { table.line("  publisher-changed:", arrow(publisher)) }
    if let key = update?.key { table.line("  key-changed:", arrow(key)) }
    let permissions = update?.permissions ?? []
    table.line("  new-permissions:", permissions.isEmpty ? "none" : "")
    context.out.write(trimmingEnds(table.flush()))
    for permission in permissions {
      let name =
        permission.plug == permission.interface
        ? permission.interface : "\(permission.plug) (\(permission.interface))"
      let summary = permission.summary.isEmpty ? "" : ": \(OneLine.text(permission.summary))"
      context.out.line("    - \(OneLine.text(name))\(summary)")
    }
    let held = update?.held ?? []
    context.out.line("  held:\(held.isEmpty ? " no" : "")")
    for reason in held { context.out.line("    - \(OneLine.text(reason))") }
  }

  private static func arrow(_ change: UpdateIdentityJSON) -> String {
    "\(OneLine.text(change.from)) -> \(OneLine.text(change.to))"
  }

  private static func trimmingEnds(_ text: String) -> String {
    text.split(separator: "\n").map { line in
      var line = line
      while line.last == " " { line.removeLast() }
      return line + "\n"
    }.joined()
  }

  static func showTracking(_ names: [String], in context: Context) throws {
    let query = names.isEmpty ? [] : [("snaps", names.joined(separator: ","))]
    let snaps: [SnapJSON]
    do throws(ClientError) { snaps = try context.client.sync("GET", "/v2/snaps", query: query) } catch {
      throw error.prefixed("cannot list snaps")
    }
    guard !snaps.isEmpty else { throw Failure("no matching snaps installed") }
    var table = TableWriter()
    table.line("Name", "Version", "Rev", "Tracking", "Notes")
    for snap in snaps.sorted(by: { $0.name < $1.name }) {
      table.line(
        snap.name, snap.version, snap.revision, snap.trackingChannel.isEmpty ? "-" : snap.trackingChannel,
        SnapNotes.text(snap, now: context.times.now()))
    }
    context.out.write(table.flush())
  }
}
