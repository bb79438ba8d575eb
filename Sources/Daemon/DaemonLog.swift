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
    line = Self.oneLine(line) + "\n"
    _ = line.withCString { write(2, $0, strlen($0)) }
  }

  /// Texts from outside are in messages: none of them begins a line of its own. By scalars, since "\r\n" is one
  /// Character that is no "\n".
  static func oneLine(_ text: String) -> String {
    String(String.UnicodeScalarView(text.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7f ? " " : $0 }))
  }
}
