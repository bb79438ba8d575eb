internal import ByteText

extension SnapInfo {
  /// The sockets that start a service.
  func validateSockets(of app: AppInfo, hasNetworkBind: Bool) throws(InvalidText) {
    guard !app.sockets.isEmpty else { return }
    guard confinement == .classic || hasNetworkBind else {
      throw InvalidText("\"network-bind\" interface plug is required when sockets are used")
    }
    for socket in app.sockets {
      do throws(InvalidText) { try validate(socket, of: app) } catch {
        throw error.inPlace("invalid definition of socket \(InvalidText.quote(socket.name))")
      }
    }
  }

  private func validate(_ socket: AppInfo.Socket, of app: AppInfo) throws(InvalidText) {
    guard SnapName.isValid(socket.name) || InterfaceWord.isValid(socket.name), socket.name.utf8.count <= 40 else {
      throw InvalidText("invalid socket name: \(InvalidText.quote(socket.name))")
    }
    if let mode = socket.mode, mode > 0o777 {
      let octal = String(mode, radix: 8)
      throw InvalidText("cannot use mode: \(String(repeating: "0", count: max(0, 4 - octal.utf8.count)))\(octal)")
    }
    let stream = socket.listenStream
    switch stream.utf8.first {
    case nil: throw InvalidText("\"listen-stream\" is not defined")
    case UInt8(ascii: "/"), UInt8(ascii: "$"): try validate(path: stream, of: app)
    case UInt8(ascii: "@"):
      let prefix = "@snap.\(name)."
      guard stream.hasBytePrefix(prefix) else {
        throw InvalidText("path for \"listen-stream\" must be prefixed with \"\(prefix)\"")
      }
      try requireUnitText(stream)
    default: try validate(address: stream)
    }
  }

  private func validate(path: String, of app: AppInfo) throws(InvalidText) {
    let clean = PathBytes.clean(path)
    guard clean.hasSameBytes(as: path) else {
      throw InvalidText(
        "invalid \"listen-stream\": \(InvalidText.quote(path)) should be written as \(InvalidText.quote(clean))")
    }
    let (roots, complaint): ([String], String)
    switch app.daemon == nil ? nil : app.daemonScope {
    case .system:
      roots = ["$SNAP_DATA/", "$SNAP_COMMON/", "$XDG_RUNTIME_DIR/"]
      complaint = "system daemon sockets must have a prefix of $SNAP_DATA, $SNAP_COMMON or $XDG_RUNTIME_DIR"
    case .user:
      roots = ["$SNAP_USER_DATA/", "$SNAP_USER_COMMON/", "$XDG_RUNTIME_DIR/"]
      complaint = "user daemon sockets must have a prefix of $SNAP_USER_DATA, $SNAP_USER_COMMON, or $XDG_RUNTIME_DIR"
    case nil:
      roots = []
      complaint = "cannot validate sockets for daemon-scope \"\""
    }
    guard roots.contains(where: { path.hasBytePrefix($0) }) else {
      throw InvalidText("invalid \"listen-stream\": \(complaint)")
    }
    try requireUnitText(path)
  }

  /// The text is put into a unit file: it must not end its line, nor be taken for more than one word.
  private func requireUnitText(_ text: String) throws(InvalidText) {
    guard text.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }) else {
      throw InvalidText("invalid \"listen-stream\": \(InvalidText.quote(text)) contains spaces or control characters")
    }
  }

  private func validate(address: String) throws(InvalidText) {
    var port = Substring(address)
    if let colon = address.utf8.lastIndex(of: UInt8(ascii: ":")) {
      port = address[address.utf8.index(after: colon)...]
      let host = String(address[..<colon])
      guard ["127.0.0.1", "[::1]", "[::]"].contains(host) else {
        throw InvalidText(
          "invalid \"listen-stream\" address \(InvalidText.quote(host)), must be one of: 127.0.0.1, [::1], [::]")
      }
    }
    guard !port.isEmpty, port.utf8.allSatisfy(\.isASCIIDigit), let number = UInt16(port), number > 0 else {
      throw InvalidText("invalid \"listen-stream\" port number \(InvalidText.quote(String(port)))")
    }
  }
}
