internal import ByteText
internal import Linux

/// What is wrong with an image, a directory used as one, or a path inside.
///
/// Hostile content always ends here: never in a crash, a hang, or an answer that was made up.
public struct ImageError: Error, Equatable, Sendable, CustomStringConvertible {
  /// Why it could not be done.
  public enum Reason: Equatable, Sendable {
    /// The file or directory is no snap at all; the text says what it is instead.
    case notSnap(String)
    /// The kernel refused to open or read the container itself.
    case system(errno: Int32)
    /// The bytes contradict the format; the text names the part.
    case corrupted(String)
    /// A format this build can't read, such as an unknown compression.
    case unsupported(String)
    /// The path isn't there.
    case missing
    /// A regular file was asked for.
    case notRegular(EntryKind)
    /// A directory was asked for, or a path leads through something else.
    case notDirectory
    /// A symbolic link was asked for.
    case notLink
    /// More bytes than the caller wants to take.
    case tooLarge(size: UInt64, limit: UInt64)
    /// More entries, levels or work than the caller wants to spend; the text names which.
    case limit(String)
    /// The path is absolute, has `..`, or a link on the way leads out of the container.
    case outside(String)
    /// Too many symbolic links on the way.
    case linkLoop
  }

  /// The image file or the directory.
  public let container: String
  /// The path inside, relative to its top, when one was asked for.
  public let path: String?
  /// Why.
  public let reason: Reason

  public init(container: String, path: String? = nil, reason: Reason) {
    self.container = container
    self.path = path
    self.reason = reason
  }

  public var description: String {
    if case .notSnap(let text) = reason { return "cannot process snap or snapdir: \(text)" }
    guard let path else { return "cannot read \(quoted(container)): \(explanation)" }
    return "cannot read \(quoted(path)) of \(quoted(container)): \(explanation)"
  }

  private var explanation: String {
    switch reason {
    case .notSnap(let text): text
    case .system(let errno): errorText(errno)
    case .corrupted(let text): "corrupted image: \(text)"
    case .unsupported(let text): text
    case .missing: "no such file or directory"
    case .notRegular(let kind): "\(kind.noun), not a regular file"
    case .notDirectory: "not a directory"
    case .notLink: "not a symbolic link"
    case .tooLarge(let size, let limit): "\(size) bytes, more than the \(limit) allowed"
    case .limit(let text): text
    case .outside(let target): "\(quoted(target)) is outside the snap"
    case .linkLoop: "too many levels of symbolic links"
    }
  }
}

/// The text of an `errno` as the reference prints it: lower case at the start.
func errorText(_ errno: Int32) -> String {
  let text = SyscallError("", errno: errno).message
  return text.prefix(1).lowercased() + text.dropFirst()
}

/// A name from outside, in double quotes, with what could disturb a terminal or a log escaped.
func quoted(_ text: String) -> String { QuotedText.quote(text) }
