import Snap
import Testing

@testable import StoreServer

/// Times are days since some moment.
private let day: Int64 = 24 * 3600

private func release(
  _ channel: String, _ revision: UInt32, on architecture: String = "amd64", at released: Int64 = 0,
  expires: Int64? = nil, _ progress: ProgressiveRelease? = nil
) throws -> ChannelMap.Release {
  ChannelMap.Release(
    architecture: Architecture(architecture), channel: try Channel(channel), revision: revision,
    releasedAt: released * day, expiresAt: expires.map { $0 * day }, progress: progress)
}

private func query(_ architecture: String = "amd64", at time: Int64 = 10, current: UInt32? = nil) -> DeviceQuery {
  DeviceQuery(
    snapID: "id", architecture: Architecture(architecture), time: time * day, seed: .serial("one"), current: current)
}

@Suite struct ResolutionTests {
  struct Case: Sendable {
    var asked: String
    var architecture = "amd64"
    var time: Int64 = 10
    var found: String?
  }

  @Test(arguments: [
    Case(asked: "stable", found: "stable 5"),
    Case(asked: "latest/stable", found: "stable 5"),
    Case(asked: "candidate", found: "stable 5"),
    Case(asked: "beta", found: "beta 7"),
    Case(asked: "edge", found: "beta 7"),
    // A branch, while it is there, and then its risk.
    Case(asked: "edge/fix", time: 29, found: "edge/fix 9"),
    Case(asked: "edge/fix", time: 30, found: "beta 7"),
    Case(asked: "stable/none", found: "stable 5"),
    // No other track takes over, and nothing riskier does.
    Case(asked: "2.0", found: nil),
    Case(asked: "2.0/candidate", found: nil),
    Case(asked: "2.0/beta", found: "2.0/beta 8"),
    Case(asked: "3.0/edge", found: nil),
    // Other architectures; `all` counts everywhere, and the later release wins.
    Case(asked: "stable", architecture: "arm64", found: "stable 6"),
    Case(asked: "stable", architecture: "riscv64", found: "stable 4"),
    Case(asked: "beta", architecture: "riscv64", found: "stable 4"),
  ])
  func channelsFallToTheNextSaferRisk(_ sample: Case) throws {
    let map = ChannelMap(releases: [
      try release("stable", 4, on: "all", at: 1), try release("stable", 5, at: 2),
      try release("stable", 6, on: "arm64", at: 2), try release("beta", 7), try release("2.0/beta", 8),
      try release("edge/fix", 9, expires: 30),
    ])
    let found = map.resolve(try Channel(sample.asked), query(sample.architecture, at: sample.time))
    #expect(found.map { "\($0.channel.answerName) \($0.revision)" } == sample.found)
  }

  @Test(arguments: [
    ("", true, "2.0/stable", true), ("edge", true, "2.0/edge", true), ("edge/fix", true, "2.0/edge/fix", true),
    ("latest", true, "stable", false), ("latest/edge", true, "edge", false), ("3", true, "3/stable", false),
    ("", false, "stable", false), ("edge", false, "edge", false),
  ])
  func theDefaultTrackIsForWhoNamesNone(_ text: String, _ knows: Bool, _ channel: String, _ redirects: Bool) throws {
    let map = ChannelMap(defaultTrack: "2.0")
    let asked = map.asked(try RequestedChannel(text), knowsDefaultTracks: knows)
    #expect(asked.channel.answerName == channel)
    #expect(asked.isRedirect == redirects)
    let plain = ChannelMap().asked(try RequestedChannel(text), knowsDefaultTracks: knows)
    #expect(!plain.isRedirect)
  }

  @Test func aShareOfDevicesGetsAProgressiveRelease() throws {
    func count(share: Int, revision: UInt32 = 2) -> Set<Int> {
      let progress = ProgressiveRelease(share: share, others: 1)
      return Set(
        (0..<2000).filter {
          progress.revision(revision, snapID: "id", current: 1, seed: .serial("device-\($0)")) == revision
        })
    }
    let (few, half) = (count(share: 1000), count(share: 5000))
    #expect(count(share: 0).isEmpty && count(share: 10_000).count == 2000)
    #expect((120...280).contains(few.count) && (900...1100).contains(half.count))
    // Who is in stays in, and another revision has others first.
    #expect(few.isSubset(of: half))
    #expect(!few.isSubset(of: count(share: 5000, revision: 3)))
  }

  @Test(arguments: [
    (5000, false, 2 as UInt32?, 2 as UInt32?), (0, false, 2, 2), (5000, true, 2, 2), (5000, true, 1, 1),
    (5000, true, nil, 1), (10_000, true, 1, 1), (10_000, false, 1, 2), (0, false, nil, 1),
  ])
  func whoHasAProgressiveRevisionKeepsIt(_ share: Int, _ paused: Bool, _ current: UInt32?, _ expected: UInt32?) {
    let progress = ProgressiveRelease(share: share, isPaused: paused, others: 1)
    #expect(progress.revision(2, snapID: "id", current: current, seed: nil) == expected)
  }

  @Test func aProgressiveReleaseOverNothingLeavesOthersToSaferRisks() throws {
    let map = ChannelMap(releases: [
      try release("stable", 1), try release("edge", 2, ProgressiveRelease(share: 0, others: nil)),
    ])
    #expect(map.resolve(try Channel("edge"), query())?.revision == 1)
    #expect(map.resolve(try Channel("edge"), query(current: 2))?.revision == 2)
  }

  @Test(arguments: [
    ("0", 20 as UInt32?), ("1", 30), ("2", 40), ("3", nil),
  ])
  func epochsAreWalkedStepByStep(_ data: String, _ next: UInt32?) throws {
    let history = [
      EpochWalk.Step(revision: 40, epoch: try Epoch("2")), EpochWalk.Step(revision: 30, epoch: try Epoch("2*")),
      EpochWalk.Step(revision: 20, epoch: try Epoch("1*")), EpochWalk.Step(revision: 15, epoch: try Epoch("0")),
    ]
    let expected = EpochWalk.next(history, from: try Epoch(data))
    #expect(expected == next)
    #expect(EpochWalk.next(history, from: nil) == 40)
  }

  @Test func cohortKeysAreForOneSnapAndOfOneStore() throws {
    let secret = [UInt8](repeating: 7, count: 32)
    let key = CohortKey(snapID: "abc", createdAt: 1_700_000_000, number: .max)
    let text = try key.text(secret: secret)
    #expect(try CohortKey(text, for: "abc", secret: secret) == key)
    #expect(throws: CohortKey.Invalid.otherSnap) { try CohortKey(text, for: "abd", secret: secret) }
    #expect(throws: CohortKey.Invalid.malformed) { try CohortKey(text, for: "abc", secret: [1]) }
    for at in 0..<text.utf8.count {
      var bytes = Array(text.utf8)
      bytes[at] = bytes[at] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
      #expect(throws: CohortKey.Invalid.self) {
        try CohortKey(String(decoding: bytes, as: UTF8.self), for: "abc", secret: secret)
      }
    }
    for text in ["", "A", "AQ", String(repeating: "A", count: 300), "é"] {
      #expect(throws: CohortKey.Invalid.malformed) { try CohortKey(text, for: "abc", secret: secret) }
    }
  }

  typealias Word = (ValidationConstraint.Presence, UInt32?)
  @Test func validationSetsSayWhatMayBeSent() {
    let cases: [(words: [Word], allows: UInt32?, refuses: UInt32?, conflict: Bool)] = [
      ([], 1, nil, false), ([(.required, nil)], 1, nil, false), ([(.required, 5)], 5, 6, false),
      ([(.optional, 5), (.required, nil)], 5, 6, false), ([(.invalid, nil)], nil, 5, false),
      ([(.optional, 5), (.invalid, nil)], nil, 5, false), ([(.required, 5), (.invalid, nil)], nil, 5, true),
      ([(.required, 5), (.optional, 6)], nil, 6, true), ([(.required, 5), (.required, 5)], 5, 6, false),
    ]
    for sample in cases {
      var constraint = ValidationConstraint()
      for (presence, revision) in sample.words { constraint.add(presence, revision: revision) }
      #expect(sample.allows.map { constraint.allows($0) } ?? true, "\(sample)")
      #expect(!(sample.refuses.map { constraint.allows($0) } ?? false), "\(sample)")
      #expect(constraint.isConflict == sample.conflict, "\(sample)")
    }
  }
}
