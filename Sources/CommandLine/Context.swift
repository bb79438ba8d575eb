import API
import Client
import Glibc
internal import Linux
import Snap
internal import Time

/// What commands see of the world: the daemon, the terminal, the environment, the clock. Tests make their own.
final class Context {
  /// Standard output and standard error. Output is gathered and written when `flush` is called.
  let out: Output
  let err: Output
  let environment: (String) -> String?
  let outputIsTerminal: Bool
  /// Columns of the terminal, 80 when there is none.
  let columns: Int
  let times: Times
  let userID: UInt32
  private let configuration: SnapdClient.Configuration
  /// The daemon; nothing happens until it is asked something.
  private(set) lazy var client = SnapdClient(configuration)
  /// Whether a daemon was talked to, and may have warnings.
  private(set) var timing = Timing()

  /// Pauses while a change is waited for.
  struct Timing: Sendable {
    /// Between two looks at a change, in milliseconds (`spec/engine.md` §13).
    var poll = 100
    /// How long the daemon may be away meanwhile, in milliseconds.
    var gone = 5000
  }

  /// `/` in front of every path, `""` for the machine's own.
  let root: String
  /// What the user types next, a line; whether it is a secret decides whether it is shown.
  let typed: (Bool) throws -> String

  init(
    out: Output, err: Output, environment: @escaping (String) -> String?, outputIsTerminal: Bool, columns: Int,
    times: Times, userID: UInt32, configuration: SnapdClient.Configuration? = nil, timing: Timing = Timing(),
    typed: @escaping (Bool) throws -> String = { try Typing.line(isSecret: $0) }
  ) {
    self.typed = typed
    self.out = out
    self.err = err
    self.environment = environment
    self.outputIsTerminal = outputIsTerminal
    self.columns = columns
    self.times = times
    self.userID = userID
    self.timing = timing
    let root = environment("SNAPPY_GLOBAL_ROOT") ?? ""
    self.root = root == "/" ? "" : root
    var settings =
      configuration
      ?? SnapdClient.Configuration(
        root: root, userAgent: "snapd/\(ProgramVersion.text)", allowInteraction: isatty(0) == 1)
    settings.credentials = { [credentials = Credentials(environment: environment, userID: userID)] in
      credentials?.header
    }
    self.configuration = settings
  }

  /// Where it is kept who is logged in to a store.
  var credentials: Credentials? { Credentials(environment: environment, userID: userID) }

  /// The process's own.
  static func process() -> Context {
    let terminal = isatty(1) == 1
    var size = winsize()
    let columns = terminal && ioctl(1, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 ? Int(size.ws_col) : 80
    return Context(
      out: Output(descriptor: 1), err: Output(descriptor: 2),
      environment: { name in getenv(name).map { String(cString: $0) } }, outputIsTerminal: terminal,
      columns: columns, times: .system, userID: geteuid())
  }

  /// Whether the locale's texts are UTF-8.
  var localeIsUTF8: Bool {
    for name in ["LC_ALL", "LC_CTYPE", "LANG"] {
      if let value = environment(name), !value.isEmpty {
        let folded = value.lowercased()
        return folded.contains("utf-8") || folded.contains("utf8")
      }
    }
    return false
  }

  /// How things are marked, from `--color` and `--unicode`.
  func escapes(_ arguments: Arguments) -> Escapes {
    Escapes(
      color: arguments.value("color") ?? "auto", unicode: arguments.value("unicode") ?? "auto", context: self)
  }

  /// Time for people, as `--abs-time` says.
  func text(_ time: Timestamp?, _ arguments: Arguments) -> String {
    guard let time, !time.isZero else { return "-" }
    return times.text(time, absolute: arguments.has("abs-time"))
  }
}

/// A stream that text is written to.
final class Output {
  private let descriptor: Int32?
  private(set) var captured = ""
  /// Why something of what was written is not there.
  private(set) var failure: SyscallError?

  init(descriptor: Int32) { self.descriptor = descriptor }

  /// Keeps everything in `captured`.
  init() { descriptor = nil }

  /// Gathers text.
  func write(_ text: String) { captured += text }

  /// Gathers a line.
  func line(_ text: String = "") { captured += text + "\n" }

  /// Writes what was gathered.
  func flush() {
    guard let descriptor, !captured.isEmpty else { return }
    var rest = Array(captured.utf8)[...]
    captured = ""
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0 {
        if errno == EINTR { continue }
        // Who closed it does not want it.
        if errno != EBADF { failure = SyscallError("write", path: "output", errno: errno) }
        return
      }
      rest = rest.dropFirst(count)
    }
  }
}

/// Which version this program says it is.
public enum ProgramVersion {
  /// `2.77.0`.
  public static let text = SystemVersion.current
}
