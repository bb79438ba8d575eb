import Testing

@testable import SessionAgents

@Suite struct HTTPMessageTests {
  /// What bytes are: a whole message, a part of one, or none.
  enum Expected: Equatable, Sendable {
    case whole(HTTPMessage)
    case part
    case malformed(HTTPMessage.Malformed)
  }

  @Test(
    arguments: [
      ("GET / HTTP/1.1\r\nHost: x\r\n\r\n", .whole(HTTPMessage("GET / HTTP/1.1", headers: ["host": "x"]))),
      (
        "POST /x HTTP/1.1\nContent-Length:  3 \nA:b\n\nabcdef",
        .whole(
          HTTPMessage("POST /x HTTP/1.1", headers: ["content-length": "3", "a": "b"], body: Array("abc".utf8)))
      ),
      ("POST /x HTTP/1.1\r\nContent-Length: 3\r\n\r\nab", .part),
      ("POST /x HTTP/1.1\r\nContent-Length: 3\r\n", .part),
      ("", .part),
      ("POST /x HTTP/1.1\r\nContent-Length: 11\r\n\r\n", .malformed(.tooLarge)),
      ("POST /x HTTP/1.1\r\nContent-Length: -1\r\n\r\n", .malformed(.length)),
      ("POST /x HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", .malformed(.length)),
      ("POST /x HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n", .malformed(.length)),
      ("POST /x HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", .malformed(.chunked)),
      ("\r\n\r\n", .malformed(.head)),
      ("GET /\u{0} HTTP/1.1\r\n\r\n", .malformed(.head)),
      ("GET / HTTP/1.1\r\nno colon\r\n\r\n", .malformed(.head)),
    ] as [(String, Expected)])
  func parsing(_ text: String, _ expected: Expected) {
    do throws(HTTPMessage.Malformed) {
      let message = try HTTPMessage(Array(text.utf8), limit: 10)
      #expect(message.map { .whole($0) } ?? .part == expected)
    } catch {
      #expect(.malformed(error) == expected)
    }
  }

  @Test func limitsAndTheWayBack() throws {
    #expect(throws: HTTPMessage.Malformed.tooLarge) {
      try HTTPMessage([UInt8](repeating: 0x61, count: HTTPMessage.headLimit + 1), limit: 10)
    }
    let message = HTTPMessage("GET /a HTTP/1.1", headers: ["host": "x"], body: [0, 1, 2])
    let back = try #require(try HTTPMessage(message.bytes, limit: 10))
    #expect(back.body == message.body && back.words == ["GET", "/a", "HTTP/1.1"] && back.headers["host"] == "x")
  }
}
