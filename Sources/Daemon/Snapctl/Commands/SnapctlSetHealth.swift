internal import Overlord
internal import Snap
internal import SnapManager
internal import State
internal import Time

/// `snapctl set-health`: what the snap says of itself.
enum SnapctlSetHealth: SnapctlCommand {
  static let name = "set-health"
  static let summary = "Report the health status of a snap"
  static let usage = "[--code=CODE] <status> [<message>]"
  static let isForEverybody = true
  static let options: [SnapctlOption] = [.value("code")]
  /// Of a message; what is longer is cut.
  private static let limit = 70

  static func run(_ arguments: SnapctlArguments, in call: inout SnapctlCall) async throws {
    guard let word = arguments.positionals.first else {
      throw SnapctlFailure("the required argument `<status>` was not provided")
    }
    guard arguments.positionals.count <= 2 else { throw SnapctlFailure("too many arguments for command") }
    let context = try call.context
    guard let status = SnapHealth.Status(rawValue: word) else {
      throw SnapctlFailure("invalid status \(quotedText(word)), must be one of okay, waiting, blocked, error")
    }
    if status == .unknown { throw SnapctlFailure("status cannot be manually set to \"unknown\"") }
    var message = arguments.positionals.count > 1 ? arguments.positionals[1] : ""
    let code = arguments.value("code") ?? ""
    if status == .okay {
      guard message.isEmpty, code.isEmpty else {
        throw SnapctlFailure("when status is \"okay\", message and code must be empty")
      }
    } else {
      try check(message, code)
    }
    if message.unicodeScalars.count > limit {
      message = String(String.UnicodeScalarView(message.unicodeScalars.prefix(limit - 1))) + "…"
    }
    let revision = try call.revision()
    let now = call.overlord.store.read { $0.now }
    let health = SnapHealth(revision: revision, timestamp: now, status: status, message: message, code: code)
    try context.update { $0.health = health }
  }

  private static func check(_ message: String, _ code: String) throws(SnapctlFailure) {
    if message.isEmpty { throw SnapctlFailure("when status is not \"okay\", message is required") }
    let length = message.unicodeScalars.count
    if length < 7 { throw SnapctlFailure("message must be at least 7 characters long (got \(length))") }
    if code.isEmpty { return }
    guard (3...30).contains(code.utf8.count) else {
      throw SnapctlFailure("code must have between 3 and 30 characters, got \(code.utf8.count)")
    }
    // `[a-z](-?[a-z0-9])+`, which names of hooks are too.
    guard (try? HookName(code)) != nil else {
      throw SnapctlFailure(
        "invalid code \(quotedText(code)) (code must start with lowercase ASCII letters, and contain only ASCII letters "
          + "and numbers, optionally separated by single dashes)")
    }
  }
}
