public import Snap
internal import State
public import Time

/// What an update would bring, and why it is not made by itself: `snap refresh --list --explain`. The reference has
/// nothing of the kind.
public struct RefreshExplanation: Equatable, Sendable {
  /// Why an update is not made now.
  public enum Obstacle: Equatable, Sendable {
    /// All updates are held.
    case systemHold(until: HoldTime)
    /// A person holds this snap.
    case hold(until: Timestamp, isGeneral: Bool)
    /// Another snap, or the snap itself, holds it.
    case heldBySnap(String, until: Timestamp)
    /// It failed before and is left alone for a while.
    case backOff(until: Timestamp, failures: Int, reason: String)
    /// Its own program failed: it is left alone until the store has another revision.
    case avoided(reason: String)
    case runningApps([String], until: Timestamp)
    /// The connection is paid for by volume.
    case metered
    /// Validation sets want another revision.
    case validationSets([String])
    case schedule(next: Timestamp)
    /// A snap manages the updates of the machine.
    case managed
    case offline
  }

  /// A permission that comes with an update without anybody being asked.
  public struct Permission: Hashable, Sendable {
    public var plug: String
    public var interface: String
    /// What the interface is for.
    public var summary: String

    public init(plug: String, interface: String, summary: String = "") {
      self.plug = plug
      self.interface = interface
      self.summary = summary
    }
  }

  /// Who vouches for it, when that is somebody else than before.
  public struct Change: Hashable, Sendable {
    public var from: String
    public var to: String

    public init(from: String, to: String) {
      self.from = from
      self.to = to
    }
  }

  public var update: AvailableUpdate
  public var installed: RefreshableSnap
  /// What is downloaded: the delta when there is one; bytes.
  public var downloadSize: Int64
  public var permissions: [Permission]
  /// Nil when it is the same, or when one of the two is not known.
  public var publisher: Change?
  /// The key that signed the revision, the same.
  public var key: Change?
  /// In the order in which they would have to go.
  public var obstacles: [Obstacle]
}

/// What explanations need of interfaces and assertions; wired by the overlord.
public protocol RefreshInsight: Sendable {
  /// The plugs that would be connected by themselves after an update, and that the installed revision does not have (or
  /// has for another interface).
  ///
  /// - Parameter metadata: `snap.yaml` of the new revision.
  func newPermissions(of instance: InstanceName, metadata: String) -> [RefreshExplanation.Permission]
  /// The account that published what is installed.
  func publisher(of instance: InstanceName) -> (id: String, name: String)?
  /// The key that signed what is installed, and the one that signed an update.
  func signingKeys(of update: AvailableUpdate) -> (installed: String?, update: String?)
  /// The validation sets that want another revision than an update's.
  func validationSets(against update: AvailableUpdate) -> [String]
}

extension RefreshManager {
  /// Asks the stores for updates, and says of each what it would bring and what holds it. Nothing is started.
  public func explain(_ insight: any RefreshInsight) throws -> [RefreshExplanation] {
    let found = try snaps.findUpdates(of: nil, reason: .asked, withMetadata: true)
    let installed = store.read { snaps.refreshable(in: $0) }
    return try found.updates.compactMap { update in
      guard let snap = installed.first(where: { $0.instance == update.instance }) else { return nil }
      return try explain(update, over: snap, insight)
    }
  }

  /// Asks the stores for updates of all snaps, and keeps what they say: `snap refresh --list`.
  public func listUpdates() throws -> [AvailableUpdate] {
    let found = try snaps.findUpdates(of: nil, reason: .asked, withMetadata: false)
    try store.write { $0.keepCandidates(found.updates, of: nil) }
    return found.updates
  }

  private func explain(
    _ update: AvailableUpdate, over snap: RefreshableSnap, _ insight: any RefreshInsight
  ) throws -> RefreshExplanation {
    let keys = insight.signingKeys(of: update)
    return RefreshExplanation(
      update: update, installed: snap,
      downloadSize: update.deltaSize.map { min($0, update.size) } ?? update.size,
      permissions: update.metadata.map { insight.newPermissions(of: update.instance, metadata: $0) } ?? [],
      publisher: publisherChange(update, insight),
      key: keys.installed.flatMap { old in
        keys.update.flatMap { $0 == old ? nil : RefreshExplanation.Change(from: old, to: $0) }
      },
      obstacles: try obstacles(to: update, over: snap, insight))
  }

  private func publisherChange(
    _ update: AvailableUpdate, _ insight: any RefreshInsight
  ) -> RefreshExplanation.Change? {
    guard let new = update.publisher, let old = insight.publisher(of: update.instance), old.id != new.id else {
      return nil
    }
    return RefreshExplanation.Change(from: old.name, to: new.username.isEmpty ? new.id : new.username)
  }

  private func obstacles(
    to update: AvailableUpdate, over snap: RefreshableSnap, _ insight: any RefreshInsight
  ) throws -> [RefreshExplanation.Obstacle] {
    let settings = self.settings
    let summary = self.summary
    var result: [RefreshExplanation.Obstacle] = []
    if settings.isOffline { result.append(.offline) }
    if settings.timer == .managed { result.append(.managed) }
    let now = store.read { $0.now }
    if let hold = summary.hold, hold.timestamp > now { result.append(.systemHold(until: hold)) }
    let sets = insight.validationSets(against: update)
    if !sets.isEmpty { result.append(.validationSets(sets)) }
    store.read { state in
      let holds = state[holds: update.instance]
      for holder in state.holders(of: update.instance, against: .automatic, lastRefresh: snap.lastRefresh) {
        guard let hold = holds[holder] else { continue }
        result.append(
          holder == RefreshHold.person
            ? .hold(until: hold.until, isGeneral: hold.level == .general) : .heldBySnap(holder, until: hold.until))
      }
      if let failure = state[refreshFailure: update.instance], failure.blocks(update.revision, at: now) {
        result.append(
          failure.nextAttempt.map { .backOff(until: $0, failures: failure.count, reason: failure.reason) }
            ?? .avoided(reason: failure.reason))
      }
    }
    if let busy = try snaps.busy(update.instance, longest: settings.longestInhibition) {
      result.append(.runningApps(busy.apps, until: now + busy.timeRemaining))
    }
    if settings.holdsWhenMetered, surroundings.isMetered() { result.append(.metered) }
    if let next = summary.next, next > now { result.append(.schedule(next: next)) }
    return result
  }
}
