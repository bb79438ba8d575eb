/// Why a launch plan cannot be read or written.
public enum LaunchPlanError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The file does not start as a launch plan does.
  case notAPlan
  /// Written by another version of the system. The daemon writes plans anew when it starts.
  case version(UInt32)
  /// The file ends before the field does.
  case truncated(field: StaticString)
  /// There is more than a plan in the file.
  case trailingBytes(Int)
  /// A length or a count beyond the limits of ``LaunchPlan/Limit``.
  case tooLarge(field: StaticString)
  /// A value that has no meaning.
  case invalid(field: StaticString)

  public var description: String {
    switch self {
    case .notAPlan: "cannot read launch plan: not a launch plan"
    case .version(let version):
      "cannot read launch plan: format version \(version) is not \(LaunchPlan.formatVersion), restart snapd to write it anew"
    case .truncated(let field): "cannot read launch plan: cut off in \(text(field))"
    case .trailingBytes(let count): "cannot read launch plan: \(count) bytes after its end"
    case .tooLarge(let field): "cannot read launch plan: \(text(field)) is too large"
    case .invalid(let field): "cannot read launch plan: \(text(field)) is not valid"
    }
  }

  public static func == (one: LaunchPlanError, other: LaunchPlanError) -> Bool {
    one.description == other.description
  }
}

/// Static text as a string, without what Embedded Swift lacks.
private func text(_ field: StaticString) -> String {
  field.withUTF8Buffer { String(decoding: $0, as: UTF8.self) }
}
