/// Reads assertions that come one after the other, as bytes arrive.
///
/// Between two there is one blank line; how long a body is its headers say. Source: `spec/assertions-and-store.md` §1.
public struct AssertionStreamReader {
  private var buffer: [UInt8] = []
  /// Where in the buffer the next assertion begins, and where looking for its parts goes on.
  private var start = 0
  private var headEnd: Int?
  private var searched = 0
  private var isOver = false

  public init() {}

  /// All assertions of a text.
  public static func decode(_ bytes: [UInt8]) throws(AssertionError) -> [Assertion] {
    var reader = AssertionStreamReader()
    reader.take(bytes)
    reader.end()
    var all: [Assertion] = []
    while let next = try reader.next() { all.append(next) }
    return all
  }

  /// Takes bytes that arrived.
  public mutating func take(_ bytes: some Sequence<UInt8>) { buffer += bytes }

  /// No more bytes will come.
  public mutating func end() { isOver = true }

  /// The next assertion; nil when more bytes are needed, or, once it has ended, none is left.
  ///
  /// - Throws: ``AssertionError``; nothing that follows can be trusted to begin where it seems to.
  public mutating func next() throws(AssertionError) -> Assertion? {
    if start == buffer.count { return nil }
    guard let head = try headers() else { return nil }
    let reader: HeaderReader
    do { reader = HeaderReader(try HeaderParser.parse(buffer[start..<head])) } catch {
      throw AssertionError("parsing assertion headers: \(error)")
    }
    let length: Int
    do { length = try reader.integer("body-length", default: 0) } catch { throw AssertionError("assertion: \(error)") }
    let limit = reader.headers["type"]?.text.flatMap { AssertionType(rawValue: $0) }?.bodyLimit ?? AssertionLimits.body
    guard length <= limit else {
      throw AssertionError("assertion body length \(length) exceeds maximum body size")
    }
    // Without a body the signature follows the headers.
    let contentEnd = length == 0 ? head : head + 2 + length
    guard contentEnd + 2 <= buffer.count else { return try more("error reading assertion body: unexpected EOF") }
    guard buffer[contentEnd] == UInt8(ascii: "\n"), buffer[contentEnd + 1] == UInt8(ascii: "\n") else {
      throw AssertionError("missing content/signature separator")
    }
    guard let signatureEnd = try signature(from: contentEnd + 2) else { return nil }
    let assertion = try Assertion.assemble(
      head: buffer[start..<head], body: length == 0 ? [] : Array(buffer[(head + 2)..<contentEnd]),
      content: Array(buffer[start..<contentEnd]), signature: Array(buffer[(contentEnd + 2)..<signatureEnd]))
    advance(to: signatureEnd)
    return assertion
  }

  /// Where the headers end.
  private mutating func headers() throws(AssertionError) -> Int? {
    if let headEnd { return headEnd }
    if let end = blankLine(from: max(start, searched)), end - start <= AssertionLimits.headers {
      headEnd = end
      searched = end + 2
      return end
    }
    guard buffer.count - start <= AssertionLimits.headers else {
      throw AssertionError("error reading assertion headers: maximum size exceeded")
    }
    searched = max(start, buffer.count - 1)
    return try more("error reading assertion headers: unexpected EOF")
  }

  /// Where the signature ends: before the blank line's second newline, or with the stream.
  private mutating func signature(from first: Int) throws(AssertionError) -> Int? {
    if let end = blankLine(from: max(first, searched)), end - first <= AssertionLimits.signature { return end + 1 }
    guard buffer.count - first <= AssertionLimits.signature else {
      throw AssertionError("error reading assertion signature: maximum size exceeded")
    }
    if isOver { return buffer.count }
    searched = max(first, buffer.count - 1)
    return nil
  }

  private func blankLine(from first: Int) -> Int? {
    guard first + 1 < buffer.count else { return nil }
    return (first..<(buffer.count - 1)).first { at in
      buffer[at] == UInt8(ascii: "\n") && buffer[at + 1] == UInt8(ascii: "\n")
    }
  }

  private func more(_ complaint: String) throws(AssertionError) -> Int? {
    if isOver { throw AssertionError(complaint) }
    return nil
  }

  private func more(_ complaint: String) throws(AssertionError) -> Assertion? {
    if isOver { throw AssertionError(complaint) }
    return nil
  }

  private mutating func advance(to end: Int) {
    start = end < buffer.count ? end + 1 : end
    headEnd = nil
    searched = start
    if start > 1 << 16 {
      buffer.removeFirst(start)
      start = 0
      searched = 0
    }
  }
}

extension Sequence<Assertion> {
  /// One after the other, as they are sent together.
  public var encodedStream: [UInt8] {
    var bytes: [UInt8] = []
    for assertion in self {
      if !bytes.isEmpty { bytes.append(UInt8(ascii: "\n")) }
      bytes += assertion.encoded
      if bytes.last != UInt8(ascii: "\n") { bytes.append(UInt8(ascii: "\n")) }
    }
    return bytes
  }
}
