internal import InterfaceManager
internal import Interfaces
internal import Overlord
internal import Snap
internal import SnapManager
internal import State

/// One call of `snapctl`: who calls, in what context, and what is answered.
struct SnapctlCall: Sendable {
  let overlord: Overlord
  let uid: UInt32
  /// What the caller's cookie opened; nil for a caller that is not of a snap.
  let opened: HookContext?
  /// The subcommand, for messages.
  var command = ""
  /// What is printed.
  var out = ""
  var err = ""

  init(overlord: Overlord, uid: UInt32, opened: HookContext?) {
    self.overlord = overlord
    self.uid = uid
    self.opened = opened
  }

  /// The context; what has none is refused.
  var context: HookContext {
    get throws {
      guard let opened else {
        throw SnapctlFailure(
          "cannot invoke snapctl operation commands (here \"\(command)\") from outside of a snap")
      }
      return opened
    }
  }

  /// The hook that the call comes from; "" for apps and services.
  var hook: String { opened?.run?.hook.description ?? "" }

  mutating func line(_ text: String) { out += text + "\n" }

  /// The connections of the caller's plugs of an interface.
  func connections(ofPlugs interface: String) throws -> [Connection] {
    let instance = try context.instance
    return overlord.interfaces.current.connected(of: instance).filter {
      $0.plug.snap.instance == instance && $0.plug.interface == interface
    }
  }

  /// The revision that the call is about: the hook's, or the one in use.
  func revision() throws -> Revision {
    let context = try context
    if let run = context.run { return run.setup.revision }
    guard let state = overlord.store.read({ $0[RecordKind<SnapState>.snaps, context.instance.description] }) else {
      throw Refusal.notInstalled(context.instance)
    }
    return state.current
  }
}
