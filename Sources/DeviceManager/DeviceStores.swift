public import Assertions

/// A store that could know the machine.
public struct DeviceStore: Hashable, Sendable {
  /// The fingerprint of its root key: what tells it from all others.
  public var root: String
  /// Where it is.
  public var address: String

  public init(root: String, address: String) { (self.root, self.address) = (root, address) }
}

/// Stores, as who the machine is depends on them; wired by the overlord. All but ``all()`` and ``isOffline`` asks a store,
/// so it blocks.
public protocol DeviceStores: Sendable {
  /// Those that are set up, in the order in which they are asked.
  func all() -> [DeviceStore]
  /// Whether nobody is to be asked at all.
  var isOffline: Bool { get }
  /// The model that a store has for machines that nobody made for something, in the database of assertions; nil when it
  /// has none.
  func genericModel(of store: DeviceStore) throws -> Model?
  /// The number of a request for a serial.
  func requestID(at store: DeviceStore, isCancelled: @escaping @Sendable () -> Bool) throws -> String
  /// Asks for a serial.
  ///
  /// - Returns: a stream with the serial; nil when the store wants to be asked again later.
  func serial(
    for request: [UInt8], at store: DeviceStore, isCancelled: @escaping @Sendable () -> Bool
  ) throws -> [UInt8]?
  /// Adds one of these assertions to the database, with what it needs of the others and of the store.
  func add(_ reference: AssertionReference, of assertions: [Assertion], from store: DeviceStore) throws
}

/// Why the machine is not known to its store.
struct DeviceError: Error, Equatable, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}
