internal import ByteText

/// One HTTP/1.1 message with a body of a known length: all that agents and their callers say to each other.
public struct HTTPMessage: Hashable, Sendable {
  /// `POST /v1/service-control HTTP/1.1`, or `HTTP/1.1 200 OK`.
  public var startLine: String
  /// Names are in small letters.
  public var headers: [String: String]
  public var body: [UInt8]

  /// What a message may not be.
  public enum Malformed: Error, Hashable, CustomStringConvertible {
    case head
    case length
    case tooLarge
    /// A body whose length is not said in the head.
    case chunked

    public var description: String {
      switch self {
      case .head: "cannot read the message: it is no HTTP"
      case .length: "cannot read the message: its length is not a number"
      case .tooLarge: "cannot read the message: it is too large"
      case .chunked: "cannot read the message: its length is not in its head"
      }
    }
  }

  /// Longest head, in bytes.
  public static let headLimit = 16 << 10

  public init(_ startLine: String, headers: [String: String] = [:], body: [UInt8] = []) {
    self.startLine = startLine
    self.headers = headers
    self.body = body
  }

  /// Reads the message that some bytes begin with.
  ///
  /// - Parameter limit: the longest body accepted.
  /// - Returns: nil while it is not whole.
  public init?(_ bytes: [UInt8], limit: Int) throws(Malformed) {
    guard let end = Self.endOfHead(bytes) else {
      if bytes.count > Self.headLimit { throw .tooLarge }
      return nil
    }
    guard end <= Self.headLimit else { throw .tooLarge }
    let head = bytes[..<end]
    guard head.allSatisfy({ $0 >= 0x20 && $0 < 0x7f || $0 == 0x0a || $0 == 0x0d || $0 == 0x09 }) else { throw .head }
    var lines = head.split(separator: 0x0a).map { line in
      String(decoding: line.last == 0x0d ? line.dropLast() : line, as: UTF8.self)
    }
    guard let first = lines.first, !first.isEmpty else { throw .head }
    lines.removeFirst()
    startLine = first
    headers = [:]
    for line in lines where !line.isEmpty {
      guard let colon = line.byteIndex(of: ":") else { throw .head }
      let name = String(line[..<colon]).lowercased()
      var value = line.utf8[line.utf8.index(after: colon)...]
      while value.first == 0x20 || value.first == 0x09 { value = value.dropFirst() }
      while value.last == 0x20 || value.last == 0x09 { value = value.dropLast() }
      // Two lengths would be two messages.
      if name == "content-length", headers[name] != nil { throw .length }
      headers[name] = String(decoding: value, as: UTF8.self)
    }
    if headers["transfer-encoding"] != nil { throw .chunked }
    var length = 0
    if let text = headers["content-length"] {
      guard !text.isEmpty, text.utf8.allSatisfy({ $0.isASCIIDigit }), let number = Int(text) else {
        throw .length
      }
      length = number
    }
    guard length <= limit else { throw .tooLarge }
    let rest = bytes[Self.afterHead(bytes, end)...]
    guard rest.count >= length else { return nil }
    body = Array(rest.prefix(length))
  }

  /// Where the empty line begins: either `\r\n\r\n` or `\n\n`.
  private static func endOfHead(_ bytes: [UInt8]) -> Int? {
    for index in bytes.indices where bytes[index] == 0x0a {
      let next = bytes[(index + 1)...].prefix(2)
      if next.first == 0x0a || next.elementsEqual([0x0d, 0x0a]) { return index + 1 }
    }
    return nil
  }

  private static func afterHead(_ bytes: [UInt8], _ end: Int) -> Int { end + (bytes[end] == 0x0d ? 2 : 1) }

  /// As it goes over the wire. One message is a whole connection.
  public var bytes: [UInt8] {
    var text = startLine + "\r\n"
    for (name, value) in headers.sorted(by: { $0.key < $1.key }) { text += "\(name): \(value)\r\n" }
    text += "content-length: \(body.count)\r\nconnection: close\r\n\r\n"
    return Array(text.utf8) + body
  }

  /// The words of the start line.
  public var words: [String] { startLine.byteSplit(" ").map(String.init) }

  /// The words that go with a status.
  public static func reason(_ status: Int) -> String {
    switch status {
    case 200: "OK"
    case 400: "Bad Request"
    case 403: "Forbidden"
    case 404: "Not Found"
    case 405: "Method Not Allowed"
    case 413: "Content Too Large"
    case 501: "Not Implemented"
    default: "Internal Server Error"
    }
  }
}
