internal import Synchronization

/// A table of the state: values of one type by a text key (`RecordKind<SnapState>("snaps")`).
public struct RecordKind<Value: Codable & Sendable>: Sendable {
  /// The name the rows are stored under.
  public let name: String
  public init(_ name: String) { self.name = name }
}

/// One record. Read from disk it is text until someone asks for the value, which is then kept; set, it is a value
/// until the commit asks for the text.
final class RecordCell: Sendable {
  private struct Content {
    var text: String?
    var value: (any Sendable)?
  }
  private let content: Mutex<Content>
  private let encoder: (@Sendable () throws(StateError) -> String)?

  init(text: String) {
    content = Mutex(Content(text: text, value: nil))
    encoder = nil
  }

  init<V: Codable & Sendable>(value: V, name: String) {
    content = Mutex(Content(text: nil, value: value))
    encoder = { () throws(StateError) in try JSON.encode(value, as: name) }
  }

  func value<V: Codable & Sendable>(_ type: V.Type) throws -> V {
    try content.withLock { content in
      if let value = content.value as? V { return value }
      let text = try content.text ?? encoder?() ?? "null"
      let value = try JSON.decode(type, from: text)
      content.value = value
      content.text = text
      return value
    }
  }

  func text() throws(StateError) -> String {
    try content.withLock { (content) throws(StateError) in
      if let text = content.text { return text }
      let text = try encoder?() ?? "null"
      content.text = text
      return text
    }
  }
}

/// The first thing that went wrong where the API has no way to throw; a write that finds one is not committed.
final class Faults: Sendable {
  private let first = Mutex<StateError?>(nil)
  func add(_ error: StateError) { first.withLock { $0 = $0 ?? error } }
  var error: StateError? { first.withLock { $0 } }
}

extension State {
  /// The record of a kind under a key. Setting nil removes it.
  ///
  /// A record that doesn't decode reads as nil, and the write in which that happens is not committed but throws
  /// `StateError.undecodable`; `StateStore.verify` finds such records at start.
  public subscript<V>(_ kind: RecordKind<V>, _ key: String) -> V? {
    get {
      guard let cell = records[kind.name]?[key] else { return nil }
      do { return try cell.value(V.self) } catch {
        faults.add(.undecodable(kind: kind.name, key: key, why: JSON.describe(error)))
        return nil
      }
    }
    set {
      putRecord(kind.name, key, newValue.map { RecordCell(value: $0, name: "\(kind.name) record \"\(key)\"") })
    }
  }

  /// All records of a kind, sorted by key.
  public func all<V>(_ kind: RecordKind<V>) -> [(key: String, value: V)] {
    keys(kind).compactMap { key in self[kind, key].map { (key: key, value: $0) } }
  }

  /// The keys of a kind, sorted; decodes nothing.
  public func keys<V>(_ kind: RecordKind<V>) -> [String] { (records[kind.name] ?? [:]).keys.sorted() }

  /// True when there is such a record; decodes nothing.
  public func contains<V>(_ kind: RecordKind<V>, _ key: String) -> Bool { records[kind.name]?[key] != nil }

  /// Decodes every record of a kind.
  /// - Throws: `StateError.undecodable` naming the first that isn't what the kind says.
  public func verify<V>(_ kind: RecordKind<V>) throws(StateError) {
    for (key, cell) in records[kind.name] ?? [:] {
      do { _ = try cell.value(V.self) } catch {
        throw .undecodable(kind: kind.name, key: key, why: JSON.describe(error))
      }
    }
  }
}
