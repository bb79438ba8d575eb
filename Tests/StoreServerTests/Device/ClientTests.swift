import Glibc
import HTTP
import Linux
import Snap
import StoreClient
import StoreProtocol
import Synchronization
import TestSupport
import Testing

@testable import StoreServer

/// Our client and our server, over a connection: what one says, the other understands.
@Suite struct ClientTests {
  let store: DeviceFixture
  let directory: TemporaryDirectory

  init() throws { (store, directory) = (try DeviceFixture(), try TemporaryDirectory()) }

  private final class Box: Sendable { let answer = Mutex<DeviceFixture.Answer?>(nil) }

  /// Hands a request to the routes, and waits for what they say.
  private static func answer(_ request: OddServer.Request, _ store: DeviceFixture) -> [OddServer.Step] {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { return [.close] }
    let (box, done, told) = (Box(), ends[0], ends[1])
    Task.detached {
      var headers = HTTP.Headers()
      for (name, value) in request.headers { headers[name] = value }
      let answer = try? await store.send(
        request.method, request.target, headers: headers, body: String(decoding: request.body, as: UTF8.self))
      box.answer.withLock { $0 = answer }
      close(told)
    }
    // Until the other end is closed.
    var byte: UInt8 = 0
    _ = read(done, &byte, 1)
    close(done)
    guard let answer = box.answer.withLock({ $0 }) else { return [.close] }
    let headers = ["Content-Type", "Content-Range"].compactMap { name in
      answer.headers[name].map { "\(name): \($0)" }
    }
    return OddServer.answer(answer.body, answer.status, headers)
  }

  @Test func bothEndsAgree() throws {
    defer { try? directory.remove() }
    let store = store
    let server = try OddServer { request in Self.answer(request, store) }
    defer { server.stop() }
    var configuration = StoreConfiguration(
      name: "ours", api: try WebAddress(server.url), userAgent: "snapd/test", architecture: Architecture("amd64"))
    configuration.retries.tries = 1
    configuration.appliesDeltas = true
    let client = StoreClient(configuration)
    let hello = try SnapName("hello")

    // What the server does when nobody asks: the catalogue, and the deltas.
    let worker = DeviceWorker(store.side) { Issue.record("\($0)") }
    try worker.workOff()
    try worker.workOff()

    let info = try client.info(hello)
    #expect(info.snapID == DeviceFixture.hello && info.channelMap.contains { $0.snap.revision == .store(3) })
    #expect(throws: StoreError.snapNotFound) { try client.info(try SnapName("nothing")) }
    let found = try #require(try client.find(StoreSearch(.words("greets"))).first)
    #expect(found.name == hello && found.channel == "stable" && found.publisher.username == "alice")
    #expect(try client.categories().map(\.name) == ["social"] && client.sections().contains("social"))
    var names: [SnapName] = []
    try client.catalogue { names.append($0.name) }
    #expect(names == [hello])

    let answer = try client.act(
      SnapActionRequest(
        context: [
          SnapContext(
            snapID: DeviceFixture.hello, instanceKey: "mine", revision: .store(1), trackingChannel: try Channel("edge"))
        ],
        actions: [
          SnapAction(.refresh, instanceKey: "mine", snapID: DeviceFixture.hello),
          SnapAction(.install, instanceKey: "install-1", name: hello),
          SnapAction(.install, instanceKey: "install-2", name: try SnapName("nothing")),
          SnapAction(.install, instanceKey: "install-3", name: hello, channel: try Channel("9/stable")),
        ]))
    func content(_ key: String) -> SnapActionResult.Content? {
      answer.results.first { $0.instanceKey == key }?.content
    }
    guard case .snap(.refresh, let newer) = content("mine"), case .snap(.install, let fresh) = content("install-1"),
      case .failure(let unknown) = content("install-2"), case .failure(let elsewhere) = content("install-3")
    else {
      Issue.record("\(answer)")
      return
    }
    #expect(newer.revision == .store(3) && fresh.revision == .store(2) && fresh.name == hello)
    #expect(unknown.code == .nameNotFound && elsewhere.code == .revisionNotFound && !elsewhere.releases.isEmpty)

    var download = fresh.download
    download.url = download.url.replacing("http://store.test", with: server.url)
    let image = DeviceFixture.image(2, of: DeviceFixture.hello)
    try Files.writeAtomically(Array(image[..<1000]), to: directory("x.partial"), mode: 0o600)
    try client.download("hello", download, to: directory("x"))
    #expect(try Files.read(directory("x"), limit: 1 << 20) == image)
    #expect(server.requests.last?.headers["range"] == "bytes=1000-")

    try bringByDelta(client, server)

    _ = try store.store.makeAccount("carol")
    let account = try client.assertion("account", ["carol"], maxFormat: 0)
    #expect(String(decoding: account, as: UTF8.self).contains("account-id: carol"))
    #expect(throws: StoreError.assertionNotFound(type: "account", key: ["nobody"])) {
      try client.assertion("account", ["nobody"], maxFormat: 0)
    }
    #expect(try client.createCohorts([hello]).keys.sorted() == ["hello"])
    #expect(try !client.nonce().isEmpty && !client.requestID().isEmpty)
  }

  /// The second revision, from the first and what the server says lies between.
  private func bringByDelta(_ client: StoreClient, _ server: OddServer) throws {
    guard DeltaMaker.installed != nil, let applier = DeltaApplier.installed() else { return }
    let answer = try client.act(
      SnapActionRequest(
        context: [
          SnapContext(
            snapID: DeviceFixture.hello, instanceKey: "mine", revision: .store(1),
            trackingChannel: try Channel("stable"))
        ], actions: [SnapAction(.refresh, instanceKey: "mine", snapID: DeviceFixture.hello)]))
    guard case .snap(.refresh, let snap) = answer.results.first?.content else {
      Issue.record("\(answer)")
      return
    }
    var download = snap.download
    try #require(!download.deltas.isEmpty)
    download.url = server.url + "/nothing"
    for index in download.deltas.indices {
      download.deltas[index].url = download.deltas[index].url.replacing("http://store.test", with: server.url)
    }
    try Files.writeAtomically(DeviceFixture.image(1, of: DeviceFixture.hello), to: directory("1"), mode: 0o600)
    let sources = DownloadSources(
      images: [.store(1): directory("1")], applier: applier, deltaFailed: { Issue.record("\($0)") })
    try client.download("hello", download, using: sources, to: directory("2"))
    #expect(try Files.read(directory("2"), limit: 1 << 20) == DeviceFixture.image(2, of: DeviceFixture.hello))
  }
}
