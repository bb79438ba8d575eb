import API
import Client
import Glibc
import TestSupport
import Testing

private func client(_ server: ScriptedServer, _ change: (inout SnapdClient.Configuration) -> Void = { _ in })
  -> SnapdClient
{
  var configuration = SnapdClient.Configuration(root: server.root)
  configuration.retryTime = 0
  change(&configuration)
  return SnapdClient(configuration)
}

@Suite struct ClientTests {
  @Test func keepsTheConnectionAndReadsEveryFraming() throws {
    let plain = ScriptedServer.sync("[1]", #","warning-count":2,"warning-timestamp":"2026-01-02T03:04:05Z""#)
    let body = #"{"type":"sync","status-code":200,"result":[2]}"#
    let half = body.utf8.count / 2
    let chunked =
      "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
      + "\(String(half, radix: 16));x=y\r\n\(body.prefix(half))\r\n"
      + "\(String(body.utf8.count - half, radix: 16).uppercased())\r\n\(body.dropFirst(half))\r\n0\r\nTrailer: x\r\n\r\n"
    let closed = "HTTP/1.0 200 OK\r\nContent-Type: application/json\r\n\r\n" + body
    let continued = "HTTP/1.1 100 Continue\r\n\r\n" + plain
    let server = try ScriptedServer(["GET /v2/x": [plain, chunked, closed, continued]])
    defer { server.stop() }
    let client = client(server)
    #expect(try client.sync("GET", "/v2/x", as: [Int].self) == [1])
    #expect(client.remarks.warningCount == 2)
    #expect(try client.sync("GET", "/v2/x", as: [Int].self) == [2])
    #expect(client.remarks.warningCount == 0)
    #expect(try client.sync("GET", "/v2/x", as: [Int].self) == [2])
    #expect(try client.sync("GET", "/v2/x", as: [Int].self) == [1])
    #expect(server.requests.count == 4)
  }

  @Test func errors() throws {
    let server = try ScriptedServer([
      "GET /v2/a?b=c%2Fd": [ScriptedServer.error("no", kind: "snap-not-found", value: #""x""#, status: 404)],
      "POST /v2/b": [ScriptedServer.sync("null")],
      "GET /v2/c": ["HTTP/1.1 502 Bad\r\nContent-Type: text/html\r\nContent-Length: 2\r\n\r\nhm"],
      "GET /v2/d": [ScriptedServer.json("{not json")],
      "GET /v2/e": ["nonsense\r\n\r\n"],
      "GET /v2/f": [ScriptedServer.sync("\"" + String(repeating: "x", count: 5000) + "\"")],
      "GET /v2/g": [""],
    ])
    defer { server.stop() }
    let client = client(server) { $0.answerLimit = 4096 }
    func failure(_ path: String, _ query: [(String, String)] = []) -> ClientError? {
      do throws(ClientError) {
        _ = try client.sync("GET", path, query: query, as: JSONValue.self)
        return nil
      } catch { return error }
    }
    #expect(
      failure("/v2/a", [("b", "c/d")])
        == ClientError(origin: .daemon, message: "no", kind: .snapNotFound, value: "x", status: 404))
    #expect(failure("/v2/c")?.message == "server error: \"\"")
    #expect(failure("/v2/d")?.message.hasPrefix("cannot decode \"{not json\": ") == true)
    #expect(failure("/v2/e")?.message.contains("malformed HTTP response \"nonsense\"") == true)
    #expect(failure("/v2/f")?.message.hasSuffix("answer is larger than 4096 bytes") == true)
    #expect(failure("/v2/g")?.message == #"cannot communicate with server: Get "http://localhost/v2/g": EOF"#)
    do throws(ClientError) {
      _ = try client.async("POST", "/v2/b")
      Issue.record("no error")
    } catch {
      #expect(error.message == #"expected async response for "POST" on "/v2/b", got "sync""#)
    }
  }

  @Test func daemonIsAway() throws {
    var configuration = SnapdClient.Configuration(root: "/nonexistent/")
    configuration.retryTime = 100
    configuration.retryPause = 10
    let client = SnapdClient(configuration)
    #expect(configuration.socketPath == "/nonexistent/run/snapd.socket")
    do throws(ClientError) {
      _ = try client.sync("GET", "/v2/snaps", as: JSONValue.self)
      Issue.record("no error")
    } catch {
      #expect(
        error.message == "cannot communicate with server: Get \"http://localhost/v2/snaps\": "
          + "dial unix /nonexistent/run/snapd.socket: connect: no such file or directory")
      #expect(error.origin == .communication)
    }
  }

  @Test func uploads() throws {
    let server = try ScriptedServer(["POST /v2/snaps": [ScriptedServer.async("7")]])
    defer { server.stop() }
    let path = server.root + "/run/a b.snap"
    let content = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    let fd = open(path, O_WRONLY | O_CREAT, 0o600)
    #expect(content.withUnsafeBytes { write(fd, $0.baseAddress, $0.count) } == content.count)
    close(fd)
    defer { unlink(path) }
    let client = client(server)
    #expect(try client.upload("/v2/snaps", fields: [(.dangerous, "true"), (.name, "x_y")], files: [path]) == "7")
    let request = try #require(server.requests.first)
    let type = try #require(request.headers["content-type"])
    let boundary = try #require(type.split(separator: "=").last.map { String($0) })
    let head =
      "--\(boundary)\r\nContent-Disposition: form-data; name=\"dangerous\"\r\n\r\ntrue\r\n"
      + "--\(boundary)\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\nx_y\r\n"
      + "--\(boundary)\r\nContent-Disposition: form-data; name=\"snap\"; filename=\"a b.snap\"\r\n"
      + "Content-Type: application/octet-stream\r\n\r\n"
    #expect(request.body == Array(head.utf8) + content + Array("\r\n--\(boundary)--\r\n".utf8))
    #expect(throws: ClientError.self) { try client.upload("/v2/snaps", fields: [], files: ["/nonexistent"]) }
    #expect(throws: ClientError.self) { try client.upload("/v2/snaps", fields: [], files: ["/dev/null"]) }
  }

  /// A daemon that refuses before it has read the file: its answer is what counts, not the broken pipe.
  @Test func earlyRefusal() throws {
    let server = try ScriptedServer([
      "POST /v2/snaps": ["EARLY" + ScriptedServer.error("access denied", kind: "login-required", status: 403)]
    ])
    defer { server.stop() }
    let path = server.root + "/run/big.snap"
    let fd = open(path, O_WRONLY | O_CREAT, 0o600)
    ftruncate(fd, 64 << 20)
    close(fd)
    defer { unlink(path) }
    do throws(ClientError) {
      _ = try client(server).upload("/v2/snaps", fields: [], files: [path])
      Issue.record("no error")
    } catch { #expect(error.kind == .loginRequired, "\(error)") }
  }
}
