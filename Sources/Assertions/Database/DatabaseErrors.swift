/// An assertion that is not known.
public struct AssertionNotFound: Error, Hashable, Sendable, CustomStringConvertible {
  public let type: AssertionType
  public let headers: [String: String]

  public init(_ type: AssertionType, _ headers: [String: String]) {
    self.type = type
    self.headers = headers
  }

  public init(_ reference: AssertionReference) { self.init(reference.type, reference.headers) }

  public var description: String {
    guard let reference = AssertionReference(type, headers), reference.headers.count >= headers.count else {
      return "\(type) not found"
    }
    return "\(reference) not found"
  }
}

/// A revision that is not newer than what is known.
public struct AssertionRevisionError: Error, Hashable, Sendable, CustomStringConvertible {
  public let current: Int
  public let used: Int

  public init(current: Int, used: Int) { (self.current, self.used) = (current, used) }

  public var description: String {
    if used == current { return "revision \(used) is already the current revision" }
    return "revision \(used) is older than current revision \(current)"
  }
}

/// An assertion in a format that is newer than this program.
public struct UnsupportedFormatError: Error, Hashable, Sendable, CustomStringConvertible {
  public let reference: AssertionReference
  public let format: Int
  /// Whether a newer revision took the place of one that was understood.
  public let isUpdate: Bool

  public var description: String {
    let type = quoted(reference.type.rawValue)
    let latest = reference.type.maximumFormat
    return
      (isUpdate
      ? "\(type) assertion update has format \(format) but \(latest) is latest supported, current not updated"
      : "proposed \(type) assertion has format \(format) but \(latest) is latest supported")
  }
}
