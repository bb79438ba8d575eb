internal import Glibc
internal import Linux

/// Reads a form part by part from a request's body, never holding more than a piece of it.
///
///     var reader = try MultipartReader(contentType: type, body: request.stream)
///     while let part = try await reader.nextPart() {
///       if part.fileName == nil { fields[part.name] = try await reader.collect() } else { try await reader.write(to: fd) }
///     }
public struct MultipartReader {
  /// All fields that are not files together, in bytes.
  public static let fieldLimit = 1 << 20

  private var parser: MultipartParser
  private var pieces: BodyStream.Iterator
  private var collected = 0
  private var inPart = false
  private var ended = false

  /// - Throws: ``MultipartError`` when the content type is not a form's.
  public init(contentType: String, body: BodyStream, partLimit: Int = 100) throws {
    parser = try MultipartParser(contentType: contentType, partLimit: partLimit)
    pieces = body.makeAsyncIterator()
  }

  /// The head of the next part, or nil at the end of the form. What is left of the current part is passed over.
  public mutating func nextPart() async throws -> MultipartPart? {
    while try await read() != nil {}
    while !ended {
      switch try parser.next() {
      case .part(let part):
        inPart = true
        return part
      case .needsMore: try await more()
      case .end:
        // The connection can serve another request only when this one has been read.
        ended = true
        while try await pieces.next() != nil {}
      case .data, .endOfPart: break
      }
    }
    return nil
  }

  /// Some more of the current part, or nil at its end.
  public mutating func read() async throws -> [UInt8]? {
    while inPart {
      switch try parser.next() {
      case .data(let bytes): return bytes
      case .needsMore: try await more()
      case .endOfPart, .part, .end: inPart = false
      }
    }
    return nil
  }

  /// The rest of the current part.
  ///
  /// - Throws: ``MultipartError/fieldsTooLarge(limit:)`` when everything collected from the form exceeds 1 MiB.
  public mutating func collect() async throws -> [UInt8] {
    var bytes: [UInt8] = []
    while let piece = try await read() {
      collected += piece.count
      guard collected <= Self.fieldLimit else { throw MultipartError.fieldsTooLarge(limit: Self.fieldLimit) }
      bytes += piece
    }
    return bytes
  }

  /// Writes the rest of the current part to an open file.
  ///
  /// - Returns: how many bytes.
  /// - Throws: `SyscallError` when it can't be written (`ENOSPC`).
  @discardableResult
  public mutating func write(to descriptor: Int32) async throws -> Int64 {
    var total: Int64 = 0
    while let piece = try await read() {
      var rest = piece[...]
      while !rest.isEmpty {
        let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
        if count < 0, errno == EINTR { continue }
        if count < 0 { throw SyscallError("write upload", errno: errno) }
        rest = rest.dropFirst(count)
      }
      total += Int64(piece.count)
    }
    return total
  }

  private mutating func more() async throws {
    guard let piece = try await pieces.next() else { return try parser.finish() }
    parser.feed(piece)
  }
}
