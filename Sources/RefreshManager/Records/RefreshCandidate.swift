public import Snap
public import State

/// An update that a store was found to have and that is not made yet: the reference's `refresh-candidates`.
public struct RefreshCandidate: Codable, Equatable, Sendable {
  public var revision: Revision
  public var version: String
  public var channel: String
  public var type: SnapType
  public var base: String?
  public var size: Int64
  /// Whether it waits for running apps to be closed, and is made when they are.
  public var isMonitored: Bool

  enum CodingKeys: String, CodingKey {
    case revision, version, channel, type, base, size
    case isMonitored = "monitored"
  }

  public init(_ update: AvailableUpdate, isMonitored: Bool = false) {
    revision = update.revision
    version = update.version
    channel = update.channel
    type = update.type
    base = update.base
    size = update.size
    self.isMonitored = isMonitored
  }
}

extension RecordKind where Value == RefreshCandidate {
  /// By instance name.
  public static let refreshCandidates = RecordKind<RefreshCandidate>("refresh-candidates")
}

extension State {
  /// What is known to be available for a snap.
  public subscript(candidate instance: InstanceName) -> RefreshCandidate? {
    get { self[.refreshCandidates, instance.description] }
    set { self[.refreshCandidates, instance.description] = newValue }
  }

  /// Takes what a store said of all snaps (or of some) for what is known.
  mutating func keepCandidates(_ updates: [AvailableUpdate], of asked: Set<InstanceName>?) {
    let found = Set(updates.map(\.instance.description))
    for key in keys(.refreshCandidates) where !found.contains(key) {
      guard let instance = try? InstanceName(key), asked?.contains(instance) ?? true else { continue }
      self[.refreshCandidates, key] = nil
    }
    for update in updates {
      let isMonitored = self[candidate: update.instance]?.isMonitored ?? false
      self[candidate: update.instance] = RefreshCandidate(update, isMonitored: isMonitored)
    }
  }
}
