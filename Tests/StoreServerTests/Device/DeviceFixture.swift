import Assertions
import HTTP
import Linux
import Snap
import StoreProtocol
import StoreState
import Synchronization
import TestSupport
import Testing
import Time

@testable import StoreServer

/// A store's device side over a state and blobs on disk, with two snaps: `hello`, released, and `hidden`, private.
final class DeviceFixture: Sendable {
  /// Takes `root="ACCOUNT"` for the account's token.
  struct Authorizer: UserAuthorizer {
    func account(of request: Request) throws -> String? {
      let name = request.headers["Authorization"]?.split(separator: "\"")[1]
      guard name != "old" else { throw DeviceFailure.user("cannot use the log-in: it is over", needsRefresh: true) }
      return name.map { String($0) }
    }
  }

  static let hello = "helloaaaaaaaaaaaaaaaaaaaaaaaaaaa"
  static let hidden = "hiddenaaaaaaaaaaaaaaaaaaaaaaaaaa"

  let store: StoreFixture
  let side: DeviceSide
  let router: Router
  var state: any StoreState { store.context.state }
  /// When the store was made.
  let start: Timestamp

  init() throws {
    store = try StoreFixture()
    start = store.now
    side = try DeviceSide(store.context, authorizer: Authorizer())
    router = Router(side.endpoints)
    try fill()
  }

  /// The path of a file of the test's own.
  func path(_ name: String) -> String { store.directory(name) }

  private func fill() throws {
    let start = start
    try state.write { writer in
      for name in ["alice", "bob"] {
        try writer.insert(
          AccountRecord(
            id: name, username: name, displayName: name.uppercased(), email: "\(name)@example.org",
            validation: .verified, createdAt: start))
      }
      for (id, name) in [(Self.hello, "hello"), (Self.hidden, "hidden")] {
        var snap = SnapRecord(id: id, name: try SnapName(name), publisherID: "alice", createdAt: start)
        snap.isPrivate = name == "hidden"
        snap.metadata.summary = "Greets whom it meets"
        snap.metadata.description = "A program about salutations."
        snap.metadata.categories = ["social"]
        snap.declaration["aliases"] = .list([.map(["name": .text("hi"), "target": .text("hello")])])
        try writer.insert(snap)
      }
    }
    for number in UInt32(1)...3 { try add(number, to: Self.hello) }
    try add(1, to: Self.hidden)
    try release(1, "stable", of: Self.hello, at: -100)
    try release(2, "stable", of: Self.hello, at: -50)
    try release(3, "edge", of: Self.hello, at: -10)
    try release(1, "stable", of: Self.hidden, at: -10)
  }

  private static let noise: [UInt8] = {
    var random = SeededGenerator(seed: 7)
    return (0..<100_000).map { _ in UInt8.random(in: 0...255, using: &random) }
  }()

  /// What the image of a revision has: much alike from one to the next, so that deltas are small.
  static func image(_ number: UInt32, of snapID: String) -> [UInt8] {
    var bytes = noise
    bytes.replaceSubrange(1000..<1008, with: Array("\(snapID.prefix(6))\(number % 100 + 10)".utf8))
    return bytes
  }

  func add(_ number: UInt32, to snapID: String) throws {
    let writer = try store.context.blobs.makeWriter()
    try writer.write(Self.image(number, of: snapID))
    let size = writer.size
    let digest = try writer.finish()
    let revision = RevisionRecord(
      snapID: snapID, number: number, digest: digest, size: size, version: "1.\(number)", type: .app, base: "core24",
      confinement: .strict, grade: .stable, epoch: .zero, architectures: [Architecture("amd64")],
      snapYAML:
        "name: hello\nversion: 1\napps:\n  hello: {command: x, common-id: org.hello}\n  d: {command: x, daemon: simple}\n",
      provenance: "global-upload", status: .ready, notes: [], uploadedBy: "alice", createdAt: start)
    try state.write { try $0.insert(revision) }
  }

  /// - Parameter at: seconds from the start.
  func release(
    _ number: UInt32, _ channel: String, of snapID: String, at seconds: Int64, _ progress: ReleaseProgress? = nil
  ) throws {
    let release = ReleaseRecord(
      snapID: snapID, architecture: Architecture("amd64"), channel: try Channel(channel), revision: number,
      releasedAt: Timestamp(seconds: start.seconds + seconds), progress: progress)
    try state.write { try $0.set(release, by: "alice") }
  }

  struct Answer {
    var status: Int
    var headers: HTTP.Headers
    var body: [UInt8]
    var text: String { String(decoding: body, as: UTF8.self) }
  }

  func get(_ target: String, headers: HTTP.Headers = [:]) async throws -> Answer {
    try await send("GET", target, headers: headers)
  }

  func send(_ method: String, _ target: String, headers: HTTP.Headers = [:], body: String = "") async throws -> Answer {
    let target = try #require(RequestTarget(target))
    guard case .endpoint(let endpoint, let captures) = router.match(method: method, segments: target.segments) else {
      return Answer(status: 404, headers: [:], body: Array("no route".utf8))
    }
    let request = Request(
      method: method, target: target, captures: captures, headers: headers,
      origin: .process(Peer(pid: 1, uid: 1, gid: 1, socket: "test")), body: Array(body.utf8))
    let response = try await endpoint.handler(request)
    switch response.body {
    case .bytes(let bytes): return Answer(status: response.status, headers: response.headers, body: bytes)
    case .stream(_, let write):
      let collected = Mutex<[UInt8]>([])
      try await write(ResponseWriter { bytes in collected.withLock { $0 += bytes } })
      return Answer(status: response.status, headers: response.headers, body: collected.withLock { $0 })
    case .file(let file, let offset, let length):
      let bytes = try file.descriptor.readAll(limit: 64 << 20)
      return Answer(
        status: response.status, headers: response.headers, body: Array(bytes[Int(offset)..<Int(offset + length)]))
    }
  }
}
