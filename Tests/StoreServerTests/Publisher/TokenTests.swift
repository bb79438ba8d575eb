import Macaroons
import Snap
import Testing
import Time

@testable import StoreServer

/// Root keys in memory.
struct FixedKeys: RootKeys {
  var keys: [String: [UInt8]] = ["k1": [UInt8](repeating: 7, count: 32)]
  func currentRootKey(now: Timestamp) throws -> (id: String, key: [UInt8]) { ("k1", keys["k1"] ?? []) }
  func rootKey(id: String) throws -> [UInt8]? { keys[id] }
}

@Suite struct TokenTests {
  static let now = Timestamp(seconds: 1_750_000_000)
  let issuer = TokenIssuer(keys: FixedKeys())

  /// A log-in, as `craft-store` makes one.
  func login(
    _ request: TokenRequest = TokenRequest(permissions: ["package-manage"], lifetime: 864_000), account: String = "me",
    at time: Timestamp = now
  ) throws -> (root: Macaroon, discharge: Macaroon) {
    let root = try issuer.root(request, authority: "store:1", now: time)
    let caveat = try #require(root.caveats.first { $0.thirdParty != nil })
    #expect(caveat.thirdParty?.location == "store:1")
    let discharge = try #require(
      try issuer.discharge(
        caveatID: String(decoding: caveat.identifier, as: UTF8.self),
        for: TokenHolder(accountID: account, passwordMark: "p1", session: "s1"), authority: "store:1", now: time))
    return (root, discharge)
  }

  func header(_ root: Macaroon, _ discharge: Macaroon) throws -> String {
    try "Macaroon root=\(root.serialized()), discharge=\(discharge.bound(to: root).serialized())"
  }

  @Test("a log-in allows what was asked for, quoted or not, and so does what it is exchanged for")
  func granted() throws {
    let request = TokenRequest(
      permissions: ["package_release", "package-view", "unheard-of"], packages: ["foo"], channels: ["edge", "2/*"],
      lifetime: 864_000)
    let (root, discharge) = try login(request)
    let plain = try header(root, discharge)
    let quoted = try #"Macaroon root="\#(root.serialized())", discharge="\#(discharge.bound(to: root).serialized())""#
    for text in [plain, quoted] {
      let grant = try issuer.grant(authorization: text, now: Self.now)
      #expect(grant.accountID == "me")
      #expect(grant.allows(.packageManageReleases) && grant.allows(.packageViewMetrics))
      #expect(!grant.allows(.packageManageRevisions) && !grant.allows(.storeManage))
      #expect(grant.allows(package: "foo") && !grant.allows(package: "bar"))
      #expect(try grant.allows(Channel("latest/edge")) && grant.allows(Channel("2/stable/fix")))
      #expect(try !grant.allows(Channel("stable")) && !grant.allows(Channel("22/stable")))
    }
    let exchangeable = try issuer.exchangeable(authorization: plain, now: Self.now)
    let one = try issuer.exchanged(exchangeable, authority: "store:1", now: Self.now).serialized()
    for scheme in ["Macaroon", "Bearer"] {
      let grant = try issuer.grant(authorization: "\(scheme) \(one)", now: Self.now + .seconds(700_000))
      #expect(grant.permissions == exchangeable.permissions && grant.packages == ["foo"])
    }
  }

  @Test("a discharge is renewed for the same account alone; the root's end is the end")
  func renewed() throws {
    let (root, discharge) = try login()
    let nextDay = Self.now + .seconds(90_000)
    #expect(throws: TokenIssuer.Refusal.needsRefresh) {
      try issuer.grant(authorization: header(root, discharge), now: nextDay)
    }
    let holder = try #require(try issuer.holder(of: discharge))
    #expect(holder.holder == TokenHolder(accountID: "me", passwordMark: "p1", session: "s1"))
    let renewed = try #require(
      try issuer.discharge(
        caveatID: holder.caveatID, for: holder.holder, authority: "store:1", now: nextDay))
    #expect(try issuer.grant(authorization: header(root, renewed), now: nextDay).accountID == "me")
    #expect(throws: TokenIssuer.Refusal.invalid("macaroon has expired")) {
      try issuer.grant(authorization: header(root, renewed), now: Self.now + .seconds(864_001))
    }
    // What was bound already, or narrowed, is no longer what can be renewed.
    #expect(try issuer.holder(of: discharge.bound(to: root)) == nil)
    var narrowed = discharge
    narrowed.add(TokenCondition.packages(["foo"]).text)
    #expect(try issuer.holder(of: narrowed) == nil)
  }

  @Test("whoever holds a token can narrow it, and not make another's of it")
  func narrowed() throws {
    let (root, discharge) = try login()
    var narrow = root
    narrow.add(TokenCondition.permissions(["package-view"]).text)
    narrow.add(TokenCondition.packages(["foo"]).text)
    // A release is in the first, nothing of it in the second.
    #expect(try issuer.grant(authorization: header(narrow, discharge), now: Self.now).permissions.isEmpty)
    for condition in ["account|admin", "password|other", "session|other", "something else", "os|linux"] {
      var changed = root
      changed.add(condition)
      #expect(throws: TokenIssuer.Refusal.invalid("macaroon has conditions that are not known"), "\(condition)") {
        try issuer.grant(authorization: header(changed, discharge), now: Self.now)
      }
    }
  }

  @Test("what is no token of ours is refused")
  func refused() throws {
    let (root, discharge) = try login()
    let other = try login(account: "you")
    #expect(throws: TokenIssuer.Refusal.missing) { try issuer.grant(authorization: nil, now: Self.now) }
    let forged = Macaroon(location: "store:1", identifier: root.identifier, key: Array("guess".utf8))
    let foreign = Macaroon(location: "store:1", identifier: Array("k2.x".utf8), key: Array("guess".utf8))
    let headers = try [
      "", "Macaroon", "Basic abc", "Macaroon root=", "Macaroon root=!!", "Bearer \(root.serialized())",
      "Macaroon \(discharge.serialized())", "Macaroon root=\(root.serialized()), discharge=\(discharge.serialized())",
      "Macaroon root=\(root.serialized()), root=\(root.serialized())", header(root, other.discharge),
      header(forged, discharge), header(foreign, discharge), "Bearer \(forged.serialized())",
      String(repeating: "x", count: 1 << 20),
    ]
    for text in headers {
      let error = #expect(throws: TokenIssuer.Refusal.self, "\(text.prefix(80))") {
        try issuer.grant(authorization: text, now: Self.now)
      }
      guard case .invalid = error else {
        Issue.record("\(text.prefix(80)): \(String(describing: error))")
        continue
      }
    }
    #expect(
      try issuer.discharge(
        caveatID: "k1.AAAA", for: TokenHolder(accountID: "me", passwordMark: "", session: ""), authority: "",
        now: Self.now) == nil)
  }

  @Test(
    "patterns of channels",
    arguments: [
      ("edge", "edge", true), ("*", "latest/stable", true), ("latest/*", "latest/edge/fix", true), ("", "", true),
      ("edge", "edges", false), ("*/edge", "latest/edge", true), ("*a*b", "xaxxbxb", true), ("*a*b", "xb", false),
    ])
  func patterns(_ pattern: String, _ text: String, _ fits: Bool) {
    #expect(ChannelPattern.matches(pattern, text) == fits)
  }

  @Test(
    "names that may be registered",
    arguments: [
      ("foo", false, nil), ("x", false, "invalid"), ("Foo", false, "invalid"), ("core", false, "reserved_name"),
      ("core", true, nil), ("taken-back", false, "reserved_name"), ("taken-back", true, nil),
    ] as [(String, Bool, String?)])
  func names(_ name: String, _ isAdmin: Bool, _ code: String?) {
    do throws(PublisherError) {
      _ = try NameRules.check(name, isAdmin: isAdmin, reserved: name == "taken-back")
      #expect(code == nil)
    } catch {
      #expect(error.code == code)
    }
  }
}
