import Assertions
import Snap
import StoreProtocol
import StoreState
import Synchronization

@testable import StoreServer

/// What the device side reads, as a test sets it.
final class StateInMemory: DeviceState {
  struct Content: Sendable {
    var generation: Int64 = 1
    var snaps: [String: DeviceSnap] = [:]
    var revisions: [String: [UInt32: StoreSnap]] = [:]
    var released: Set<UInt32> = []
    var history: [DeviceHistoryEntry] = []
    var past: ChannelMap?
    var deltas: [DeviceDelta] = []
    var sets: [String: [DeviceValidation]] = [:]
    var developers: [String: Set<String>] = [:]
    var assertions: [StoredAssertion] = []
    /// Look-ups of snaps, for tests of the cache.
    var reads = 0
  }
  let content: Mutex<Content>

  init(_ content: Content) { self.content = Mutex(content) }

  /// Changes something, as another process would.
  func change(_ body: (inout Content) -> Void) {
    content.withLock { content in
      body(&content)
      content.generation += 1
    }
  }

  func atOnce<Result>(_ body: (any DeviceState) throws -> Result) throws -> Result { try body(self) }
  func snapIDs(after id: String, limit: Int) -> [String] {
    content.withLock { Array($0.snaps.keys.sorted().filter { $0 > id }.prefix(limit)) }
  }
  func generation() -> Int64 { content.withLock { $0.generation } }
  func snapsChanged(since generation: Int64) -> [String]? { ["hello-id"] }
  func snap(id: String) -> DeviceSnap? {
    content.withLock { content in
      content.reads += 1
      return content.snaps[id]
    }
  }
  func snapID(name: String) -> String? { content.withLock { $0.snaps.values.first { $0.name.rawValue == name }?.id } }
  func revision(_ number: UInt32, of snapID: String) -> StoreSnap? {
    content.withLock { $0.revisions[snapID]?[number] }
  }
  func wasReleased(_ number: UInt32, of snapID: String) -> Bool { content.withLock { $0.released.contains(number) } }
  func history(
    of snapID: String, architecture: Architecture, channel: Channel, until: Int64, limit: Int
  ) -> [DeviceHistoryEntry] { content.withLock { $0.history } }
  func map(of snapID: String, at time: Int64) -> ChannelMap { content.withLock { $0.past ?? ChannelMap() } }
  func deltas(of snapID: String, from source: UInt32, to target: UInt32) -> [DeviceDelta] {
    content.withLock { $0.deltas.filter { $0.source == source && $0.target == target } }
  }
  func mayDevelop(snapID: String, account: String) -> Bool {
    content.withLock { $0.developers[snapID]?.contains(account) ?? false }
  }
  func validationSet(account: String, name: String, sequence: Int?) -> [DeviceValidation]? {
    content.withLock { $0.sets["\(account)/\(name)/\(sequence ?? 0)"] }
  }
}

extension StateInMemory: DeviceAssertions {
  func find(_ reference: AssertionReference, maximumFormat: Int) -> StoredAssertion? {
    content.withLock { content in
      content.assertions.filter {
        $0.type == reference.type.rawValue && $0.key == reference.key && $0.format <= maximumFormat
      }.max { $0.revision < $1.revision }
    }
  }

  func last(_ type: AssertionType, sequenceKey: [String], maximumFormat: Int) -> StoredAssertion? {
    content.withLock { content in
      content.assertions.filter { $0.type == type.rawValue && $0.key.dropLast() == sequenceKey[...] }
        .max { (Int($0.key.last ?? "") ?? 0) < (Int($1.key.last ?? "") ?? 0) }
    }
  }
}
