import API
import ByteText
import Client
import Glibc

/// `snap info`
enum InfoCommand: Command {
  static var grammar: Grammar {
    Grammar(
      name: "info", summary: "Show detailed information about snaps",
      help: """
        The info command shows what is known of snaps: installed ones and those in stores by name, image files and \
        directories by path.

        The channels say which revision a store has where: an arrow stands for what the safer channel above has, two \
        dashes for nothing. The last line says which revision is installed, how large it is, and what is special \
        about it, as the Notes column of 'snap list' does.
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
        write(info, remote: nil, path: name, arguments, in: context)
        printed = true
        continue
      }
      let remote = try remote(name, in: context)
      if let snap = try installed(name, in: context) ?? remote {
        write(snap, remote: remote, path: nil, isInstalled: snap.isInstalled, arguments, in: context)
        printed = true
        continue
      }
      if arguments.positionals.count == 1 { throw Failure("no snap found for \(quoted(name))") }
      context.out.line("warning: no snap found for \(quoted(name))")
    }
    if !printed, arguments.positionals.count > 1 { throw Failure("no valid snaps given") }
  }

  /// The snap in a store; none when no store has it or can be asked, since what is installed is known all the same.
  private static func remote(_ name: String, in context: Context) throws -> SnapJSON? {
    // Stores know no instances.
    let plain = name.byteSplit("_").first.map { String($0) } ?? name
    // Without a name the daemon searches for anything.
    guard !plain.isEmpty else { return nil }
    do throws(ClientError) {
      return try context.client.sync("GET", "/v2/find", query: [("name", plain)], as: [SnapJSON].self).first
    } catch {
      guard error.origin == .daemon else { throw error.prefixed("cannot find snap \(quoted(name))") }
      return nil
    }
  }

  private static func installed(_ name: String, in context: Context) throws -> SnapJSON? {
    guard SnapPath.canBeSnap(name) else { return nil }
    do throws(ClientError) {
      return try context.client.sync("GET", "/v2/snaps/\(PercentCoding.encode(name))", as: SnapJSON.self)
    } catch {
      if error.kind == .snapNotFound || error.kind == .snapNotInstalled || error.status == 404 { return nil }
      throw error.prefixed("cannot retrieve snap \(quoted(name))")
    }
  }

  private static func write(
    _ snap: SnapJSON, remote: SnapJSON?, path: String?, isInstalled: Bool = true, _ arguments: Arguments,
    in context: Context
  ) {
    let escapes = context.escapes(arguments)
    let verbose = arguments.has("verbose")
    let width = min(context.columns, 100)
    var table = TableWriter(minimumWidth: 2, padding: 1)
    if let path { table.line("path:", quoted(path)) }
    table.line("name:", snap.name)
    table.line("summary:", snap.summary.isEmpty ? "-" : scalar(OneLine.text(snap.summary)))
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
    if let remote, let price = SnapNotes.price(remote, context.client.remarks.suggestedCurrency ?? "") {
      table.line("price:", price)
    }
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
    context.out.write(Wrapping.wrap(trimmed(OneLine.lines(snap.description)), indent: "  ", width: width))
    writeApps(snap, in: context)
    if verbose { writeNotes(snap, isInstalled: isInstalled, in: context) }
    var last = essence(snap, path: path, isInstalled: isInstalled, verbose: verbose, arguments, in: context)
    if path == nil {
      var channels = InfoChannels(absolute: arguments.has("abs-time"), escapes)
      if let remote { channels.add(remote: remote) }
      if isInstalled { channels.add(installed: snap, now: context.times.now()) }
      // The channels are a table of their own; without them, what is installed is one line more.
      if channels.hasRemote { context.out.write(last.flush()) }
      channels.write(to: &last)
    }
    context.out.write(last.flush())
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

  private static func writeNotes(_ snap: SnapJSON, isInstalled: Bool, in context: Context) {
    var table = TableWriter(minimumWidth: 2, padding: 1)
    table.line("notes:")
    table.line("  private:", "\(snap.private)")
    table.line("  confinement:", snap.confinement)
    guard isInstalled else { return context.out.write(table.flush()) }
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

  /// The lines between the notes and the channels.
  private static func essence(
    _ snap: SnapJSON, path: String?, isInstalled: Bool, verbose: Bool, _ arguments: Arguments, in context: Context
  ) -> TableWriter {
    var table = TableWriter(minimumWidth: 2, padding: 1)
    if verbose || (snap.type != "app" && !snap.type.isEmpty) {
      table.line("type:", snap.type == "os" ? "core" : snap.type)
    }
    if verbose || path != nil { table.line("base:", snap.base.isEmpty ? "core" : snap.base) }
    if !snap.id.isEmpty { table.line("snap-id:", snap.id) }
    if !snap.cohortKey.isEmpty { table.line("cohort:", snap.cohortKey) }
    if path == nil, isInstalled {
      if !snap.trackingChannel.isEmpty { table.line("tracking:", snap.trackingChannel) }
      if let date = snap.installDate { table.line("refresh-date:", context.text(date, arguments)) }
      if let hold = snap.hold, context.times.now() < hold {
        table.line("hold:", RefreshTimes.until(hold, arguments, in: context))
      }
    }
    return table
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

extension SnapJSON {
  /// Whether this is a snap of the machine, not of a store.
  var isInstalled: Bool { status == "active" || status == "installed" }
}
