internal import ByteText

/// Which part of something a request wants. Source: RFC 9110 §14.
enum ByteRange: Equatable, Sendable {
  /// All of it: nothing else was asked for, or nothing that means something.
  case whole
  /// From the first byte to the last, both included.
  case part(first: Int64, last: Int64)
  /// What was asked for is not there.
  case outside

  /// - Parameters:
  ///   - header: the value of `Range`. Several ranges at once are answered with the whole, as is allowed.
  ///   - condition: the value of `If-Range`; the part is sent only when it is the tag of what is there.
  ///   - size: bytes that there are.
  init(_ header: String?, condition: String? = nil, tag: String, size: Int64) {
    self = .whole
    guard let header, condition.map({ $0.utf8.elementsEqual(tag.utf8) }) ?? true else { return }
    let bytes = Array(header.utf8)
    let unit = Array("bytes=".utf8)
    guard bytes.starts(with: unit) else { return }
    let range = bytes.dropFirst(unit.count)
    guard let dash = range.firstIndex(of: UInt8(ascii: "-")), !range.contains(UInt8(ascii: ",")) else { return }
    let (start, end) = (Self.number(range[..<dash]), Self.number(range[(dash + 1)...]))
    switch (start, end) {
    case (.absent, .absent), (.malformed, _), (_, .malformed): return
    case (.absent, .number(let count)):
      self = count == 0 || size == 0 ? .outside : .part(first: max(0, size - count), last: size - 1)
    case (.number(let first), .absent):
      self = first < size ? .part(first: first, last: size - 1) : .outside
    case (.number(let first), .number(let last)):
      guard first <= last else { return }
      self = first < size ? .part(first: first, last: min(last, size - 1)) : .outside
    }
  }

  private enum Number { case absent, malformed, number(Int64) }

  private static func number(_ text: ArraySlice<UInt8>) -> Number {
    if text.isEmpty { return .absent }
    guard text.allSatisfy({ $0.isASCIIDigit }) else { return .malformed }
    // More digits than a number has are as good as the largest.
    return .number(Int64(String(decoding: text, as: UTF8.self)) ?? .max)
  }
}

extension ByteRange {
  /// `Content-Range` of an answer about something of a size.
  func contentRange(size: Int64) -> String? {
    switch self {
    case .whole: nil
    case .part(let first, let last): "bytes \(first)-\(last)/\(size)"
    case .outside: "bytes */\(size)"
    }
  }
}
