/// `snapctl install`: components of the calling snap.
enum SnapctlInstall: SnapctlCommand {
  static let name = "install"
  static let summary = "Install components of the snap"
  static let usage = "[--no-wait] +<component>..."
  static let options: [SnapctlOption] = [.flag("no-wait")]

  static func run(_ arguments: SnapctlArguments, in call: inout SnapctlCall) async throws {
    _ = try call.context
    try SnapctlComponents.check(arguments.positionals)
    throw SnapctlFailure("cannot install components: components are not supported yet")
  }
}

/// `+name`, as components of the calling snap are written.
enum SnapctlComponents {
  static func check(_ words: [String]) throws(SnapctlFailure) {
    guard !words.isEmpty else { throw SnapctlFailure("no components specified") }
    for word in words where word.utf8.first != UInt8(ascii: "+") || word.utf8.count < 2 {
      throw SnapctlFailure("invalid component name: \(quotedText(word)) (want +<component>)")
    }
  }
}
