internal import Glibc
internal import HTTP
internal import JSONValues
internal import Linux
internal import Synchronization
internal import Time

/// The server's log: a JSON object a line, each written at once, so that lines of several threads and processes do not
/// mix. What is secret (tokens, passwords, the parameters of requests) is never in it.
final class ServerLog: Sendable {
  private let file: Mutex<SharedFile?>
  private let path: String?
  private let now: @Sendable () -> Timestamp

  /// - Parameter path: of a file that is added to; nil for standard error.
  init(path: String?, now: @escaping @Sendable () -> Timestamp) throws {
    self.path = path
    self.now = now
    file = Mutex(try Self.open(path))
  }

  private static func open(_ path: String?) throws -> SharedFile? {
    guard let path else { return nil }
    return SharedFile(try OwnedFD.open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, mode: 0o640))
  }

  /// Opens the file again: somebody has moved it away (logrotate).
  func reopen() throws {
    let opened = try Self.open(path)
    file.withLock { $0 = opened }
  }

  /// Something that an administrator wants to know.
  func event(_ message: String, _ more: [String: JSONValue] = [:]) {
    write(["event": .string(message)].merging(more) { first, _ in first })
  }

  /// A request has been answered.
  func request(_ fields: [String: JSONValue]) { write(fields) }

  private func write(_ fields: [String: JSONValue]) {
    var fields = fields
    fields["time"] = .string(now().description)
    let line = JSONValue.object(fields).bytes + [UInt8(ascii: "\n")]
    let log = file.withLock { $0 }
    // A full disk must not stop the store.
    _ = Glibc.write(log?.descriptor.raw ?? STDERR_FILENO, line, line.count)
  }
}
