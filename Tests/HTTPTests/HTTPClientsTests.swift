import Glibc
import Linux
import Synchronization
import Testing

@testable import HTTP

/// Clients that are slow, leave, or are many; and the server's end.
@Suite struct HTTPClientsTests {
  @Test func `slow clients are cut`() async throws {
    var limits = HTTPLimits()
    limits.headerTime = .milliseconds(200)
    limits.idleTime = .milliseconds(200)
    limits.bodyTime = .milliseconds(200)
    limits.writeTime = .milliseconds(200)
    limits.drainTime = .milliseconds(100)
    let failed = Signal()
    let endpoints = [
      Endpoint("POST", "/collect") { Response(body: .bytes($0.body)) },
      Endpoint("POST", "/stream", body: .streamed(limit: nil)) { request in
        do {
          for try await _ in request.stream {}
        } catch {
          failed.raise()
        }
        return Response()
      },
      Endpoint("GET", "/endless") { _ in
        Response(
          body: .stream(length: nil) { writer in
            while true { try await writer.write([UInt8](repeating: 0, count: 100_000)) }
          })
      },
      Endpoint("GET", "/") { _ in Response(body: .bytes(Array("quick\n".utf8))) },
    ]
    try await withServer(endpoints, limits: limits) { socket, server in
      let silent = try RawClient(socket)
      #expect(silent.receive() == "")
      // One byte now and then doesn't buy time.
      let header = try RawClient(socket)
      for byte in "GET / HTTP/1.1\r\nX: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n" where header.send(String(byte)) {
        usleep(20_000)
      }
      #expect(header.receive() == "")
      let body = try RawClient(socket)
      body.send("POST /collect HTTP/1.1\r\nContent-Length: 100\r\n\r\n")
      while body.send("x") { usleep(20_000) }
      #expect(body.receive().contains(" 408 "))
      let stream = try RawClient(socket)
      stream.send("POST /stream HTTP/1.1\r\nContent-Length: 100000\r\n\r\n")
      while stream.send("x") { usleep(20_000) }
      #expect(failed.wait())
      let idle = try RawClient(socket)
      idle.send("GET / HTTP/1.1\r\n\r\n")
      #expect(idle.receive().hasSuffix("quick\n"))
      let reader = try RawClient(socket)
      reader.send("GET /endless HTTP/1.1\r\n\r\n")
      while try await server.connectionCount() > 0 { usleep(1000) }
      _ = reader
    }
  }

  @Test func `a client that leaves cancels its handler`() async throws {
    let waiting = Signal()
    let cancelled = Signal()
    let gone = Signal()
    let unwritable = Signal()
    let endpoints = [
      Endpoint("GET", "/wait", waits: true) { _ in
        waiting.raise()
        do {
          try await Task.sleep(for: .seconds(100))
        } catch {
          cancelled.raise()
        }
        return Response()
      },
      Endpoint("POST", "/upload", body: .streamed(limit: nil)) { request in
        do {
          for try await _ in request.stream { waiting.raise() }
        } catch is ClientGone {
          gone.raise()
        }
        return Response()
      },
      Endpoint("GET", "/endless") { _ in
        Response(
          body: .stream(length: nil) { writer in
            do {
              while true { try await writer.write([UInt8](repeating: 0, count: 1000)) }
            } catch is ClientGone {
              unwritable.raise()
            }
          })
      },
    ]
    try await withServer(endpoints) { socket, server in
      do {
        let client = try RawClient(socket)
        client.send("GET /wait HTTP/1.1\r\n\r\n")
        #expect(waiting.wait())
        _ = client
      }
      #expect(cancelled.wait())
      do {
        let client = try RawClient(socket)
        client.send("POST /upload HTTP/1.1\r\nContent-Length: 1000\r\n\r\nhalf")
        #expect(waiting.wait())
        _ = client
      }
      #expect(gone.wait())
      do {
        let client = try RawClient(socket)
        client.send("GET /endless HTTP/1.1\r\n\r\n")
        _ = client.receive(until: "HTTP/1.1 200")
      }
      #expect(unwritable.wait())
      while try await server.connectionCount() > 0 { usleep(1000) }
    }
  }

  @Test func `a body that nobody reads, or that is too long, does not stop the next request`() async throws {
    let endpoints = [
      Endpoint("POST", "/ignore", body: .streamed(limit: nil)) { _ in Response(body: .bytes(Array("ignored\n".utf8))) },
      Endpoint("POST", "/limited", body: .streamed(limit: 1000)) { request in
        var count = 0
        do {
          for try await piece in request.stream { count += piece.count }
        } catch let error as BodyTooLarge {
          return Response(status: 413, body: .bytes(Array("\(error)\n".utf8)))
        }
        return Response(body: .bytes(Array("\(count)\n".utf8)))
      },
    ]
    try await withServer(endpoints) { socket, _ in
      let client = try RawClient(socket)
      let text = String(repeating: "y", count: 50_000)
      for _ in 0..<2 {
        client.send("POST /ignore HTTP/1.1\r\nContent-Length: 100000\r\n\r\n\(text)")
        #expect(client.receive(until: "ignored\n").hasSuffix("ignored\n"))
        client.send(text)
      }
      client.send(
        "POST /limited HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3e8\r\n\(text.prefix(1000))\r\n0\r\n\r\n")
      #expect(client.receive(until: "1000\n").hasSuffix("1000\n"))
      client.send(
        "POST /limited HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n7d0\r\n\(text.prefix(2000))\r\n0\r\n\r\n")
      #expect(client.receive(until: "bytes\n").contains(" 413 "))
    }
  }

  @Test func `handlers may block, and there are threads for all`() async throws {
    let arrived = Mutex(0)
    let endpoint = Endpoint("GET", "/") { _ in
      arrived.withLock { $0 += 1 }
      for _ in 0..<20_000 where arrived.withLock({ $0 }) < 24 { usleep(1000) }
      return Response(status: arrived.withLock { $0 } >= 24 ? 200 : 500)
    }
    try await withServer([endpoint]) { socket, _ in
      let clients = try (0..<24).map { _ in try RawClient(socket) }
      for client in clients { client.send("GET / HTTP/1.1\r\nConnection: close\r\n\r\n") }
      for client in clients { #expect(client.receive().hasPrefix("HTTP/1.1 200")) }
    }
  }

  @Test func `connections and bodies in memory are bounded`() async throws {
    var limits = HTTPLimits()
    limits.connections = 3
    limits.collectedBytes = 10_000
    let endpoints = [Endpoint("POST", "/") { Response(body: .bytes(Array("\($0.body.count)".utf8))) }]
    try await withServer(endpoints, limits: limits) { socket, server in
      var clients = try (0..<3).map { _ in try RawClient(socket) }
      while try await server.connectionCount() < 3 { usleep(1000) }
      #expect(try RawClient(socket).receive() == "")
      clients[0].send("POST / HTTP/1.1\r\nContent-Length: 9000\r\n\r\n\(String(repeating: "a", count: 8999))")
      clients[1].send("POST / HTTP/1.1\r\nContent-Length: 100\r\n\r\n")
      var refused = ""
      // Until the server has taken in the first body, the second finds room.
      while !refused.contains(" 503 ") {
        clients[2].send("POST / HTTP/1.1\r\nContent-Length: 5000\r\n\r\n\(String(repeating: "b", count: 5000))")
        refused = clients[2].receive(until: "\r\n\r\n")
        if refused.contains(" 503 ") || refused.isEmpty { break }
      }
      #expect(refused.contains(" 503 "))
      clients[0].send("a")
      #expect(clients[0].receive(until: "9000").hasSuffix("9000"))
      clients.removeAll()
      while try await server.connectionCount() > 0 { usleep(1000) }
    }
  }

  @Test func `shutting down finishes what works, cancels what waits, and cuts the rest`() async throws {
    let working = Signal()
    let closing = Signal()
    let waiting = Signal()
    let stuck = Signal()
    let endpoints = [
      Endpoint("GET", "/work") { _ in
        working.raise()
        _ = closing.wait()
        return Response(body: .bytes(Array("finished\n".utf8)))
      },
      Endpoint("GET", "/wait", waits: true) { _ in
        waiting.raise()
        try? await Task.sleep(for: .seconds(100))
        return Response(body: .bytes(Array("woken\n".utf8)))
      },
      Endpoint("GET", "/stuck") { _ in
        stuck.raise()
        try await Task.sleep(for: .seconds(100))
        return Response()
      },
    ]
    try await withServer(endpoints, shutdown: false) { socket, server in
      let clients = try (0..<4).map { _ in try RawClient(socket) }
      for (client, path) in zip(clients, ["work", "wait", "stuck"]) { client.send("GET /\(path) HTTP/1.1\r\n\r\n") }
      #expect(working.wait() && waiting.wait() && stuck.wait())
      let start = ContinuousClock.now
      async let down: Void = server.shutdown(grace: .seconds(3))
      #expect(clients[3].receive() == "")  // idle: closed at once
      closing.raise()
      await down
      #expect(ContinuousClock.now - start < .seconds(60))
      #expect(clients[0].receive().hasSuffix("Connection: close\r\n\r\nfinished\n"))
      #expect(clients[1].receive().hasSuffix("woken\n"))
      #expect(clients[2].receive() == "")
      #expect(try Files.status(socket) == nil)
      #expect(throws: SyscallError.self) { try RawClient(socket) }
    }
  }

  @Test func `sockets are made, replaced when stale, and adopted`() async throws {
    let endpoint = Endpoint("GET", "/") { Response(body: .bytes(Array(($0.peer?.socket ?? "").utf8))) }
    try await withServer([endpoint]) { socket, _ in
      #expect(try Files.status(socket)?.mode == 0o666)
      let router = Router([endpoint])
      await #expect(throws: SyscallError("listen at", path: socket, errno: EADDRINUSE)) {
        _ = try await HTTPServer.start([.path(socket, name: "b")], router: router, render: renderPlainly)
      }
      let file = "\(socket)-file"
      try Files.writeAtomically([1], to: file, mode: 0o600)
      await #expect(throws: SyscallError("listen at", path: file, errno: EEXIST)) {
        _ = try await HTTPServer.start([.path(file, name: "b")], router: router, render: renderPlainly)
      }
      // A stale socket, in a directory with a path longer than an address has room for.
      let deep = "\(socket)-\(String(repeating: "d", count: 120))"
      try Files.makeDirectories(deep)
      let stale = try UnixListener.path("\(deep)/s", name: "", mode: 0o600).open()
      close(stale)
      let adopted = try UnixListener.path("\(socket)-adopted", name: "", mode: 0o600).open()
      let server = try await HTTPServer.start(
        [.path("\(deep)/s", name: "deep", mode: 0o660), .descriptor(adopted, name: "adopted")], router: router,
        render: renderPlainly)
      #expect(try Files.status("\(deep)/s")?.mode == 0o660)
      try Files.replaceSymlink(at: "\(socket)-link", target: deep)
      #expect(try curl("\(socket)-link/s", "http://x/") == "deep")
      #expect(try curl("\(socket)-adopted", "http://x/") == "adopted")
      await server.shutdown(grace: .seconds(3))
      #expect(try Files.list(deep) == [])
      #expect(try Files.status("\(socket)-adopted")?.kind == .socket)
    }
  }
}
