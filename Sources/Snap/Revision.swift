internal import ByteText

/// `17` came from the store, `x3` was installed from a file. There is no "unset" revision: use `Revision?`.
public enum Revision: Hashable, Sendable, Comparable {
  /// Local revisions are ordered before those of the store, as in the reference.
  case local(UInt32)
  case store(UInt32)
}

extension Revision: ValidatedText {
  public init(_ text: String) throws(InvalidText) {
    let invalid = InvalidText("invalid snap revision: \(InvalidText.quote(text))")
    let isLocal = text.hasPrefix("x")
    let digits = isLocal ? String(text.dropFirst()) : text
    guard let first = digits.utf8.first, first.isASCIIDigit, first != UInt8(ascii: "0"),
      digits.utf8.allSatisfy(\.isASCIIDigit), let number = UInt32(digits), number <= Int32.max
    else { throw invalid }
    self = isLocal ? .local(number) : .store(number)
  }

  public var rawValue: String {
    switch self {
    case .store(let number): "\(number)"
    case .local(let number): "x\(number)"
    }
  }

  public static func < (left: Revision, right: Revision) -> Bool {
    switch (left, right) {
    case (.store(let left), .store(let right)), (.local(let left), .local(let right)): left < right
    case (.local, .store): true
    case (.store, .local): false
    }
  }
}
