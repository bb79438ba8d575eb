public import Assertions
import Crypto
public import Host
import Linux
import Image
import Packing
import Snap
public import SnapManager
public import StoreProtocol
import Synchronization
import Time

/// A store on the other side of nothing: it has real images and real assertions, signed by a root of its own. What a
/// client of a real one does by the way (asking again, resuming, caching) is not here.
public final class StoreInMemory: SnapStore {
  /// What a test lets the store do wrong.
  public struct Faults: Sendable {
    /// Changes an answer before it is given.
    public var answer: (@Sendable (inout SnapActionResponse) -> Void)?
    /// Changes an assertion; nil has none.
    public var assertion: (@Sendable (Assertion) throws -> Assertion?)?
    /// Changes the bytes of an image on its way.
    public var image: (@Sendable ([UInt8]) -> [UInt8])?
  }

  /// One revision of a snap.
  struct Published {
    var snap: StoreSnap
    var channels: Set<String>
    var bytes: [UInt8]
  }

  fileprivate struct Content {
    var published: [SnapName: [Published]] = [:]
    var assertions: [AssertionReference: Assertion] = [:]
    var faults = Faults()
    var requests: [SnapActionRequest] = []
    var downloads: [String] = []
    var kept: Set<String> = []
    var redirects: [String: String] = [:]
  }

  public let name: String
  private let key: PrivateKey
  private let root: [Assertion]
  private let content = Mutex(Content())
  public static let publisher = "publisherpublisherpublisher12345"

  /// Making keys takes long; every store has the same.
  private static let keys = Result { try (PrivateKey.generate(bits: 2048), PrivateKey.generate(bits: 2048)) }

  public init(_ name: String = "test") throws {
    self.name = name
    key = try Self.keys.get().0
    let account = try Assertion.sign(
      .account,
      [
        "authority-id": "store-root", "account-id": "store-root", "display-name": "Root", "validation": "certified",
        "timestamp": "2024-01-01T00:00:00Z",
      ], with: key, at: Self.time)
    let rootKey = try Assertion.sign(
      .accountKey,
      [
        "authority-id": "store-root", "account-id": "store-root", "public-key-sha3-384": .text(key.publicKey.id),
        "name": "root", "since": "2024-01-01T00:00:00Z",
      ], body: key.publicKey.encoded, with: key, at: Self.time)
    root = [account, rootKey]
    try add(account)
    try add(rootKey)
    try addAccount(Self.publisher, username: "pub", validation: "verified")
  }

  private static var time: Timestamp { Timestamp(seconds: 1_720_000_000) }

  // MARK: What tests say

  /// Has a machine believe this store.
  public func trust(on directories: Directories) throws {
    let path = directories.trustedRoots[directories.trustedRoots.count - 1]
    try Files.makeDirectories(path)
    try Files.writeAtomically(root.encodedStream, to: "\(path)/\(name).assert", mode: 0o644)
  }

  /// Has a machine believe this store no more.
  public func distrust(on directories: Directories) throws {
    try Files.remove("\(directories.trustedRoots[directories.trustedRoots.count - 1])/\(name).assert")
  }

  public static func snapID(of name: String) -> String {
    String((name.filter(\.isLetter) + String(repeating: "0", count: 32)).prefix(32))
  }

  public func addAccount(_ id: String, username: String, validation: String) throws {
    try sign(
      .account,
      [
        "account-id": .text(id), "display-name": .text(username.uppercased()), "username": .text(username),
        "validation": .text(validation),
      ])
  }

  /// Says what is declared of a snap; each time it is a newer revision.
  public func declare(_ name: String, _ headers: [String: HeaderValue] = [:]) throws {
    let reference = AssertionReference(.snapDeclaration, ["16", Self.snapID(of: name)])
    let revision = content.withLock { $0.assertions[reference].map { $0.revision + 1 } ?? 0 }
    var all: [String: HeaderValue] = [
      "series": "16", "snap-id": .text(Self.snapID(of: name)), "snap-name": .text(name),
      "publisher-id": .text(Self.publisher), "revision": .text(String(revision)),
    ]
    all.merge(headers) { $1 }
    try sign(.snapDeclaration, all)
  }

  /// Publishes an image, and signs for it.
  ///
  /// - Parameter signed: whether it is signed for.
  public func publish(_ path: String, revision: UInt32, channels: [String] = ["latest/stable"], signed: Bool = true)
    throws
  {
    let info = try SnapInfo(in: try ImageReader(path: path))
    let bytes = try Files.read(path, limit: 64 << 20)
    let digest = Digest.of(bytes, .sha3_384)
    let id = Self.snapID(of: info.name.rawValue)
    var snap = StoreSnap()
    (snap.name, snap.snapID, snap.revision, snap.version) = (info.name, id, .store(revision), info.version.description)
    (snap.type, snap.confinement, snap.base, snap.epoch) = (info.type, info.confinement, info.base ?? "", info.epoch)
    snap.architectures = info.architectures.map(\.description)
    snap.publisher = StoreAccount(id: Self.publisher, username: "pub", displayName: "PUB", validation: "verified")
    snap.snapYAML = String(decoding: try ImageReader(path: path).read("meta/snap.yaml", limit: 1 << 20), as: UTF8.self)
    snap.download = SnapDownload(
      sha3_384: Self.hexadecimal(digest), size: Int64(bytes.count), url: "memory:\(info.name)/\(revision)")
    content.withLock { content in
      // Revisions of other epochs stay where they are, for those who cannot read the newest.
      for index in content.published[info.name, default: []].indices
      where content.published[info.name]?[index].snap.epoch == info.epoch {
        content.published[info.name]?[index].channels.subtract(channels)
      }
      content.published[info.name, default: []].append(
        Published(snap: snap, channels: Set(channels), bytes: bytes))
    }
    let declaration = AssertionReference(.snapDeclaration, ["16", id])
    if content.withLock({ $0.assertions[declaration] }) == nil { try declare(info.name.rawValue) }
    guard signed else { return }
    try sign(
      .snapRevision,
      [
        "snap-sha3-384": .text(Base64.encodeForURL(digest)), "snap-id": .text(id),
        "snap-size": .text(String(bytes.count)), "snap-revision": .text(String(revision)),
        "developer-id": .text(Self.publisher),
        "provenance": .text(info.provenance.isEmpty ? "global-upload" : info.provenance),
      ])
  }

  /// Has a channel lead to another one.
  public func redirect(_ channel: String, to other: String) { content.withLock { $0.redirects[channel] = other } }

  public func fail(_ change: @Sendable (inout Faults) -> Void) { content.withLock { change(&$0.faults) } }

  /// What has been asked for so far.
  public var requests: [SnapActionRequest] { content.withLock { $0.requests } }
  /// The snaps that were downloaded so far: `name/revision`.
  public var downloads: [String] { content.withLock { $0.downloads } }
  /// The digests of images that are kept for later.
  public var kept: Set<String> { content.withLock { $0.kept } }

  /// Signs an assertion as the store, and has it.
  @discardableResult
  public func sign(_ type: AssertionType, _ headers: [String: HeaderValue]) throws -> Assertion {
    let assertion = try Self.sign(type, headers, key)
    try add(assertion)
    return assertion
  }

  /// The same assertion, signed by nobody whom anybody knows.
  public static func forged(_ assertion: Assertion) throws -> Assertion {
    var headers = assertion.headers
    for name in ["type", "sign-key-sha3-384", "body-length"] { headers[name] = nil }
    return try sign(assertion.type, headers, try keys.get().1)
  }

  private static func sign(
    _ type: AssertionType, _ headers: [String: HeaderValue], _ key: PrivateKey
  ) throws -> Assertion {
    var all: [String: HeaderValue] = ["authority-id": "store-root", "timestamp": "2024-07-01T00:00:00Z"]
    all.merge(headers) { $1 }
    return try Assertion.sign(type, all, with: key, at: time)
  }

  private func add(_ assertion: Assertion) throws {
    content.withLock { $0.assertions[assertion.reference] = assertion }
  }

  private static func hexadecimal(_ bytes: [UInt8]) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  // MARK: What machines ask

  public func names() -> [String] { [name] }

  public func act(_ request: SnapActionRequest, at store: String, _ asking: StoreAsking) throws -> SnapActionResponse {
    // Over the wire and back, as it would come.
    let request = try SnapActionRequest(json: request.json)
    return try content.withLock { content in
      content.requests.append(request)
      var response = SnapActionResponse(results: request.actions.compactMap { content.answer($0, request) })
      content.faults.answer?(&response)
      return try SnapActionResponse(json: response.json)
    }
  }

  public func download(
    _ download: StoreDownload, over images: [Int: String], to path: String,
    progress: @escaping @Sendable (_ done: Int, _ total: Int) -> Void, isCancelled: @escaping @Sendable () -> Bool
  ) throws {
    let bytes = try content.withLock { content in
      let found = content.published.values.flatMap { $0 }.first { $0.snap.download.url == download.url }
      guard let found else { throw MachineError("no such download: \(download.url)") }
      content.downloads.append(String(download.url.dropFirst(7)))
      return content.faults.image?(found.bytes) ?? found.bytes
    }
    guard Self.hexadecimal(Digest.of(bytes, .sha3_384)) == download.sha3 else {
      throw MachineError("sha3-384 mismatch")
    }
    try Files.writeAtomically(bytes, to: path, mode: 0o600)
    progress(bytes.count, bytes.count)
  }

  public func keep(_ path: String, sha3: String) { content.withLock { _ = $0.kept.insert(sha3) } }

  public func assertion(_ reference: AssertionReference, from store: String) throws -> Assertion {
    let (found, change) = content.withLock { ($0.assertions[reference], $0.faults.assertion) }
    guard let found, let given = change == nil ? found : try change?(found) else { throw AssertionNotFound(reference) }
    return given
  }

  public func newest(_ type: AssertionType, _ key: [String], from store: String) throws -> Assertion {
    let found = content.withLock { content in
      content.assertions.values.filter { $0.type == type && Array($0.reference.key.dropLast()) == key }
    }
    let newest = found.max { (Int($0.reference.key.last ?? "") ?? 0) < (Int($1.reference.key.last ?? "") ?? 0) }
    guard let newest else {
      throw AssertionNotFound(
        type, Dictionary(zip(type.primaryKey, key).map { ($0, $1) }, uniquingKeysWith: { $1 }))
    }
    return newest
  }

  public func createCohorts(_ snaps: [String], at store: String) -> [String: String] {
    Dictionary(uniqueKeysWithValues: snaps.map { ($0, "cohort-of-\($0)") })
  }
}

extension StoreInMemory.Content {
  fileprivate func answer(_ action: SnapAction, _ request: SnapActionRequest) -> SnapActionResult? {
    let context = request.context.first { $0.instanceKey == action.instanceKey }
    let revisions = published.values.flatMap { $0 }.filter {
      action.kind == .refresh ? $0.snap.snapID == action.snapID : $0.snap.name == action.name
    }
    func fail(_ code: StoreErrorCode, _ releases: [SnapRelease] = []) -> SnapActionResult {
      SnapActionResult(
        .failure(SnapActionFailure(code: code, message: "no", releases: releases)), instanceKey: action.instanceKey)
    }
    guard let first = revisions.first else { return fail(action.kind == .refresh ? .idNotFound : .nameNotFound) }
    let asked = action.channel ?? context?.trackingChannel
    let redirect = asked.flatMap { redirects[$0.fullName] }.flatMap { try? Channel($0) }
    let channel = (redirect ?? asked)?.fullName ?? "latest/stable"
    let epoch = context?.epoch ?? action.epoch
    let found =
      action.revision.map { wanted in revisions.first { $0.snap.revision == wanted } }
      // Of what can read the data that is there, the newest.
      ?? revisions.filter { $0.channels.contains(channel) && (epoch.map($0.snap.epoch.canRead) ?? true) }.last
    guard let found else {
      let releases = revisions.flatMap { revision in
        revision.channels.compactMap { name in
          (try? Channel(name)).map { SnapRelease(architecture: Architecture.host.description, channel: $0) }
        }
      }
      return fail(.revisionNotFound, releases)
    }
    if action.kind == .refresh, found.snap.revision == context?.revision, redirect == nil { return nil }
    return SnapActionResult(
      .snap(action.kind, found.snap), instanceKey: action.instanceKey, snapID: first.snap.snapID,
      name: first.snap.name?.rawValue ?? "", effectiveChannel: try? Channel(channel), redirectChannel: redirect)
  }
}
