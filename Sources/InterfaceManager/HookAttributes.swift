public import Interfaces
public import State

/// What interface hooks read and say of the two sides of a connection (`spec/features.md` §2, get and set).
extension InterfaceManager {
  /// Under which names the `connect` task remembers what hooks said: those of the record.
  static func dataKey(_ role: ConnectionSide.Role) -> String { role == .plug ? "plug-dynamic" : "slot-dynamic" }

  /// Both sides of a connection as the hooks of a change see them; nil when one is gone.
  public func sides(of connection: String, in change: ChangeID) -> (plug: ConnectionSide, slot: ConnectionSide)? {
    guard let id = try? ConnectionID(connection) else { return nil }
    let repository = current
    if let connection = repository.connection(id) { return (connection.plug, connection.slot) }
    guard var plug = repository.plug(id.plug), var slot = repository.slot(id.slot) else { return nil }
    store.read { state in
      guard let task = state.connectTask(of: id, in: change) else { return }
      plug.dynamicAttributes = state.taskData(Attributes.self, Self.dataKey(.plug), of: task) ?? Attributes()
      slot.dynamicAttributes = state.taskData(Attributes.self, Self.dataKey(.slot), of: task) ?? Attributes()
    }
    return (plug, slot)
  }

  /// Has the connection made with what the hook of one side said.
  public static func setAttributes(
    _ attributes: Attributes, of role: ConnectionSide.Role, of connection: String, in change: ChangeID,
    _ state: inout State
  ) throws {
    guard !attributes.values.isEmpty, let id = try? ConnectionID(connection),
      let task = state.connectTask(of: id, in: change)
    else { return }
    let before = state.taskData(Attributes.self, dataKey(role), of: task) ?? Attributes()
    state.setTaskData(before.merged(with: attributes), dataKey(role), of: task)
  }
}

extension State {
  fileprivate func connectTask(of id: ConnectionID, in change: ChangeID) -> TaskID? {
    tasks(of: change).first { task in
      task.kind == ConnectTask.kind && (try? task.input(as: ConnectionSetup.self))?.connection == id
    }?.id
  }
}
