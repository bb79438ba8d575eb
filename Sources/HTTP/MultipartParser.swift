internal import ByteText

/// Why a form can't be read.
public enum MultipartError: Error, Equatable, Sendable, CustomStringConvertible {
  case notAForm
  case badBoundary
  case malformed(String)
  case truncated
  case headersTooLarge
  case tooManyParts(limit: Int)
  case fieldsTooLarge(limit: Int)

  public var description: String {
    switch self {
    case .notAForm: "cannot read form: content type is not multipart/form-data"
    case .badBoundary: "cannot read form: invalid boundary"
    case .malformed(let what): "cannot read form: \(what)"
    case .truncated: "cannot read form: unexpected end"
    case .headersTooLarge: "cannot read form: header of a part is too large"
    case .tooManyParts(let limit): "cannot read form: more than \(limit) parts"
    case .fieldsTooLarge(let limit): "cannot read form: fields are larger than \(limit) bytes"
    }
  }
}

/// The head of one part of a form.
public struct MultipartPart: Equatable, Sendable {
  /// Name of the field.
  public var name: String
  /// The last element of the file's name at the client; nil for a field that is no file.
  public var fileName: String?
  /// As the client says.
  public var contentType: String?
}

/// Splits a multipart body (RFC 2046 §5.1, RFC 7578) given in pieces of any size. Holds at most one piece, one part's
/// header and one boundary.
struct MultipartParser {
  /// What comes next in the body.
  enum Event: Equatable {
    case part(MultipartPart)
    case data([UInt8])
    case endOfPart
    /// The closing boundary; whatever follows is passed over.
    case end
    /// Nothing without another piece.
    case needsMore
  }

  static let headerLimit = 16 * 1024
  static let headerFields = 32

  private enum State { case preamble, boundaryEnd, header, body, done }
  private var state = State.preamble
  private let delimiter: [UInt8]  // CR LF "--" boundary
  private var buffer: [UInt8]
  private var position = 0
  private var scanned = 0  // of a header that is not complete; an index of `buffer`
  private var parts = 0
  private let partLimit: Int

  /// - Throws: when the content type is not a form's, or its boundary breaks RFC 2046.
  init(contentType: String, partLimit: Int = 100) throws(MultipartError) {
    let fields = HeaderParameters(contentType)
    guard fields.value.utf8.map(asciiLowercase).elementsEqual("multipart/form-data".utf8) else { throw .notAForm }
    guard let boundary = fields["boundary"], (1...70).contains(boundary.utf8.count), boundary.utf8.last != 0x20,
      boundary.utf8.allSatisfy(Self.isBoundaryByte)
    else { throw .badBoundary }
    delimiter = Array("\r\n--\(boundary)".utf8)
    buffer = [13, 10]  // the first boundary needs no line before it
    self.partLimit = partLimit
  }

  private static func isBoundaryByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
    default: "'()+_,-./:=? ".utf8.contains(byte)
    }
  }

  /// Takes the next piece. Every event of the earlier ones must have been asked for.
  mutating func feed(_ piece: [UInt8]) {
    buffer.removeFirst(position)
    scanned = max(scanned - position, 0)
    position = 0
    if state == .done { buffer = [] } else { buffer += piece }
  }

  /// The body ended.
  func finish() throws(MultipartError) { if state != .done { throw .truncated } }

  /// What comes next.
  mutating func next() throws(MultipartError) -> Event {
    while true {
      switch state {
      case .preamble:
        switch findDelimiter() {
        case .at(let index):
          position = index + delimiter.count
          state = .boundaryEnd
        case .none(let safe):
          position = safe
          return .needsMore
        }
      case .boundaryEnd:
        guard let last = try takeBoundaryEnd() else { return .needsMore }
        state = last ? .done : .header
        if last { return .end }
        parts += 1
        guard parts <= partLimit else { throw .tooManyParts(limit: partLimit) }
      case .header:
        guard let part = try takeHeader() else { return .needsMore }
        state = .body
        return .part(part)
      case .body:
        switch findDelimiter() {
        case .at(let index) where index > position: return .data(take(to: index))
        case .at(let index):
          position = index + delimiter.count
          state = .boundaryEnd
          return .endOfPart
        case .none(let safe) where safe > position: return .data(take(to: safe))
        case .none: return .needsMore
        }
      case .done: return .needsMore
      }
    }
  }

  private mutating func take(to end: Int) -> [UInt8] {
    defer { position = end }
    return Array(buffer[position..<end])
  }

  private enum Search {
    case at(Int)
    /// Not there; nothing before this index can be a part of one.
    case none(safe: Int)
  }

  /// Looks for a delimiter that is followed by what may follow one: data may hold a line that only begins like it.
  private func findDelimiter() -> Search {
    buffer.withUnsafeBufferPointer { bytes in
      var index = position
      while index < bytes.count {
        guard bytes[index] == 13 else {
          index += 1
          continue
        }
        var matched = 1
        while matched < delimiter.count, index + matched < bytes.count, bytes[index + matched] == delimiter[matched] {
          matched += 1
        }
        let next = index + matched
        if next == bytes.count { return .none(safe: index) }
        if matched == delimiter.count, [13, 0x2D, 0x20, 0x09].contains(bytes[next]) { return .at(index) }
        index += 1
      }
      return .none(safe: index)
    }
  }

  /// After a boundary: "--" ends the body, padding and a line break begin a part. Nil when it is not all there yet.
  private mutating func takeBoundaryEnd() throws(MultipartError) -> Bool? {
    var index = position
    guard index + 1 < buffer.count else { return nil }
    if buffer[index] == 0x2D {
      guard buffer[index + 1] == 0x2D else { throw .malformed("text after a boundary") }
      position = index + 2
      return true
    }
    while index < buffer.count, buffer[index] == 0x20 || buffer[index] == 0x09 { index += 1 }
    guard index - position <= 64 else { throw .malformed("text after a boundary") }
    guard index < buffer.count else { return nil }
    guard buffer[index] == 13 else { throw .malformed("text after a boundary") }
    guard index + 1 < buffer.count else { return nil }
    guard buffer[index + 1] == 10 else { throw .malformed("text after a boundary") }
    position = index + 2
    return false
  }

  /// The header of a part, up to its empty line. Nil when it is not all there yet.
  private mutating func takeHeader() throws(MultipartError) -> MultipartPart? {
    var index = max(position, scanned)
    while index + 1 < buffer.count {
      if buffer[index] == 13, buffer[index + 1] == 10 {
        if index == position { throw .malformed("a part without a name") }
        guard index + 3 < buffer.count else { break }
        if buffer[index + 2] == 13, buffer[index + 3] == 10 {
          let lines = Self.lines(buffer[position..<index])
          guard index - position <= Self.headerLimit, lines.count <= Self.headerFields else { throw .headersTooLarge }
          position = index + 4
          scanned = 0
          return try Self.part(lines)
        }
      }
      index += 1
    }
    // The next look begins here: a header that comes byte by byte must not cost its square.
    scanned = index
    if buffer.count - position > Self.headerLimit { throw .headersTooLarge }
    return nil
  }

  private static func lines(_ header: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
    var lines: [ArraySlice<UInt8>] = []
    var start = header.startIndex
    for index in header.indices.dropLast() where header[index] == 13 && header[index + 1] == 10 {
      lines.append(header[start..<index])
      start = index + 2
    }
    lines.append(header[start...])
    return lines
  }

  private static func part(_ lines: [ArraySlice<UInt8>]) throws(MultipartError) -> MultipartPart {
    var disposition: HeaderParameters?
    var contentType: String?
    for line in lines {
      guard let text = String(validating: line, as: UTF8.self), let colon = text.byteIndex(of: ":") else {
        throw .malformed("invalid header of a part")
      }
      let value = String(text[text.utf8.index(after: colon)...])
      switch String(decoding: text[..<colon].utf8.map(asciiLowercase), as: UTF8.self) {
      case "content-disposition": disposition = HeaderParameters(value)
      case "content-type": contentType = HeaderParameters.trimmed(value)
      default: break
      }
    }
    guard let disposition, disposition.value.utf8.map(asciiLowercase).elementsEqual("form-data".utf8),
      let name = disposition["name"], !name.isEmpty, !name.utf8.contains(0)
    else { throw .malformed("a part without a name") }
    let file = disposition["filename"].map { path in
      String(path.byteSplit("/").last ?? "")
    }
    return MultipartPart(name: name, fileName: file, contentType: contentType)
  }
}

/// A header value with parameters: `form-data; name="x"; filename="a \"b\".snap"` (RFC 2045 §5.1).
struct HeaderParameters {
  /// What stands before the first ";".
  let value: String
  private var parameters: [(name: String, value: String)] = []

  /// The first parameter of the (lower-case) name.
  subscript(name: String) -> String? { parameters.first { $0.name == name }?.value }

  init(_ text: String) {
    var pieces: [[UInt8]] = [[]]
    var quoted = false
    var escaped = false
    // Quotes and escapes are resolved on the way; a ";" inside quotes is no separator.
    for byte in text.utf8 {
      if escaped {
        pieces[pieces.count - 1].append(byte)
        escaped = false
      } else if quoted, byte == UInt8(ascii: "\\") {
        escaped = true
      } else if byte == UInt8(ascii: "\"") {
        quoted.toggle()
      } else if byte == UInt8(ascii: ";"), !quoted {
        pieces.append([])
      } else if quoted || pieces.count == 1 || (byte != 0x20 && byte != 0x09) {
        // Outside quotes a parameter has no blanks but those around it.
        pieces[pieces.count - 1].append(byte)
      }
    }
    let texts = pieces.map { String(decoding: $0, as: UTF8.self) }
    value = Self.trimmed(texts[0])
    for piece in texts.dropFirst() {
      guard let equals = piece.byteIndex(of: "=") else { continue }
      let name = piece[..<equals].utf8.map(asciiLowercase)
      parameters.append(
        (name: String(decoding: name, as: UTF8.self), value: String(piece[piece.utf8.index(after: equals)...])))
    }
  }

  static func trimmed(_ text: String) -> String {
    let bytes = text.utf8.drop { $0 == 0x20 || $0 == 0x09 }
    guard let end = bytes.lastIndex(where: { $0 != 0x20 && $0 != 0x09 }) else { return "" }
    return String(Substring(bytes[...end]))
  }
}
