public import Interfaces
public import State

extension RecordKind where Value == ConnectionRecord {
  /// The connections, made and unmade, by `plugsnap:plug slotsnap:slot`. Source: `spec/features.md` §7, `conns`.
  public static let connections = RecordKind<ConnectionRecord>("conns")
}

extension State {
  /// What is remembered of a connection.
  subscript(connection id: ConnectionID) -> ConnectionRecord? {
    get { self[.connections, id.description] }
    set { self[.connections, id.description] = newValue }
  }
}

extension InterfaceManager {
  /// Everything that is remembered, under the ids of today.
  func remembered(_ repository: InterfaceRepository) -> [ConnectionID: ConnectionRecord] {
    let records = store.read { $0.all(RecordKind<ConnectionRecord>.connections) }
    var result: [ConnectionID: ConnectionRecord] = [:]
    for (key, record) in records {
      if let id = try? ConnectionID(key) { result[repository.remapped(id)] = record }
    }
    return result
  }
}
