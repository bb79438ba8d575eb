extension SnapInfo {
  /// What must hold for one app.
  func validate(_ app: AppInfo) throws(InvalidText) {
    let commands = [
      ("command", app.command), ("stop-command", app.stopCommand), ("reload-command", app.reloadCommand),
      ("post-stop-command", app.postStopCommand), ("bus-name", app.busName),
    ]
    for (field, text) in commands { if let text { try CommandText.validate(text, as: field) } }
    for element in app.commandChain { try CommandText.validate(element, as: "command-chain", allowsSpace: false) }
    if app.daemon == nil { try validateNoServiceKeys(app) }
    if app.daemon == .dbus, app.busName == nil, app.activatesOn.isEmpty {
      throw InvalidText("bus-name is missing")
    }
    if let name = app.busName {
      let parts = name.split(separator: ".", omittingEmptySubsequences: false)
      let isValid =
        parts.count > 1
        && parts.allSatisfy { part in
          guard let first = part.utf8.first, !Characters.isDigit(first) else { return false }
          return part.utf8.allSatisfy { Characters.isAlphanumeric($0) || $0 == 0x5F || $0 == 0x2D }
        }
      guard isValid, name.utf8.count <= 255 else { throw InvalidText("invalid bus name: \(InvalidText.quote(name))") }
    }
    for status in app.successExitStatus where !(1...255).contains(status) {
      throw InvalidText("invalid \"success-exit-status\": \(status) (must be between 1 and 255)")
    }
    if app.daemon != nil, app.refreshMode == .ignoreRunning {
      throw InvalidText("\"refresh-mode\" cannot be set to \"ignore-running\" for services")
    }
    for socket in app.sockets { try validate(socket, of: app) }
  }

  /// Keys that only services have.
  private func validateNoServiceKeys(_ app: AppInfo) throws(InvalidText) {
    let given: [(String, Bool)] = [
      ("stop-timeout", app.stopTimeout != nil), ("start-timeout", app.startTimeout != nil),
      ("watchdog-timeout", app.watchdogTimeout != nil), ("restart-delay", app.restartDelay != nil),
      ("stop-mode", app.stopMode != nil), ("install-mode", app.installMode != nil),
      ("restart-condition", app.restartCondition != nil), ("stop-command", app.stopCommand != nil),
      ("reload-command", app.reloadCommand != nil), ("post-stop-command", app.postStopCommand != nil),
      ("after", !app.after.isEmpty), ("before", !app.before.isEmpty), ("timer", app.timer != nil),
      ("sockets", !app.sockets.isEmpty), ("activates-on", !app.activatesOn.isEmpty),
    ]
    for (key, isGiven) in given where isGiven {
      throw InvalidText("\"\(key)\" cannot be used for \"\(app.name)\", only for services")
    }
    if let mode = app.refreshMode, mode != .ignoreRunning {
      throw InvalidText("\"refresh-mode\" cannot be set to \"\(mode.rawValue)\" for apps, only for services")
    }
  }

  private func validate(_ socket: AppInfo.Socket, of app: AppInfo) throws(InvalidText) {
    let quoted = InvalidText.quote(socket.name)
    guard SnapName.isValid(socket.name) || InterfaceWord.isValid(socket.name) else {
      throw InvalidText("invalid definition of socket \(quoted): invalid socket name: \(quoted)")
    }
    func invalid(_ why: String) -> InvalidText { InvalidText("invalid definition of socket \(quoted): \(why)") }
    if confinement != .classic, !plugs(of: app).contains(where: { $0.interface == "network-bind" }) {
      throw InvalidText("\"network-bind\" interface plug is required when sockets are used")
    }
    if let mode = socket.mode, mode > 0o777 { throw invalid("cannot use mode: \(String(mode, radix: 8))") }
    let stream = socket.listenStream
    guard !stream.isEmpty else { throw invalid("\"listen-stream\" is not defined") }
    if stream.hasPrefix("@") {
      guard stream.hasPrefix("@snap.\(name).") else {
        throw invalid("path for \"listen-stream\" must be prefixed with \"@snap.\(name).\": \(stream)")
      }
    } else if stream.hasPrefix("/") || stream.hasPrefix("$") {
      let roots =
        app.daemonScope == .system
        ? ["$SNAP_DATA", "$SNAP_COMMON", "$XDG_RUNTIME_DIR"]
        : ["$SNAP_USER_DATA", "$SNAP_USER_COMMON", "$XDG_RUNTIME_DIR"]
      guard roots.contains(where: { stream.hasPrefix($0 + "/") }) else {
        throw invalid("invalid \"listen-stream\": \(stream): must have a prefix of \(roots.joined(separator: ", "))")
      }
      guard PathText.isClean(String(stream.drop { $0 != "/" })) else {
        throw invalid("\"listen-stream\" is not a clean path: \(stream)")
      }
    } else {
      try validate(address: stream, invalid)
    }
  }

  private func validate(address: String, _ invalid: (String) -> InvalidText) throws(InvalidText) {
    let port = address.split(separator: ":", omittingEmptySubsequences: false).last.map(String.init) ?? address
    let host = address.hasSuffix(":" + port) ? String(address.dropLast(port.utf8.count + 1)) : ""
    guard ["", "127.0.0.1", "[::1]", "[::]"].contains(host) else {
      throw invalid("invalid \"listen-stream\" address \"\(host)\", must be one of: 127.0.0.1, [::1], [::]")
    }
    guard let number = UInt32(port), (1...65535).contains(number) else {
      throw invalid("invalid \"listen-stream\" port number \"\(port)\"")
    }
  }

  /// Services are started in an order that exists.
  func validateOrder() throws(InvalidText) {
    var edges: [AppName: [AppName]] = [:]
    for app in apps {
      for other in app.after + app.before {
        guard let found = apps.first(where: { $0.name == other }) else {
          throw InvalidText(
            "invalid definition of application \"\(app.name)\": before/after references a missing application \"\(other)\""
          )
        }
        guard found.daemon != nil else {
          throw InvalidText(
            "invalid definition of application \"\(app.name)\": before/after references a non-service application \"\(other)\""
          )
        }
        guard found.daemonScope == app.daemonScope else {
          throw InvalidText(
            "invalid definition of application \"\(app.name)\": before/after references service with different daemon-scope \"\(other)\""
          )
        }
      }
      for other in app.after { edges[other, default: []].append(app.name) }
      for other in app.before { edges[app.name, default: []].append(other) }
    }
    var waiting = Set(apps.map(\.name))
    while let free = waiting.first(where: { name in !waiting.contains { edges[$0]?.contains(name) == true } }) {
      waiting.remove(free)
    }
    guard waiting.isEmpty else {
      let names = waiting.sorted().map(\.rawValue).joined(separator: ", ")
      throw InvalidText("applications are part of a before/after cycle: \(names)")
    }
  }

  /// A layout stays inside what a snap may rearrange.
  func validate(_ layout: Layout) throws(InvalidText) {
    let path = layout.path
    func invalid(_ why: String) -> InvalidText { InvalidText("layout \(InvalidText.quote(path)) \(why)") }
    let target = expand(path)
    guard target.hasPrefix("/"), PathText.isClean(target) else { throw invalid("must be an absolute, clean path") }
    guard PathText.isHarmless(target) else { throw invalid("has invalid mount point: contains reserved characters") }
    let forbidden = [
      "/dev", "/proc", "/sys", "/media", "/run", "/var/run", "/tmp", "/var/lib/snapd", "/lib/firmware",
      "/usr/lib/firmware", "/lib/modules", "/usr/lib/modules", "/home", "/boot", "/lost+found",
    ]
    let isOwn = PathText.lies(target, in: "/var/snap/\(name)") || PathText.lies(target, in: "/snap/\(name)")
    for place in forbidden + (isOwn ? [] : ["/var/snap", "/snap"]) where PathText.lies(target, in: place) {
      throw invalid("in an off-limits area")
    }
    let first = target.dropFirst().prefix { $0 != "/" }
    let allowed = [
      "bin", "etc", "lib", "lib64", "meta", "mnt", "opt", "root", "sbin", "snap", "srv", "usr", "var", "writable",
    ]
    guard allowed.contains(String(first)) else { throw invalid("defines a new top-level directory \"/\(first)\"") }
    for other in layouts where other.path != path && PathText.lies(target, in: expand(other.path)) {
      throw invalid("underneath prior layout item \(InvalidText.quote(other.path))")
    }
    switch layout.content {
    case .bind(let source), .bindFile(let source), .symlink(let source):
      let expanded = expand(source)
      let roots = ["/snap/\(name)", "/var/snap/\(name)"]
      guard expanded.hasPrefix("/"), PathText.isClean(expanded), PathText.isHarmless(expanded),
        source.hasPrefix("$"), roots.contains(where: { PathText.lies(expanded, in: $0) })
      else {
        throw invalid(
          "has source \(InvalidText.quote(source)) that does not start with $SNAP, $SNAP_DATA or $SNAP_COMMON")
      }
    case .tmpfs: break
    }
  }

  /// The variables of layouts, with a revision that stands for any.
  private func expand(_ path: String) -> String {
    for (variable, value) in [
      ("$SNAP_COMMON", "/var/snap/\(name)/common"), ("$SNAP_DATA", "/var/snap/\(name)/x1"),
      ("$SNAP", "/snap/\(name)/x1"),
    ] where path == variable || path.hasPrefix(variable + "/") {
      return value + path.dropFirst(variable.utf8.count)
    }
    return path
  }
}

/// Rules of paths that come out of metadata.
enum PathText {
  /// Without empty, `.` and `..` elements, and without a slash at the end.
  static func isClean(_ path: String) -> Bool {
    guard path.hasPrefix("/") else { return false }
    return path == "/"
      || path.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
        .allSatisfy { !$0.isEmpty && $0 != "." && $0 != ".." }
  }

  /// Without characters that mean something in a policy (CVE-2021-4120).
  static func isHarmless(_ path: String) -> Bool {
    !path.utf8.contains { byte in byte < 0x20 || byte == 0x7F || "?*[]{}^\"'\\,@ ".utf8.contains(byte) }
  }

  /// Whether a path is a directory or lies in it.
  static func lies(_ path: String, in directory: String) -> Bool {
    path == directory || path.hasPrefix(directory + "/")
  }
}
