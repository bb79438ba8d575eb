import Assertions
import Crypto
import HTTP
import JSONValues
import Linux
import Macaroons
import StoreState
import TestSupport
import Testing
import Time

@testable import StoreServer

/// A store whose publisher side is asked as clients ask it, but for the network.
struct PublisherFixture {
  let store: StoreFixture
  let publisher: Publisher
  let router: Router

  init() throws {
    store = try StoreFixture()
    publisher = Publisher(store.context)
    router = Router(publisher.endpoints)
  }

  /// Somebody with the password "secret".
  @discardableResult
  func account(_ name: String, isAdmin: Bool = false) throws -> AccountRecord {
    var account = try store.makeAccount(name)
    account.password = try PasswordHash(of: "secret", cost: Scrypt.Cost(logN: 4, r: 8, p: 1))
    account.isAdmin = isAdmin
    try store.context.state.write { [account] in try $0.update(account) }
    return account
  }

  func send(
    _ method: String, _ path: String, _ body: JSONValue? = nil, as token: String? = nil, bytes: [UInt8]? = nil,
    headers extra: [(name: String, value: String)] = []
  ) async throws -> (status: Int, value: JSONValue, headers: HTTP.Headers) {
    let target = try #require(RequestTarget(path))
    guard case .endpoint(let endpoint, let captures) = router.match(method: method, segments: target.segments) else {
      return (404, .null, HTTP.Headers())
    }
    var headers = HTTP.Headers([(name: "Host", value: "store.test")] + extra)
    if let token { headers["Authorization"] = token }
    let request = Request(
      method: method, target: target, captures: captures, headers: headers,
      origin: .process(Peer(pid: 0, uid: 0, gid: 0, socket: "test")), body: bytes ?? body?.bytes ?? [])
    let response = try await endpoint.handler(request)
    guard case .bytes(let answer) = response.body else { return (response.status, .null, response.headers) }
    return (response.status, try JSONValue(parsing: answer), response.headers)
  }

  /// Logs in as `craft-store` does.
  func login(_ name: String, _ request: [String: JSONValue] = [:]) async throws -> String {
    var wanted: [String: JSONValue] = [
      "permissions": [
        "package-manage", "package-view", "account-register-package", "account-view-packages", "account-manage-keys",
        "store-manage",
      ]
    ]
    for (key, value) in request { wanted[key] = value }
    let text = try await send("POST", "/dev/api/acl/", .object(wanted)).value["macaroon"]?.string
    let root = try Macaroon(serialized: try #require(text))
    let caveat = try #require(root.caveats.first { $0.thirdParty != nil })
    #expect(caveat.thirdParty?.location == "store.test")
    let answer = try await send(
      "POST", "/api/v2/tokens/discharge",
      [
        "email": .string("\(name)@example.org"), "password": "secret",
        "caveat_id": .string(String(decoding: caveat.identifier, as: UTF8.self)),
      ])
    let discharge = try Macaroon(serialized: try #require(answer.value["discharge_macaroon"]?.string))
    return try "Macaroon root=\(root.serialized()), discharge=\(discharge.bound(to: root).serialized())"
  }

  /// A small image.
  func image(_ name: String, _ version: String, _ more: String = "") throws -> [UInt8] {
    let directory = try TemporaryDirectory()
    let script = """
      mkdir -p t/meta && cd t && chmod 755 . meta
      printf 'name: \(name)\\nversion: "\(version)"\\nsummary: A thing\\nbase: core22\\n\(more)' > meta/snap.yaml
      mksquashfs . ../image -noappend -quiet -no-progress >/dev/null
      """
    _ = try ChildProcess.run(["/bin/sh", "-c", "cd \(directory.path) && \(script)"])
    return try Files.read(directory("image"), limit: 1 << 20)
  }

  func upload(_ image: [UInt8], cutOff: Int = 0) async throws -> (status: Int, value: JSONValue, headers: HTTP.Headers)
  {
    let head = "--b\r\nContent-Disposition: form-data; name=\"binary\"; filename=\"x.snap\"\r\n\r\n"
    let form = Array(head.utf8) + image + Array("\r\n--b--\r\n".utf8)
    return try await send(
      "POST", "/unscanned-upload/", bytes: Array(form.dropLast(cutOff)),
      headers: [(name: "Content-Type", value: "multipart/form-data; boundary=b")])
  }

  /// Uploads an image for a name, and waits for what becomes of it.
  func push(_ image: [UInt8], _ name: String, as token: String, channels: [String] = []) async throws -> JSONValue {
    let id = try await upload(image).value["upload_id"]?.string
    let pushed = try await send(
      "POST", "/dev/api/snap-push/",
      [
        "name": .string(name), "updown_id": .string(try #require(id)), "series": "16",
        "channels": .array(channels.map { .string($0) }),
      ], as: token)
    guard let url = pushed.value["status_details_url"]?.string else { return pushed.value }
    let path = String(url.dropFirst("http://store.test".count))
    while true {
      let status = try await send("GET", path, as: token).value
      if status["processed"]?.bool == true { return status }
      try await Task.sleep(for: .milliseconds(5))
    }
  }

  /// Files below the store's blobs.
  func blobs() throws -> Int {
    let listed = try ChildProcess.run(["/usr/bin/find", store.directory.path + "/store/blobs", "-type", "f"])
    return String(decoding: listed.output, as: UTF8.self).utf8.split(separator: 0x0A).count
  }
}
