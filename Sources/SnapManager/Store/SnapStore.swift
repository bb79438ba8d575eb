public import Assertions
public import StoreProtocol

/// The stores that are set up, as the operations on snaps know them; wired by the overlord. Calls block; they are made on
/// threads of tasks and requests.
public protocol SnapStore: Sendable {
  /// The names of the stores, in the order in which they are asked for what nobody has yet.
  func names() throws -> [String]
  /// Installs, refreshes and downloads, as questions.
  ///
  /// - Parameter asking: who asks, and why.
  /// - Throws: when there is no answer; refusals of single actions are in the response.
  func act(_ request: SnapActionRequest, at store: String, _ asking: StoreAsking) throws -> SnapActionResponse
  /// Brings an image, whole, checked against its digest, and synced. What has come of it at an earlier attempt is used.
  ///
  /// - Parameters:
  ///   - images: those of revisions that are here, by revision: deltas may start from them.
  ///   - path: where it is put in the end; until then what has come is beside it, with `.partial` behind the name.
  ///   - progress: told of bytes.
  func download(
    _ download: StoreDownload, over images: [Int: String], to path: String,
    progress: @escaping @Sendable (_ done: Int, _ total: Int) -> Void, isCancelled: @escaping @Sendable () -> Bool
  ) throws
  /// Keeps an image for later downloads, which are none then; called for images that are what was signed.
  func keep(_ path: String, sha3: String) throws
  /// - Throws: ``AssertionNotFound`` when the store has none.
  func assertion(_ reference: AssertionReference, from store: String) throws -> Assertion
  /// Several assertions with what they need, where the store sends all of that at once: in no order, and perhaps more
  /// than was asked for. Nothing when it does not, or lacks one of them; then ``assertion(_:from:)`` says which.
  func assertions(_ references: [AssertionReference], from store: String) throws -> [Assertion]
  /// The last assertion of a sequence.
  ///
  /// - Parameter key: the primary key without the number.
  /// - Throws: ``AssertionNotFound`` when the store has none.
  func newest(_ type: AssertionType, _ key: [String], from store: String) throws -> Assertion
  /// The keys of new cohorts, by snap.
  func createCohorts(_ snaps: [String], at store: String) throws -> [String: String]
}

extension SnapStore {
  /// One by one they come from every store.
  public func assertions(_ references: [AssertionReference], from store: String) throws -> [Assertion] { [] }
}

/// Who asks a store, and why.
public struct StoreAsking: Equatable, Sendable {
  /// Whose credentials are used; nil for nobody's.
  public var userID: Int?
  /// Nobody waits for the answer: the machine refreshes by itself.
  public var isScheduled: Bool
  /// Refreshes are decided on elsewhere (`refresh.timer=managed`).
  public var isManaged: Bool

  public init(userID: Int? = nil, isScheduled: Bool = false, isManaged: Bool = false) {
    self.userID = userID
    self.isScheduled = isScheduled
    self.isManaged = isManaged
  }
}

/// No store is set up.
public struct NoStore: SnapStore {
  public init() {}
  public func names() -> [String] { [] }
  public func act(_ request: SnapActionRequest, at store: String, _ asking: StoreAsking) throws -> SnapActionResponse {
    throw StoreRefusal.unknownStore(store)
  }
  public func download(
    _ download: StoreDownload, over images: [Int: String], to path: String,
    progress: @escaping @Sendable (_ done: Int, _ total: Int) -> Void, isCancelled: @escaping @Sendable () -> Bool
  ) throws {
    throw StoreRefusal.unknownStore(download.store)
  }
  public func keep(_ path: String, sha3: String) {}
  public func assertion(_ reference: AssertionReference, from store: String) throws -> Assertion {
    throw StoreRefusal.unknownStore(store)
  }
  public func newest(_ type: AssertionType, _ key: [String], from store: String) throws -> Assertion {
    throw StoreRefusal.unknownStore(store)
  }
  public func createCohorts(_ snaps: [String], at store: String) throws -> [String: String] {
    throw StoreRefusal.unknownStore(store)
  }
}
