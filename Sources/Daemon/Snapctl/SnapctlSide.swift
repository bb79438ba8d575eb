internal import ByteText
internal import Interfaces
internal import Overlord
internal import Snap
internal import SnapManager
internal import State

/// `:name`: a plug or slot of the calling snap.
struct SnapctlSide: Equatable {
  var name: String

  /// - Parameter verb: the subcommand, for its message.
  init(_ text: String, verb: String) throws {
    let parts = text.byteSplit(":", maxSplits: 1, keepingEmpty: true).map { String($0) }
    guard parts.count == 2, !parts[1].isEmpty else { throw SnapctlFailure("plug or slot name not provided") }
    guard parts[0].isEmpty else {
      throw SnapctlFailure("\"snapctl \(verb) \(text)\" not supported, use \"snapctl \(verb) :\(parts[1])\" instead")
    }
    name = parts[1]
  }
}

/// The hook of a connection that a call comes from.
struct InterfaceHook {
  var id: String
  var change: ChangeID
  /// On which side the calling snap is.
  var role: ConnectionSide.Role
  /// Whether the connection is still to be made.
  var isPreparing: Bool

  /// Nil for any other hook.
  init?(_ context: HookContext) {
    guard let run = context.run, let connection = run.setup.connection else { return nil }
    let hook = run.hook.rawValue
    for prefix in ["prepare", "unprepare", "connect", "disconnect"] {
      for role in [ConnectionSide.Role.plug, .slot] where hook.hasBytePrefix("\(prefix)-\(role.rawValue)-") {
        id = connection
        change = run.change
        self.role = role
        isPreparing = prefix == "prepare"
        return
      }
    }
    return nil
  }
}

/// A value as it is typed: `key=value`, or `key!` to take it away.
struct SnapctlAssignment {
  var key: String
  /// Nil for `key!`.
  var text: String?

  init(_ word: String) throws {
    let parts = word.byteSplit("=", maxSplits: 1, keepingEmpty: true).map { String($0) }
    if parts.count == 1, word.hasByteSuffix("!") {
      key = String(decoding: word.utf8.dropLast(), as: UTF8.self)
      return
    }
    guard parts.count == 2 else { throw SnapctlFailure("invalid parameter: \(quotedText(word)) (want key=value)") }
    key = parts[0]
    text = parts[1]
  }
}
