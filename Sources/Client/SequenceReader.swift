internal import Glibc

/// Cuts a JSON sequence (RFC 7464) into its elements: each begins with 0x1E and ends with a line feed.
struct SequenceReader {
  /// Bytes of one element.
  let limit: Int
  private var pending: [UInt8] = []

  init(limit: Int) { self.limit = limit }

  /// Takes the next bytes.
  ///
  /// - Returns: the elements that are whole now.
  mutating func take(_ bytes: [UInt8]) throws(WireFailure) -> [[UInt8]] {
    var elements: [[UInt8]] = []
    for byte in bytes {
      switch byte {
      // JSON texts hold no line feed of their own.
      case 0x0A:
        if !pending.isEmpty { elements.append(pending) }
        pending = []
      case 0x1E: pending = []
      default: pending.append(byte)
      }
    }
    if pending.count > limit { throw WireFailure(text: "element is larger than \(limit) bytes", errno: EMSGSIZE) }
    return elements
  }
}
