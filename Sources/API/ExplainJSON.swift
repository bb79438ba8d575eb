/// The body of `POST /v2/explain`: what failed in a traced run of an app.
public struct ExplainInstruction: Codable, Hashable, Sendable {
  /// `hello.sh`: the app as `snap run` names it.
  @Present public var app: String
  @Present public var failures: [FailedCallJSON]

  public init(app: String, failures: [FailedCallJSON]) {
    self.app = app
    self.failures = failures
  }
}

/// One system call that failed. What it names depends on the kind: `path` (`path`, `access`, `outside`, `directory`,
/// `own`), `abstract` (`path`), `address` (`family`), `mount` (`type`, `source`, `path`), `unmount` (`path`), `signal`
/// (`signal`), `ptrace`, or nothing.
public struct FailedCallJSON: Codable, Hashable, Sendable {
  /// `AUDIT_ARCH_*`.
  public var arch: UInt32
  public var number: UInt64
  @OmitEmpty public var arguments: [UInt64]
  public var errno: Int
  public var uid: UInt32
  @OmitEmpty public var command: String
  @OmitEmpty public var kind: String
  @OmitEmpty public var path: String
  /// In AppArmor's letters.
  @OmitEmpty public var access: String
  /// The machine has the path outside the app's view.
  @OmitEmpty public var outside: Bool
  @OmitEmpty public var directory: Bool
  /// It belongs to the process's user.
  @OmitEmpty public var own: Bool
  @OmitEmpty public var source: String
  @OmitEmpty public var type: String
  @OmitEmpty public var family: Int
  @OmitEmpty public var signal: Int

  public init(arch: UInt32, number: UInt64, arguments: [UInt64], errno: Int, uid: UInt32, command: String) {
    self.arch = arch
    self.number = number
    self.errno = errno
    self.uid = uid
    self.arguments = arguments
    self.command = command
  }
}

/// The result of `GET` and `POST /v2/explain`.
public struct ExplainedJSON: Codable, Hashable, Sendable {
  @Present public var denials: [DenialJSON]
  /// The logs that were read; none when there is no log to read.
  @OmitEmpty public var sources: [String]
  /// There were more than are shown.
  @OmitEmpty public var truncated: Bool
  /// Refusals in the logs of which it is not told whose they are.
  @OmitEmpty public var unassigned: Int
  /// Why nothing was to be expected (`devmode`, `classic`).
  @OmitEmpty public var confinement: String

  public init() {}
}

/// Something an app was refused.
public struct DenialJSON: Codable, Hashable, Sendable {
  /// `hello.sh`, or the snap's name when the log does not tell the app.
  public var app: String
  /// `read /home/ann/notes.txt`.
  public var what: String
  /// What refused: `Landlock`, `seccomp`, `AppArmor`, `not in its view`, …
  public var layer: String
  /// How often.
  public var count: Int
  /// When it was last seen, RFC 3339; empty when not known.
  @OmitEmpty public var time: String
  /// What would let it through, the best first; none when nothing does.
  @OmitEmpty public var suggestions: [SuggestionJSON]

  public init(app: String, what: String, layer: String, count: Int = 1) {
    self.app = app
    self.what = what
    self.layer = layer
    self.count = count
  }
}

/// A plug that would let something through.
public struct SuggestionJSON: Codable, Hashable, Sendable {
  public var interface: String
  /// The command that does it; empty when it takes another snap.
  @OmitEmpty public var command: String
  /// One line for people.
  public var text: String
  /// A snap needs a declaration of the store's to have such a plug.
  @OmitEmpty public var superPrivileged: Bool

  public init(interface: String, text: String) {
    self.interface = interface
    self.text = text
  }

  enum CodingKeys: String, CodingKey {
    case interface, command, text
    case superPrivileged = "super-privileged"
  }
}
