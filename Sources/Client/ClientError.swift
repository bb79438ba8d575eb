public import API

/// Why a request gave no result.
public struct ClientError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Who failed.
  public enum Origin: Hashable, Sendable {
    /// The daemon answered, with an error.
    case daemon
    /// No answer: the daemon is not there, went away or is too slow.
    case communication
    /// An answer that cannot be understood.
    case answer
  }

  /// Who failed.
  public var origin: Origin
  /// For people.
  public var message: String
  /// For programs; `nil` when the daemon gave none or one that is unknown here.
  public var kind: ErrorKind?
  /// Details whose shape the kind decides.
  public var value: JSONValue?
  /// The HTTP status, 0 when there was no answer.
  public var status: Int

  public init(
    origin: Origin, message: String, kind: ErrorKind? = nil, value: JSONValue? = nil, status: Int = 0
  ) {
    self.origin = origin
    self.message = message
    self.kind = kind
    self.value = value
    self.status = status
  }

  public var description: String { message }

  /// Whether the same request may succeed later, with nothing else done (the reference's exit code 10).
  public var isRetryable: Bool { kind == .snapChangeConflict || kind == .quotaChangeConflict }

  /// The same error, with what was attempted before its message.
  public func prefixed(_ prefix: String) -> ClientError {
    var error = self
    error.message = "\(prefix): \(message)"
    return error
  }
}
