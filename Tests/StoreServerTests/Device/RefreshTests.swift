import Snap
import StoreProtocol
import StoreState
import Synchronization
import Testing

@testable import StoreServer

private let secret = [UInt8](repeating: 9, count: 32)

/// `hello`: stable has 3, edge 5, track 2 has 4; 2 was in stable before. `hidden` is private.
private func state() throws -> StateInMemory {
  func release(_ channel: String, _ revision: UInt32) throws -> ChannelMap.Release {
    ChannelMap.Release(
      architecture: Architecture("amd64"), channel: try Channel(channel), revision: revision, releasedAt: 0)
  }
  func revision(_ number: UInt32, epoch: String = "0") throws -> StoreSnap {
    var snap = StoreSnap()
    snap.name = try SnapName("hello")
    snap.snapID = "hello-id"
    snap.revision = .store(number)
    snap.architectures = ["amd64"]
    snap.epoch = try Epoch(epoch)
    snap.download = SnapDownload(sha3_384: String(repeating: "a", count: 96), size: 100)
    return snap
  }
  var content = StateInMemory.Content()
  content.snaps["hello-id"] = DeviceSnap(
    id: "hello-id", name: try SnapName("hello"), publisherID: "somebody",
    map: ChannelMap(
      releases: [try release("stable", 3), try release("edge", 5), try release("2/stable", 4)], defaultTrack: "2"))
  content.snaps["hidden-id"] = DeviceSnap(
    id: "hidden-id", name: try SnapName("hidden"), publisherID: "somebody", isPrivate: true,
    map: ChannelMap(releases: [try release("stable", 1)]))
  content.developers["hidden-id"] = ["somebody"]
  for number in UInt32(1)...6 {
    content.revisions["hello-id", default: [:]][number] = try revision(number, epoch: number == 5 ? "2" : "0")
  }
  content.revisions["hidden-id"] = [1: try revision(1)]
  content.revisions["hello-id"]?[6] = try revision(6, epoch: "1*")
  content.released = [2, 3, 4, 5]
  content.history = [DeviceHistoryEntry(revision: 5, at: 3), DeviceHistoryEntry(revision: 6, at: 2)]
  content.past = ChannelMap(releases: [try release("stable", 2)])
  content.deltas = [
    DeviceDelta(source: 2, target: 3, format: "xdelta3", sha3_384: String(repeating: "b", count: 96), size: 9)
  ]
  content.sets["acme/good/0"] = [DeviceValidation(snapID: "hello-id", presence: "required", revision: 2)]
  content.sets["acme/good/7"] = [DeviceValidation(snapID: "hello-id", presence: "required", revision: 4)]
  content.sets["acme/none/0"] = [DeviceValidation(snapID: "hello-id", presence: "invalid", revision: nil)]
  return StateInMemory(content)
}

@Suite struct RefreshTests {
  let state: StateInMemory
  let service: RefreshService
  var device = DeviceContext(
    architecture: Architecture("amd64"), knowsDefaultTracks: true, takesDeltas: true, now: 100, base: "https://s/")

  init() throws {
    state = try StoreServerTests.state()
    service = RefreshService(
      catalogue: Catalogue(state), assertions: AssertionAnswers(known: state), cohortSecret: secret)
  }

  struct Case: Sendable, CustomTestStringConvertible {
    var context = #""snap-id":"hello-id","instance-key":"k","revision":2,"tracking-channel":"latest/stable""#
    var action: String
    /// `result revision effective-channel redirect-channel`, or an error's code.
    var expected: String?
    var testDescription: String { "\(context) \(action)" }
  }

  private static let refresh = #""action":"refresh","instance-key":"k""#
  private static let install = #""action":"install","instance-key":"k","epoch":null,"name":"hello""#
  private static func having(_ revision: Int, _ rest: String) -> String {
    #""snap-id":"hello-id","instance-key":"k","revision":\#(revision),\#(rest)"#
  }

  @Test(arguments: [
    Case(action: refresh, expected: "refresh 3 latest/stable -"),
    Case(context: having(3, #""tracking-channel":"latest/stable""#), action: refresh, expected: nil),
    Case(context: having(3, #""tracking-channel":"stable""#), action: refresh, expected: nil),
    Case(action: refresh + #","channel":"2/edge""#, expected: "refresh 4 2/stable -"),
    Case(action: refresh + #","channel":"3/edge""#, expected: "revision-not-found +3"),
    Case(action: refresh + #","revision":4"#, expected: "refresh 4 - -"),
    Case(action: refresh + #","revision":2"#, expected: nil),
    // Not released; never made; for nobody who is not its developer.
    Case(action: refresh + #","revision":1"#, expected: "revision-not-found +3"),
    Case(action: refresh + #","revision":99"#, expected: "revision-not-found +3"),
    Case(
      context: #""snap-id":"other","instance-key":"k","revision":2"#, action: refresh, expected: "id-not-found"),
    Case(
      context: #""snap-id":"hidden-id","instance-key":"k","revision":2"#, action: refresh, expected: "id-not-found"),
    Case(context: #""snap-id":"hello-id","instance-key":"j""#, action: refresh, expected: "invalid-action"),
    // Edge has epoch 2, which cannot read 0; what was there before can.
    Case(
      context: having(3, #""tracking-channel":"edge","epoch":{"read":[0],"write":[0]}"#), action: refresh,
      expected: "refresh 6 latest/edge -"),
    Case(
      context: having(6, #""tracking-channel":"edge","epoch":{"read":[1,2],"write":[2]}"#), action: refresh,
      expected: "refresh 5 latest/edge -"),
    Case(
      context: having(9, #""tracking-channel":"edge","epoch":{"read":[9],"write":[9]}"#), action: refresh, expected: nil
    ),
    // Validation sets pin, forbid, and may be ignored.
    Case(context: having(4, #""validation-sets":[["16","acme","good"]]"#), action: refresh, expected: "refresh 2 - -"),
    Case(
      context: having(2, #""validation-sets":[["16","acme","good","7"]]"#), action: refresh, expected: "refresh 4 - -"),
    Case(context: having(2, #""validation-sets":[["16","acme","none"]]"#), action: refresh, expected: nil),
    Case(
      context: having(4, #""ignore-validation":true,"validation-sets":[["16","acme","good"]]"#), action: refresh,
      expected: "refresh 3 latest/stable -"),
    Case(
      context: having(2, #""validation-sets":[["16","acme","good"],["16","acme","good","7"]]"#), action: refresh,
      expected: "validation-set-error"),
    Case(context: having(2, #""validation-sets":[["16","acme"]]"#), action: refresh, expected: "validation-set-error"),
    Case(action: install, expected: "install 4 2/stable 2/stable"),
    Case(action: install + #","channel":"edge""#, expected: "install 4 2/stable 2/edge"),
    Case(action: install + #","channel":"latest/edge""#, expected: "install 5 latest/edge -"),
    Case(action: install + #","channel":"latest/stable""#, expected: "install 3 latest/stable -"),
    Case(action: install + #","revision":3"#, expected: "install 3 - -"),
    Case(
      action: #""action":"install","instance-key":"k","epoch":null,"name":"hidden""#, expected: "name-not-found"),
    Case(action: #""action":"download","instance-key":"k","snap-id":"nope""#, expected: "id-not-found"),
    Case(action: #""action":"install","instance-key":"k""#, expected: "invalid-action"),
    Case(
      action: install + #","validation-sets":[["16","acme","none"]]"#, expected: "revision-not-found +0"),
    Case(action: install + #","cohort-key":"nonsense""#, expected: "invalid-cohort-key"),
    Case(action: refresh + #","cohort-key":"nonsense""#, expected: "invalid-cohort-key"),
  ])
  func actions(_ sample: Case) throws {
    let response = try answer(sample)
    let result = response.results.first
    #expect(response.results.count == (sample.expected == nil ? 0 : 1))
    #expect(result.map(describe) == sample.expected)
    #expect(result.map { $0.instanceKey == "k" } ?? true)
  }

  private func answer(_ sample: Case, _ device: DeviceContext? = nil) throws -> SnapActionResponse {
    let text = """
      {"context":[{\(sample.context)}],"actions":[{\(sample.action)}],
       "fields":["name","revision","download","snap-id"]}
      """
    let request = try SnapActionRequest(json: Array(text.utf8))
    return try SnapActionResponse(json: try service.answer(request, for: device ?? self.device))
  }

  private func describe(_ result: SnapActionResult) -> String {
    switch result.content {
    case .snap(let kind, let snap):
      "\(kind.rawValue) \(snap.revision?.rawValue ?? "-") \(result.effectiveChannel?.fullName ?? "-") "
        + (result.redirectChannel?.fullName ?? "-")
    case .failure(let failure):
      failure.code.rawValue + (failure.code == .revisionNotFound ? " +\(failure.releases.count)" : "")
    case .assertions: "assertions"
    }
  }

  @Test func anAnswerSaysWhereToDownloadAndWhichDeltaThereIs() throws {
    func download(_ device: DeviceContext) throws -> SnapDownload? {
      guard case .snap(_, let snap)? = try answer(Case(action: Self.refresh), device).results.first?.content else {
        return nil
      }
      return snap.download
    }
    let found = try #require(try download(device))
    #expect(found.url == "https://s/api/v1/snaps/download/hello-id_3.snap")
    #expect(found.deltas.map(\.url) == ["https://s/api/v1/snaps/download/hello-id_2_3_xdelta3.delta"])
    var plain = device
    plain.takesDeltas = false
    #expect(try download(plain)?.deltas.isEmpty == true)
  }

  @Test func aCohortSeesTheChannelsAsTheyWere() throws {
    let key = try CohortKey(snapID: "hello-id", createdAt: 50, number: 1).text(secret: secret)
    let found = try answer(Case(action: Self.install + #","cohort-key":"\#(key)""#)).results.map(describe)
    #expect(found == ["install 2 latest/stable -"])
  }

  @Test func aPrivateSnapIsThereForWhoMakesIt() throws {
    var developer = device
    developer.account = "somebody"
    let action = #""action":"install","instance-key":"k","epoch":null,"name":"hidden""#
    #expect(try answer(Case(action: action), developer).results.map(describe) == ["install 1 latest/stable -"])
    developer.account = "else"
    #expect(try answer(Case(action: action), developer).results.map(describe) == ["name-not-found"])
  }

  @Test func whatAnotherProcessChangesIsSeenAtOnce() throws {
    let sample = Case(action: Self.refresh)
    for _ in 0..<3 { #expect(try answer(sample).results.map(describe) == ["refresh 3 latest/stable -"]) }
    #expect(state.content.withLock { $0.reads } == 1)
    state.change { $0.snaps["hello-id"]?.map.releases[0].revision = 4 }
    #expect(try answer(sample).results.map(describe) == ["refresh 4 latest/stable -"])
    #expect(state.content.withLock { $0.reads } == 2)
    state.change { $0.snaps["hello-id"] = nil }
    #expect(try answer(sample).results.map(describe) == ["id-not-found"])
  }
}
