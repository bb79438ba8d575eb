internal import Glibc
internal import Logging

/// Writes the log to standard error, one line an event: `level message key=value …`. The journal and the test logs add
/// the time.
struct DaemonLog: LogHandler {
  var logLevel: Logger.Level
  var metadata: Logger.Metadata = [:]

  init(label: String, isDebug: Bool) { logLevel = isDebug ? .debug : .info }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    var line = "\(event.level): \(event.message)"
    for (key, value) in metadata.merging(event.metadata ?? [:], uniquingKeysWith: { $1 }).sorted(by: { $0.key < $1.key }
    ) {
      line += " \(key)=\(value)"
    }
    // One write a line, so that lines of several threads do not mix.
    line = String(line.map { $0 == "\n" ? " " : $0 }) + "\n"
    _ = line.withCString { write(2, $0, strlen($0)) }
  }
}
