internal import AssertionManager
internal import Assertions
internal import DeviceManager
internal import Interfaces
internal import SnapManager
internal import StoreClient
internal import StoreDirectory

/// The stores as who the machine is depends on them. A store whose root nothing says (`SNAPPY_FORCE_API_URL`, a file
/// without a key) is none of them.
struct StoresOfDevice: DeviceStores {
  let clients: StoreClients
  let assertions: AssertionManager
  let store: any SnapStore

  /// What a store calls the model of machines that nobody made for something (`spec/assertions-and-store.md` §2,
  /// "Predefined").
  private static let genericModel = "generic-classic"

  func all() -> [DeviceStore] { clients.directory.entries.compactMap(DeviceStore.init) }

  var isOffline: Bool { clients.isOffline }

  func genericModel(of store: DeviceStore) throws -> Model? {
    let key = try assertions.database.assertion(AssertionReference(.accountKey, [store.root]))?.value as? AccountKey
    guard let key else { return nil }
    let reference = AssertionReference(.model, ["16", key.accountID, Self.genericModel])
    do { try assertions.update([reference], from: try source(store)) } catch let missing as AssertionNotFound {
      guard missing.type == .model else { throw missing }
      return nil
    }
    return try assertions.believed(reference)?.value as? Model
  }

  func requestID(at store: DeviceStore, isCancelled: @escaping @Sendable () -> Bool) throws -> String {
    try client(store).requestID(StoreClient.Context(isCancelled: isCancelled))
  }

  func serial(
    for request: [UInt8], at store: DeviceStore, isCancelled: @escaping @Sendable () -> Bool
  ) throws -> [UInt8]? {
    try client(store).serial(for: request, StoreClient.Context(isCancelled: isCancelled))
  }

  func add(_ reference: AssertionReference, of assertions: [Assertion], from store: DeviceStore) throws {
    try self.assertions.fetch(
      [reference], from: FirstOf(batch: AssertionBatch(assertions), others: try source(store)))
  }

  private func entry(_ store: DeviceStore) throws -> StoreEntry {
    guard let entry = clients.directory.entries.first(where: { DeviceStore($0) == store }) else {
      throw StoreRefusal.unknownStore(store.address)
    }
    return entry
  }

  private func client(_ store: DeviceStore) throws -> StoreClient { try clients.client(of: try entry(store)) }

  private func source(_ store: DeviceStore) throws -> AssertionsOfStore {
    AssertionsOfStore(store: self.store, name: try entry(store).name)
  }

  /// What came along, else what a store has.
  private struct FirstOf: AssertionSource {
    let batch: AssertionBatch
    let others: AssertionsOfStore

    func assertion(_ reference: AssertionReference) throws -> Assertion {
      do { return try batch.assertion(reference) } catch is AssertionNotFound {
        return try others.assertion(reference)
      }
    }
  }
}

extension DeviceStore {
  init?(_ entry: StoreEntry) {
    guard let key = entry.key else { return nil }
    self.init(root: key, address: entry.url.text)
  }
}

extension DeviceCredentials {
  /// What rules of declarations may know of the machine (`spec/assertions-and-store.md` §5, `on-brand`, `on-model`); nil
  /// when it has no model.
  func scope() -> DeviceScope? {
    guard let model = (try? model())?.value as? Model else { return nil }
    return DeviceScope(brand: model.brandID, model: model.model, store: model.store)
  }
}
