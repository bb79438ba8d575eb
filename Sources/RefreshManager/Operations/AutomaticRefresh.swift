internal import Snap
internal import State
internal import Time

/// Updating what can be updated. Source: `spec/engine.md` §5; the texts of changes are the reference's.
extension RefreshManager {
  /// Asks the stores for updates of all snaps, and starts those that nothing stands in the way of.
  func refresh() throws {
    let found: any FoundUpdates
    do {
      found = try snaps.findUpdates(of: nil, reason: .scheduled, withMetadata: settings.asksHooks)
    } catch let error as RefreshNetworkError {
      throw error
    } catch {
      // Another try will not be better before the next time.
      try store.write { $0.refreshTimes.lastRefresh = $0.now }
      throw error
    }
    try store.write { state in
      state.refreshTimes.lastRefresh = state.now
      state.keepCandidates(found.updates, of: nil)
    }
    if settings.asksHooks, try askSnaps(found.updates) { return }
    let names = try ready(found.updates).map(\.instance)
    guard !names.isEmpty else { return }
    _ = try found.start(
      names,
      RefreshStart(kind: Self.changeKind) { Self.summary(of: $0.map(\.description)) },
      with: Self.marking(names, isContinued: false))
  }

  /// The updates that nothing stands in the way of. Those that are held or failed before are left out; those that wait
  /// for apps are downloaded meanwhile.
  func ready(_ updates: [AvailableUpdate]) throws -> [AvailableUpdate] {
    let free = store.read { state in
      let lastRefreshes = Dictionary(
        snaps.refreshable(in: state).map { ($0.instance, $0.lastRefresh) }, uniquingKeysWith: { $1 })
      return updates.filter { update in
        let isBlocked = state[refreshFailure: update.instance]?.blocks(update.revision, at: state.now) ?? false
        let isHeld = !state.holders(
          of: update.instance, against: .automatic, lastRefresh: lastRefreshes[update.instance] ?? nil
        ).isEmpty
        return !isBlocked && !isHeld
      }
    }
    var ready: [AvailableUpdate] = []
    var waiting: [(update: AvailableUpdate, busy: BusySnap)] = []
    for update in free {
      if let busy = try snaps.inhibit(update.instance, longest: settings.longestInhibition) {
        waiting.append((update, busy))
      } else {
        ready.append(update)
      }
    }
    if !waiting.isEmpty { try preDownload(waiting) }
    return ready
  }

  /// What the commit that starts an update adds to it.
  private static func marking(
    _ names: [InstanceName], isContinued: Bool
  ) -> @Sendable (inout State, ChangeID) -> Void {
    { state, change in
      state.setChangeData(["snap-names": names.map(\.description)], "api-data", of: change)
      state.setChangeData(isContinued, ChangeKey.isContinued, of: change)
      for name in names { state[candidate: name]?.isMonitored = false }
    }
  }

  /// `Auto-refresh snap "a"`; two or three are named, more are counted.
  static func summary(of names: [String]) -> String {
    switch names.count {
    case 1: "Auto-refresh snap \"\(names[0])\""
    case 2, 3: "Auto-refresh snaps " + names.map { "\"\($0)\"" }.joined(separator: ", ")
    default: "Auto-refresh \(names.count) snaps"
    }
  }

  // MARK: Apps in the way

  private func preDownload(_ waiting: [(update: AvailableUpdate, busy: BusySnap)]) throws {
    let change = try store.write(durable: true) { state -> ChangeID? in
      let isUnderWay = Set(
        state.unreadyChanges.filter { $0.kind == PreDownloadSnap.changeKind }
          .flatMap { state.changeData([String].self, ChangeKey.downloaded, of: $0.id) ?? [] })
      // Who is told already is told again at the end of the next day at the earliest: the schedule sees to that.
      let wanted = waiting.filter { item in
        !isUnderWay.contains(item.update.instance.description)
      }
      guard !wanted.isEmpty else { return nil }
      let names = wanted.map(\.update.instance.description)
      let change = state.newChange(
        kind: PreDownloadSnap.changeKind,
        summary: "Pre-download " + names.map { "\"\($0)\"" }.joined(separator: ", ") + " for auto-refresh")
      for item in wanted {
        let update = item.update
        state[candidate: update.instance]?.isMonitored = true
        let input = PreDownloadSnap.Input(
          instance: update.instance, revision: update.revision, apps: item.busy.apps,
          desktopEntry: item.busy.desktopEntry, deadline: state.now + item.busy.timeRemaining)
        let task = state.newTask(
          PreDownloadSnap.self, input: input,
          summary: "Pre-download snap \"\(update.instance)\" (\(update.revision)) from channel \"\(update.channel)\"",
          in: change)
        state.join(task, state.newLane())
      }
      state.setChangeData(names, ChangeKey.downloaded, of: change)
      state.setChangeData(["snap-names": names], "api-data", of: change)
      return change
    }
    if change != nil { runner.ensure() }
  }

  /// Updates the snaps whose apps have been closed.
  func continueInhibited() throws {
    let waiting = store.read { state -> [InstanceName] in
      guard !state.unreadyChanges.contains(where: { [Self.changeKind, PreDownloadSnap.changeKind].contains($0.kind) })
      else { return [] }
      return state.all(.refreshCandidates).filter(\.value.isMonitored).compactMap { try? InstanceName($0.key) }
    }
    let closed = try waiting.filter { try snaps.busy($0, longest: settings.longestInhibition) == nil }
    guard !closed.isEmpty else { return }
    // Asked for again: what was found may be old by now.
    let found: any FoundUpdates
    do {
      found = try snaps.findUpdates(of: Set(closed), reason: .scheduled, withMetadata: false)
    } catch {
      // The next update by the schedule will find them.
      try store.write { state in for name in closed { state[candidate: name]?.isMonitored = false } }
      throw error
    }
    try store.write { $0.keepCandidates(found.updates, of: Set(closed)) }
    let names = store.read { state in
      found.updates.filter { update in
        !(state[refreshFailure: update.instance]?.blocks(update.revision, at: state.now) ?? false)
          && state.holders(of: update.instance, against: .automatic, lastRefresh: nil).isEmpty
      }.map(\.instance)
    }
    guard !names.isEmpty else {
      try store.write { state in for name in closed { state[candidate: name]?.isMonitored = false } }
      return
    }
    _ = try found.start(
      names,
      RefreshStart(kind: Self.changeKind) { Self.summary(of: $0.map(\.description)) },
      with: Self.marking(names, isContinued: true))
  }
}

/// What is remembered with changes.
enum ChangeKey {
  /// The snaps that are being downloaded; other operations on them are not refused meanwhile (`spec/engine.md` §2,
  /// "Ignored changes").
  static let downloaded = "pre-download-snaps"
  /// Whether it goes on with an update that apps were in the way of.
  static let isContinued = "is-continued-auto-refresh"
  /// Whether its outcome has been taken in.
  static let isSettled = "refresh-settled"
}
