internal import ByteText

/// Why a filter cannot be compiled or read.
public enum SeccompError: Error, Hashable, Sendable, CustomStringConvertible {
  /// A word of a line means nothing. The line is quoted as it was written.
  case token(String, line: String)
  case tooManyArguments(String, line: String)
  /// A `@` line that no version knows.
  case directive(String)
  case unknownUser(String)
  case unknownGroup(String)
  case notUTF8
  /// libseccomp refused; `code` is an errno.
  case library(step: String, code: Int32)
  /// A program longer than the launcher loads.
  case tooLong(bytes: Int)
  /// A compiled file that is not one, and why.
  case malformed(String)
  case file(call: String, path: String, code: Int32)

  public var description: String {
    switch self {
    case .token(let token, let line): "cannot parse line: cannot parse token \(quoted(token)) (line \(quoted(line)))"
    case .tooManyArguments(let call, let line):
      "cannot parse line: too many arguments specified for syscall '\(call)' in line \(quoted(line))"
    case .directive(let name): "cannot parse line: unknown directive \(quoted(name))"
    case .unknownUser(let name): "cannot find user \(quoted(name))"
    case .unknownGroup(let name): "cannot find group \(quoted(name))"
    case .notUTF8: "cannot parse filter: not valid UTF-8"
    case .library(let step, let code): "cannot \(step): errno \(code)"
    case .tooLong(let bytes): "cannot use filter: program of \(bytes) bytes exceeds \(SeccompPrograms.programLimit)"
    case .malformed(let why): "cannot read compiled filter: \(why)"
    case .file(let call, let path, let code): "cannot \(call) \(path): errno \(code)"
    }
  }
}

/// A text in double quotes, with everything that could break a log line escaped.
func quoted(_ text: String) -> String { QuotedText.quote(text) }
