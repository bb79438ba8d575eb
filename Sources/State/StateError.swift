/// Why the state can't be opened, read or written.
public enum StateError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The file is not what it was: `what` contradicts what, and `copy` is where it was copied to (nil when even that
  /// failed). The daemon does not start on it.
  case damaged(path: String, what: String, copy: String?)
  /// A newer version wrote the file.
  case newerSchema(path: String, found: Int, supported: Int)
  /// Another process has it open.
  case inUse(path: String)
  /// SQLite said no.
  case database(String)
  /// A record is not what its kind says.
  case undecodable(kind: String, key: String, why: String)
  /// A value can't be written as JSON.
  case unencodable(what: String, why: String)
  /// Tasks wait for each other in a circle; each as "id:kind".
  case dependencyCycle([String])
  /// There is no such change.
  case noChange(ChangeID)
  /// There is no such task.
  case noTask(TaskID)
  /// The key of a notice is empty or longer than 256 bytes, or its type unknown.
  case invalidNotice(String)

  /// The write itself can't be committed; trying again doesn't help.
  var isInvalidWrite: Bool {
    switch self {
    case .damaged, .newerSchema, .inUse, .database: false
    case .undecodable, .unencodable, .dependencyCycle, .noChange, .noTask, .invalidNotice: true
    }
  }

  public var description: String {
    switch self {
    case .damaged(let path, let what, let copy):
      "cannot use state \(path): it is damaged (\(what))" + (copy.map { "; a copy is in \($0)" } ?? "")
    case .newerSchema(let path, let found, let supported):
      "cannot use state \(path): its version is \(found), newer than the supported \(supported)"
    case .inUse(let path): "cannot use state \(path): another process is using it"
    case .database(let text): text
    case .undecodable(let kind, let key, let why): "cannot read \(kind) record \"\(key)\" of the state: \(why)"
    case .unencodable(let what, let why): "cannot write \(what) to the state: \(why)"
    case .dependencyCycle(let tasks): "dependency cycle involving tasks [\(tasks.joined(separator: " "))]"
    case .noChange(let id): "cannot find change with id \"\(id)\""
    case .noTask(let id): "cannot find task with id \"\(id)\""
    case .invalidNotice(let why): "cannot add notice: \(why)"
    }
  }
}
