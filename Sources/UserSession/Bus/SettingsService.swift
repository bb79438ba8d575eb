internal import ByteText
internal import Host
internal import Linux
internal import SnapProcesses

/// `io.snapcraft.Settings`: lets a snap see whether it is the default for something, and ask to be.
struct SettingsService: Sendable {
  static let path = "/io/snapcraft/Settings"
  static let interface = "io.snapcraft.Settings"

  let session: Session
  let callers: SnapCallers

  /// One setting of xdg-settings(1).
  struct Setting: Hashable {
    var name: String
    /// The scheme, for `default-url-scheme-handler`.
    var sub: String?

    init(_ name: String, _ sub: String? = nil) throws(BusFailure) {
      switch name {
      case "default-web-browser" where sub == nil || sub == "": self.sub = nil
      case "default-url-scheme-handler":
        guard let sub, LauncherService.isScheme(sub) else {
          throw BusFailure("invalid url scheme \"\(sub ?? "")\"")
        }
        self.sub = sub.lowercased()
      default: throw BusFailure("invalid setting \"\(name)\"")
      }
      self.name = name
    }

    var words: [String] { [name] + (sub.map { [$0] } ?? []) }
    var text: String { words.joined(separator: " ") }
  }

  func answer(_ call: BusCall) throws -> [BusValue] {
    guard call.interface.isEmpty || call.interface == Self.interface else { throw SnapCallers.unknown(call) }
    let texts = call.arguments.compactMap { if case .text(let text) = $0 { text } else { nil } }
    switch (call.member, call.signature) {
    case ("Check", "ss"): return try [.text(check(try Setting(texts[0]), texts[1], callers.snap(call)))]
    case ("CheckSub", "sss"): return try [.text(check(try Setting(texts[0], texts[1]), texts[2], callers.snap(call)))]
    case ("Get", "s"): return try [.text(get(try Setting(texts[0]), callers.snap(call)))]
    case ("GetSub", "ss"): return try [.text(get(try Setting(texts[0], texts[1]), callers.snap(call)))]
    case ("Set", "ss"):
      try set(try Setting(texts[0]), texts[1], callers.snap(call))
      return []
    case ("SetSub", "sss"):
      try set(try Setting(texts[0], texts[1]), texts[2], callers.snap(call))
      return []
    default: throw SnapCallers.unknown(call)
    }
  }

  /// The name that a snap's desktop entry has on the machine.
  private func entry(_ value: String, _ setting: Setting, _ snap: SnapProcess) throws(BusFailure) -> String {
    let isPlain = value.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7f && $0 != UInt8(ascii: "/") }
    guard value.hasByteSuffix(".desktop"), value.utf8.count > 8, value.utf8.count < 200, isPlain else {
      throw BusFailure("cannot set \"\(setting.text)\" setting to invalid value \"\(value)\"")
    }
    // An instance's entries have a plus where its name has an underline, so that none looks like another snap's.
    let name = snap.instance.byteSplit("_", maxSplits: 1).joined(separator: "+")
    return "\(name)_\(value)"
  }

  private func check(_ setting: Setting, _ value: String, _ snap: SnapProcess) throws -> String {
    let entry = try entry(value, setting, snap)
    return try run(["check"] + setting.words + [entry], "cannot check setting \(setting.text)")
  }

  private func get(_ setting: Setting, _ snap: SnapProcess) throws -> String {
    let answer = try run(["get"] + setting.words, "cannot get setting \(setting.text)")
    let name = snap.instance.byteSplit("_", maxSplits: 1).joined(separator: "+")
    guard let own = answer.bytes(after: name + "_") else { return "NOT-THIS-SNAP.desktop" }
    return String(own)
  }

  private func set(_ setting: Setting, _ value: String, _ snap: SnapProcess) throws {
    let entry = try entry(value, setting, snap)
    guard try Files.status("\(session.directories.desktopFiles)/\(entry)") != nil else {
      throw BusFailure("cannot find desktop file \"\(entry)\"")
    }
    let yes = try Dialog(session: session).ask(
      title: "Allow settings change?",
      "Allow snap \"\(snap.instance)\" to change \"\(setting.text)\" to \"\(value)\" ?")
    guard yes else { throw BusFailure("cannot change configuration: user declined change") }
    _ = try run(
      ["set"] + setting.words.prefix(1) + (setting.sub.map { [$0] } ?? []) + [entry],
      "cannot set setting \(setting.text)")
  }

  /// - Returns: the first line that xdg-settings printed.
  private func run(_ words: [String], _ sentence: String) throws -> String {
    guard let program = session.program("xdg-settings") else {
      throw BusFailure("\(sentence): xdg-settings is not there")
    }
    let result = try ChildProcess.run(
      [program] + words, environment: session.environment, captureLimit: 1 << 12, timeout: .seconds(60))
    guard result.status == .exited(0) else {
      let said = String(decoding: result.errorOutput + result.output, as: UTF8.self).byteSplit("\n").first
      throw BusFailure("\(sentence): \(said.map(String.init) ?? "\(result.status)")")
    }
    return String(decoding: result.output, as: UTF8.self).byteSplit("\n").first.map(String.init) ?? ""
  }
}
