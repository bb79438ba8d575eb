import Glibc
import Linux
import Synchronization
import Testing

@testable import HTTP

@Suite struct HTTPServerTests {
  private static let endpoints = [
    Endpoint("GET", "/hello/{name}") { request in
      Response(
        headers: ["X-Peer": request.peer.map { "\($0.uid) \($0.gid) \($0.socket)" } ?? "-"],
        body: .bytes(Array("hello \(request.capture("name")) \(request.query["q"] ?? "-")\n".utf8)))
    },
    Endpoint("POST", "/echo", body: .collected(limit: 1000)) { Response(status: 201, body: .bytes($0.body)) },
    Endpoint("GET", "/stream") { _ in
      Response(
        body: .stream(length: nil) { writer in
          for index in 0..<3 { try await writer.write(Array("chunk \(index)\n".utf8)) }
        })
    },
    Endpoint("GET", "/large") { _ in
      Response(
        body: .stream(length: 8 << 20) { writer in
          for _ in 0..<64 { try await writer.write([UInt8](repeating: 0x61, count: 128 << 10)) }
        })
    },
    Endpoint("GET", "/short") { _ in
      Response(body: .stream(length: 100) { try await $0.write(Array("only this".utf8)) })
    },
    Endpoint("GET", "/breaks") { _ in
      Response(
        body: .stream(length: nil) { writer in
          try await writer.write(Array("begin".utf8))
          throw ClientGone()
        })
    },
    Endpoint("GET", "/file") { _ in
      Response(body: .descriptor(try OwnedFD.open("/etc/passwd", O_RDONLY), length: 4))
    },
    Endpoint("GET", "/pipe") { _ in
      var ends: [Int32] = [0, 0]
      guard pipe(&ends) == 0 else { throw ClientGone() }
      _ = write(ends[1], "from a pipe", 11)
      close(ends[1])
      return Response(body: .descriptor(OwnedFD(owning: ends[0])))
    },
    Endpoint("GET", "/nothing") { _ in Response(status: 204, body: .bytes(Array("not sent".utf8))) },
    Endpoint("GET", "/fails") { _ in throw SyscallError("open", path: "/x", errno: ENOENT) },
    Endpoint("POST", "/private", gate: { _ in Response(status: 403, body: .bytes(Array("no\n".utf8))) }) { _ in
      Response()
    },
    Endpoint("POST", "/form", body: .jsonOrForm) { request in
      guard let type = request.headers["content-type"], type.hasPrefix("multipart/") else {
        return Response(body: .bytes(Array("json \(request.body.count)\n".utf8)))
      }
      var reader = try MultipartReader(contentType: type, body: request.stream)
      var text = ""
      while let part = try await reader.nextPart() {
        if let file = part.fileName {
          let null = try OwnedFD.open("/dev/null", O_WRONLY)
          text += "\(part.name) \(file) \(try await reader.write(to: null.raw))\n"
        } else {
          text += "\(part.name)=\(String(decoding: try await reader.collect(), as: UTF8.self))\n"
        }
      }
      return Response(body: .bytes(Array(text.utf8)))
    },
  ]

  @Test(arguments: [
    (["http://x/hello/w%C3%B6rld?q=a+b"], "hello wörld a b\n"), (["-0", "http://x/hello/you"], "hello you -\n"),
    (["-d", "text", "http://x/echo", "-w", "%{http_code}"], "text201"),
    (["-d", "text", "-H", "Transfer-Encoding: chunked", "http://x/echo"], "text"),
    (["-d", "text", "-H", "Expect: 100-continue", "http://x/echo"], "text"),
    (["http://x/stream"], "chunk 0\nchunk 1\nchunk 2\n"), (["-0", "http://x/stream"], "chunk 0\nchunk 1\nchunk 2\n"),
    (["-o", "/dev/null", "-w", "%{size_download}", "http://x/large"], "8388608"),
    (["-0", "-o", "/dev/null", "-w", "%{size_download}", "http://x/large"], "8388608"),
    (["-I", "-o", "/dev/null", "-w", "%{http_code} %{size_download}", "http://x/large"], "200 0"),
    (["-o", "/dev/null", "-w", "%{exitcode}", "--no-show-error", "http://x/short"], "18"),
    (["-o", "/dev/null", "-w", "%{exitcode}", "--no-show-error", "http://x/breaks"], "18"),
    (["http://x/file"], "root"), (["http://x/pipe"], "from a pipe"),
    (["-w", "%{http_code}", "http://x/nothing"], "204"),
    (["http://x/fails", "-w", "%{http_code}"], "cannot open /x: No such file or directory\n500"),
    (["http://x/unknown", "-w", "%{http_code}"], "not found\n404"),
    (["-X", "PUT", "http://x/echo", "-w", "%{http_code}"], "method \"PUT\" not allowed\n405"),
    (["--path-as-is", "http://x/hello/%2e%2e", "-w", "%{http_code}"], "cannot read request: malformed\n400"),
    (["-d", "@/etc/services", "http://x/echo"], "cannot read request body: larger than 1000 bytes\n"),
    (
      ["-d", "@/etc/services", "-H", "Transfer-Encoding: chunked", "http://x/echo"],
      "cannot read request body: larger than 1000 bytes\n"
    ),
    (["-d", "@/etc/services", "http://x/private"], "no\n"), (["-d", "{}", "http://x/form"], "json 2\n"),
    (
      ["-F", "a=1", "-F", "snap=@/etc/services;filename=x.snap", "-F", "b=2", "http://x/form"],
      "a=1\nsnap x.snap 12813\nb=2\n"
    ),
    (["http://x/hello/1", "http://x/hello/2", "-d", "z", "-w", "%{num_connects} "], ""),
    (["http://x/hello/1", "http://x/stream", "http://x/hello/2"], "hello 1 -\nchunk 0\nchunk 1\nchunk 2\nhello 2 -\n"),
  ])
  func `curl is served`(arguments: [String], expected: String) async throws {
    try await withServer(Self.endpoints) { socket, _ in
      let result = try ChildProcess.run(
        ["/usr/bin/curl", "-s", "--max-time", "20", "--unix-socket", socket]
          + arguments.filter { $0 != "--no-show-error" },
        timeout: .seconds(30))
      var text = String(decoding: result.output, as: UTF8.self)
      if arguments.contains("-F") { text.replace(/x.snap \d+/, with: "x.snap 12813") }
      if arguments.contains("%{num_connects} ") {
        #expect(text.hasSuffix("0 "))
      } else {
        #expect(text == expected)
      }
    }
  }

  @Test func `the kernel says who asks`() async throws {
    try await withServer(Self.endpoints) { socket, _ in
      #expect(try curl(socket, "-D", "-", "-o", "/dev/null", "http://x/hello/a").contains("X-Peer: 0 0 main\r\n"))
      let directory = String(socket.dropLast("/socket".count))
      try Files.setMode(directory, 0o755)
      let other = try ChildProcess.run(
        [
          "/usr/bin/setpriv", "--reuid=65534", "--regid=65533", "--clear-groups", "/usr/bin/curl", "-s", "-D", "-",
          "--unix-socket", socket, "http://x/hello/a",
        ])
      #expect(String(decoding: other.output, as: UTF8.self).contains("X-Peer: 65534 65533 main\r\n"))
    }
  }

  @Test func `requests sent together are answered in order`() async throws {
    try await withServer(Self.endpoints) { socket, _ in
      let client = try RawClient(socket)
      client.send(
        "GET /hello/1 HTTP/1.1\r\n\r\nPOST /echo HTTP/1.1\r\nContent-Length: 3\r\n\r\ntwoGET /stream HTTP/1.1\r\n\r\n")
      client.send(
        "HEAD /hello/4 HTTP/1.1\r\n\r\nGET /none HTTP/1.1\r\n\r\nGET /hello/6 HTTP/1.1\r\nConnection: close\r\n\r\nGET /hello/7 HTTP/1.1\r\n\r\n"
      )
      let answer = client.receive()
      let marks = [
        "hello 1 -", "two", "chunk 2\n\r\n0\r\n\r\n", "Content-Length: 10\r\n\r\nHTTP/1.1 404", "not found",
        "hello 6 -",
      ]
      var rest = answer[...]
      for mark in marks {
        let found = try #require(rest.firstRange(of: mark), "\(mark) in \(answer)")
        rest = rest[found.upperBound...]
      }
      #expect(!answer.contains("hello 7") && answer.contains("Connection: close"))
    }
  }

  @Test func `old clients and half-closing clients are answered, then the connection ends`() async throws {
    try await withServer(Self.endpoints) { socket, server in
      let old = try RawClient(socket)
      old.send("GET /hello/old HTTP/1.0\r\n\r\n")
      #expect(old.receive().hasSuffix("Connection: close\r\n\r\nhello old -\n"))
      let kept = try RawClient(socket)
      for _ in 0..<2 {
        kept.send("GET /hello/kept HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
        #expect(kept.receive(until: "hello kept -\n").contains("Connection: keep-alive\r\n"))
      }
      kept.send("GET /stream HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
      #expect(kept.receive().hasSuffix("Connection: close\r\n\r\nchunk 0\nchunk 1\nchunk 2\n"))
      let half = try RawClient(socket)
      half.send("GET /hello/half HTTP/1.1\r\n\r\nGET /stream HTTP/1.1\r\n\r\n")
      half.endSending()
      let answer = half.receive()
      #expect(answer.contains("hello half -\n") && answer.hasSuffix("0\r\n\r\n"))
      while try await server.connectionCount() > 0 { usleep(1000) }
    }
  }

  /// What another server on the way could read as one request, and this one as two.
  @Test(arguments: [
    "Content-Length: 5\r\nContent-Length: 6", "Content-Length: 5, 5", "Content-Length: +5", "Content-Length : 5",
    "Content-Length: 5\r\nTransfer-Encoding: chunked", "Transfer-Encoding: chunked\r\nContent-Length: 5",
    "Transfer-Encoding: xchunked", "Transfer-Encoding: chunked, identity", "Transfer-Encoding : chunked",
    "Content-Length: 0x5", "X: a\r\n Content-Length: 5\r\nContent-Length: 5\r\nContent-Length: 0",
    "Content-Length: 5\nContent-Length: 0", "X\u{0}: a\r\nContent-Length: 5",
  ])
  func `nothing is smuggled behind a request`(fields: String) async throws {
    var limits = HTTPLimits()
    limits.drainTime = .milliseconds(100)
    try await withServer(Self.endpoints, limits: limits) { socket, _ in
      let client = try RawClient(socket)
      client.send("POST /echo HTTP/1.1\r\n\(fields)\r\n\r\n0\r\n\r\nGET /hello/hidden HTTP/1.1\r\n\r\n")
      client.endSending()
      let answer = client.receive()
      #expect(answer.hasPrefix("HTTP/1.1 400 ") && !answer.contains("hidden"), "\(answer)")
    }
  }

  @Test(arguments: [
    ("GET / HTTP/1.1\r\nX: \(String(repeating: "a", count: 20_000))\r\n\r\n", " 431 "),
    ("GET /\(String(repeating: "a", count: 300_000)) HTTP/1.1\r\n\r\n", " 431 "),
    ("GET / HTTP/1.1\r\n\(String(repeating: "X: a\r\n", count: 200))\r\n", " 431 "), ("nonsense\r\n\r\n", " 400 "),
    ("GET / HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", " 400 "),
    ("POST /echo HTTP/1.1\r\nContent-Length: -1\r\n\r\n", " 400 "),
    ("POST /echo HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", " 400 "),
    ("POST /echo HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n", " 400 "),
    ("POST /echo HTTP/1.1\r\nContent-Length: 5000\r\n\r\n", " 413 "), ("GET \u{0} HTTP/1.1\r\n\r\n", " 400 "),
  ])
  func `a hostile request is refused and the connection ends`(text: String, status: String) async throws {
    var limits = HTTPLimits()
    limits.drainTime = .milliseconds(100)
    try await withServer(Self.endpoints, limits: limits) { socket, server in
      let client = try RawClient(socket)
      client.send(text)
      let answer = client.receive()
      #expect(answer.prefix(13).contains(status), "\(answer)")
      while try await server.connectionCount() > 0 { usleep(1000) }
    }
  }
}
