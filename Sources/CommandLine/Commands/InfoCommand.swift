import API
import Client
import Glibc

/// `snap info`
enum InfoCommand: Command {
  static var grammar: Grammar {
    Grammar(
      name: "info", summary: "Show detailed information about snaps",
      help: """
        The info command shows what is known of snaps: installed ones by name, image files and directories by path.

        The last lines say which revision is installed, how large it is, and what is special about it, as the Notes \
        column of 'snap list' does.
        """,
      options: .color + .time + [.flag("verbose", "Show more: notes, paths, base")],
      positionals: [.init("<snap>", .atLeastOne, values: .installedSnaps)])
  }

  static func run(_ arguments: Arguments, in context: Context) throws {
    var printed = false
    for (index, name) in arguments.positionals.enumerated() {
      if index > 0 { context.out.line("---") }
      if name == "system" {
        context.out.line("system: You can't have it.")
        continue
      }
      let isFile = name.contains("/") || name.hasSuffix(".snap") || access(name + "/meta/snap.yaml", F_OK) == 0
      if isFile, access(name, F_OK) == 0 {
        let info = try LocalSnap.read(name, in: context)
        write(info, path: name, arguments, in: context)
        printed = true
        continue
      }
      do throws(ClientError) {
        let snap = try context.client.sync("GET", "/v2/snaps/\(SnapdClient.escape(name))", as: SnapJSON.self)
        write(snap, path: nil, arguments, in: context)
        printed = true
      } catch {
        guard error.kind == .snapNotFound || error.kind == .snapNotInstalled || error.status == 404 else {
          throw error.prefixed("cannot retrieve snap \(quoted(name))")
        }
        if arguments.positionals.count == 1 { throw Failure("no snap found for \(quoted(name))") }
        context.out.line("warning: no snap found for \(quoted(name))")
      }
    }
    if !printed, arguments.positionals.count > 1 { throw Failure("no valid snaps given") }
  }

  private static func write(_ snap: SnapJSON, path: String?, _ arguments: Arguments, in context: Context) {
    let escapes = context.escapes(arguments)
    let verbose = arguments.has("verbose")
    let width = min(context.columns, 100)
    var table = TableWriter(minimumWidth: 2, padding: 1)
    if let path { table.line("path:", quoted(path)) }
    table.line("name:", snap.name)
    table.line("summary:", snap.summary.isEmpty ? "-" : scalar(snap.summary))
    if let health = snap.health, health.status != "okay" || verbose {
      table.line("health:")
      table.line("  status:", health.status)
      if !health.message.isEmpty { table.line("  message:", health.message) }
      if !health.code.isEmpty { table.line("  code:", health.code) }
      if let time = health.timestamp { table.line("  checked:", context.text(time, arguments)) }
    }
    if path == nil { table.line("publisher:", escapes.longPublisher(snap.publisher)) }
    if path != nil { table.line("version:", "\(snap.version) \(SnapNotes.text(snap, now: context.times.now()))") }
    if !snap.storeURL.isEmpty { table.line("store-url:", snap.storeURL) }
    table.line("license:", snap.license.isEmpty ? "unset" : snap.license)
    if !snap.contact.isEmpty { table.line("contact:", snap.contact) }
    if verbose, !snap.links.isEmpty {
      table.line("links:")
      for (kind, urls) in snap.links.sorted(by: { $0.key < $1.key }) {
        table.line("  \(kind):")
        for url in urls { table.line("    - \(url)") }
      }
    }
    table.line("description: |")
    context.out.write(table.flush())
    context.out.write(Wrapping.wrap(trimmed(snap.description), indent: "  ", width: width))
    writeApps(snap, in: context)
    if verbose { writeNotes(snap, in: context) }
    writeInstallation(snap, path: path, verbose: verbose, arguments, in: context)
  }

  private static func writeApps(_ snap: SnapJSON, in context: Context) {
    let commands = snap.apps.filter { !$0.isService }.map { AppNames.command(snap.name, $0.name) }.sorted()
    if !commands.isEmpty {
      context.out.line("commands:")
      for command in commands { context.out.line("  - \(command)") }
    }
    let services = snap.apps.filter(\.isService).sorted { $0.name < $1.name }
    guard !services.isEmpty else { return }
    var table = TableWriter(minimumWidth: 2, padding: 1)
    table.line("services:")
    for service in services {
      let current = service.active ? "active" : "inactive"
      table.line(
        "  \(AppNames.command(snap.name, service.name)):",
        "\(service.daemon), \(service.enabled ? "enabled" : "disabled"), \(current)")
    }
    context.out.write(table.flush())
  }

  private static func writeNotes(_ snap: SnapJSON, in context: Context) {
    var table = TableWriter(minimumWidth: 2, padding: 1)
    table.line("notes:")
    table.line("  private:", "\(snap.private)")
    table.line("  confinement:", snap.confinement)
    if !snap.grade.isEmpty { table.line("  grade:", snap.grade) }
    table.line("  devmode:", "\(snap.devmode)")
    table.line("  jailmode:", "\(snap.jailmode)")
    table.line("  trymode:", "\(snap.trymode)")
    table.line("  enabled:", "\(snap.status == "active")")
    table.line("  broken:", snap.broken.isEmpty ? "false" : "true (\(snap.broken))")
    table.line("  ignore-validation:", "\(snap.ignoreValidation)")
    if !snap.mountedFrom.isEmpty { table.line("  mounted-from:", snap.mountedFrom) }
    context.out.write(table.flush())
  }

  private static func writeInstallation(
    _ snap: SnapJSON, path: String?, verbose: Bool, _ arguments: Arguments, in context: Context
  ) {
    var table = TableWriter(minimumWidth: 2, padding: 1)
    if verbose || (snap.type != "app" && !snap.type.isEmpty) { table.line("type:", snap.type) }
    if verbose || path != nil { table.line("base:", snap.base.isEmpty ? "core" : snap.base) }
    if !snap.id.isEmpty { table.line("snap-id:", snap.id) }
    if !snap.cohortKey.isEmpty { table.line("cohort:", snap.cohortKey) }
    if path == nil {
      if !snap.trackingChannel.isEmpty { table.line("tracking:", snap.trackingChannel) }
      if let date = snap.installDate { table.line("refresh-date:", context.text(date, arguments)) }
      if let hold = snap.hold, context.times.now() < hold { table.line("hold:", context.text(hold, arguments)) }
    }
    context.out.write(table.flush())
    guard path == nil else { return }
    let parts = [
      snap.version, "(\(snap.revision))", snap.installedSize > 0 ? sizeText(snap.installedSize) : "-",
      SnapNotes.text(snap, now: context.times.now()),
    ]
    context.out.line("installed: " + parts.joined(separator: " "))
  }

  /// Text on one line as YAML reads it back.
  private static func scalar(_ text: String) -> String {
    let needsQuotes =
      text.contains(": ") || text.contains(" #") || text.first.map { "'\"[]{}&*!|>%@`,?-#:".contains($0) } ?? true
    return needsQuotes && text.first != "-" || text.hasPrefix("- ")
      ? "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''") + "'" : text
  }

  private static func trimmed(_ text: String) -> String {
    var view = text[...]
    while view.last?.isWhitespace == true { view.removeLast() }
    while view.first?.isWhitespace == true { view.removeFirst() }
    return view.isEmpty ? "-" : String(view)
  }
}

/// What an app is called outside of its snap.
enum AppNames {
  /// `foo` for the app that is called as its snap, `foo.bar` for others; an instance keeps its key.
  static func command(_ instance: String, _ app: String) -> String {
    let snap = instance.split(separator: "_").first.map { String($0) } ?? instance
    return app == snap ? instance : "\(instance).\(app)"
  }
}
