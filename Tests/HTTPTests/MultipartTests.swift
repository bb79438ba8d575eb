import Testing

@testable import HTTP

@Suite struct MultipartTests {
  private struct Part: Equatable, CustomStringConvertible {
    var name: String
    var fileName: String?
    var content: [UInt8]
    var description: String { "\(name) \(fileName ?? "-") \(String(decoding: content, as: UTF8.self))" }
  }

  private func read(_ pieces: [[UInt8]], type: String = "multipart/form-data; boundary=XX") throws -> [Part] {
    var parser = try MultipartParser(contentType: type)
    var parts: [Part] = []
    for piece in pieces {
      parser.feed(piece)
      loop: while true {
        switch try parser.next() {
        case .part(let part): parts.append(Part(name: part.name, fileName: part.fileName, content: []))
        case .data(let bytes): parts[parts.count - 1].content += bytes
        case .endOfPart: break
        case .end, .needsMore: break loop
        }
      }
    }
    try parser.finish()
    return parts
  }

  private static let form =
    "preamble\r\n--XX \t\r\nContent-Disposition: form-data; name=\"action\"\r\n\r\ninstall\r\n"
    + "--XX\r\ncontent-DISPOSITION: form-data; filename=\"/a/b \\\"c\\\";.snap\"; name=snap\r\nContent-Type: x/y\r\n\r\n"
    + "\r\n--X\r\n\r\n--XXY\r\n--\r\r\n\0\u{e9}\r\n--XX\r\nContent-Disposition: form-data; name=empty\r\n\r\n\r\n--XX--\r\nend--XX"
  private static let parts = [
    Part(name: "action", content: Array("install".utf8)),
    Part(name: "snap", fileName: "b \"c\";.snap", content: Array("\r\n--X\r\n\r\n--XXY\r\n--\r\r\n\0\u{e9}".utf8)),
    Part(name: "empty", content: []),
  ]

  @Test func `a form reads the same however it is cut`() throws {
    let bytes = Array(Self.form.utf8)
    for index in bytes.indices { #expect(try read([Array(bytes[..<index]), Array(bytes[index...])]) == Self.parts) }
    for size in 1...9 {
      let pieces = stride(from: 0, to: bytes.count, by: size).map { Array(bytes[$0..<min($0 + size, bytes.count)]) }
      #expect(try read(pieces) == Self.parts)
    }
    var generator = SystemRandomNumberGenerator()
    for _ in 0..<200 {
      var rest = bytes[...]
      var pieces: [[UInt8]] = []
      while !rest.isEmpty {
        let size = Int.random(in: 0...20, using: &generator)
        pieces.append(Array(rest.prefix(size)))
        rest = rest.dropFirst(size)
      }
      #expect(try read(pieces) == Self.parts)
    }
  }

  @Test func `a file's name is its last, by bytes`() throws {
    let head = "--XX\r\nContent-Disposition:\u{301}; form-data\r\n"
    #expect(throws: MultipartError.self) { try read([Array((head + "\r\n\r\n--XX--").utf8)]) }
    let form = "--XX\r\nContent-Disposition: form-data; name=\u{301}; filename=\"a/../\u{301}b\"\r\n\r\n\r\n--XX--"
    #expect(try read([Array(form.utf8)]) == [Part(name: "\u{301}", fileName: "\u{301}b", content: [])])
  }

  @Test func `a form that ends early is an error wherever it ends`() throws {
    let bytes = Array(Self.form.utf8)
    let end = bytes.count - "\r\nend--XX".utf8.count
    for index in 0..<end { #expect(throws: MultipartError.self) { try read([Array(bytes[..<index])]) } }
    #expect(try read([Array(bytes[..<end])]) == Self.parts)
  }

  @Test func `noise never traps and never loops`() {
    var generator = SystemRandomNumberGenerator()
    let alphabet: [[UInt8]] =
      ["\r\n", "--", "XX", "\r", "\n", "-", " ", ":", "a", "\"", "\\", ";", "=", "\0"].map {
        Array($0.utf8)
      } + [Array("\r\n--XX".utf8), Array("\r\nContent-Disposition: form-data; name=a\r\n\r\n".utf8), [0xFF]]
    for _ in 0..<3000 {
      let pieces = (0..<Int.random(in: 1...30, using: &generator)).map { _ in alphabet.randomElement() ?? [] }
      _ = try? read(pieces)
    }
  }

  @Test(arguments: [
    ("text/plain", MultipartError.notAForm), ("multipart/mixed; boundary=a", .notAForm), ("", .notAForm),
    ("multipart/form-data", .badBoundary), ("multipart/form-data; boundary=", .badBoundary),
    ("multipart/form-data; boundary=\"a \"", .badBoundary), ("multipart/form-data; boundary=a\r\nb", .badBoundary),
    ("multipart/form-data; boundary=\(String(repeating: "a", count: 71))", .badBoundary),
  ])
  func `a content type that is no form's is refused`(type: String, error: MultipartError) {
    #expect(throws: error) { try read([], type: type) }
  }

  @Test(arguments: [
    ("--XX\r\n\r\nx\r\n--XX--", MultipartError.malformed("a part without a name")),
    ("--XX\r\nContent-Disposition: attachment; name=a\r\n\r\nx\r\n--XX--", .malformed("a part without a name")),
    ("--XX\r\nnonsense\r\n\r\nx\r\n--XX--", .malformed("invalid header of a part")),
    ("--XX-x", .malformed("text after a boundary")), ("--XX \r\r", .malformed("text after a boundary")),
    ("--XX" + String(repeating: " ", count: 100), .malformed("text after a boundary")),
    ("--XX\r\n" + String(repeating: "a", count: 20_000), .headersTooLarge),
    ("--XX\r\n" + String(repeating: "a:b\r\n", count: 40) + "\r\n", .headersTooLarge),
    (
      String(repeating: "--XX\r\nContent-Disposition: form-data; name=a\r\n\r\n\r\n", count: 101),
      .tooManyParts(limit: 100)
    ),
    ("", .truncated), ("--XX\r\n", .truncated),
  ])
  func `a broken form is refused`(text: String, error: MultipartError) {
    #expect(throws: error) { try read([Array(text.utf8)]) }
    #expect(throws: error) { try read(text.utf8.map { [$0] }) }
  }

  @Test func `boundaries may be quoted and hold every byte that RFC 2046 allows`() throws {
    let boundary = "aZ09'()+_,-./:=? x"
    let text = "--\(boundary)\r\nContent-Disposition: form-data; name=a\r\n\r\nx\r\n--\(boundary)--"
    let type = "Multipart/Form-Data; charset=utf-8; Boundary=\"\(boundary)\""
    #expect(try read([Array(text.utf8)], type: type) == [Part(name: "a", content: [0x78])])
  }

  @Test func `the fields of a form are bounded together, files are not`() async throws {
    func form(_ parts: [(String, Int)]) -> BodyStream {
      let text = parts.map { part in
        "--XX\r\nContent-Disposition: form-data; name=a\(part.0)\r\n\r\n\(String(repeating: "x", count: part.1))\r\n"
      }
      return BodyStream(pieces: [Array(text.joined().utf8), Array("--XX--".utf8)])
    }
    let type = "multipart/form-data; boundary=XX"
    var reader = try MultipartReader(
      contentType: type, body: form([("", 600_000), ("; filename=f", 3_000_000), ("", 500_000)]))
    #expect(try await reader.nextPart()?.fileName == nil)
    #expect(try await reader.collect().count == 600_000)
    #expect(try await reader.nextPart()?.fileName == "f")
    #expect(try await reader.nextPart()?.fileName == nil)
    await #expect(throws: MultipartError.fieldsTooLarge(limit: 1 << 20)) { _ = try await reader.collect() }
    var short = try MultipartReader(contentType: type, body: form([("", 3), ("", 0)]))
    _ = try await short.nextPart()
    #expect(try await short.nextPart()?.name == "a")
    #expect(try await short.collect() == [])
    #expect(try await short.nextPart() == nil)
    #expect(try await short.nextPart() == nil)
  }
}
