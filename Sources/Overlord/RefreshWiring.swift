internal import ConfigurationManager
internal import Host
internal import InterfaceManager
internal import Interfaces
internal import Linux
internal import RefreshManager
internal import SessionAgents
internal import Snap
internal import SnapManager
public import State
internal import StoreProtocol
internal import Time
internal import ValidationSets

/// Options as automatic updates know them.
struct OptionsOfRefreshes: RefreshConfiguration {
  func settings(in state: State) -> RefreshSettings {
    let options = RefreshOptions(in: state)
    var settings = RefreshSettings()
    switch (options.timer, options.schedule) {
    case ("managed", _), ("", "managed"): settings.timer = .managed
    case ("", ""): settings.timer = .preset
    case ("", let schedule): settings.timer = .schedule(schedule)
    case (let timer, _): settings.timer = .timer(timer)
    }
    settings.hold = HoldTime(options.hold)
    settings.holdsWhenMetered = options.holdsWhenMetered
    settings.isOffline = options.isOffline
    settings.longestInhibition = .seconds(options.maxInhibitionDays * 86400 - 1)
    settings.asksHooks = options.asksHooks
    return settings
  }

  func forgetHold(in state: inout State) { RefreshOptions.forgetHold(in: &state) }
}

/// Snaps as automatic updates know them.
struct SnapsOfRefreshes: RefreshingSnaps {
  let directories: Directories
  /// Not owned: the overlord has both.
  unowned let snaps: SnapManager
  unowned let interfaces: InterfaceManager
  let limits: RefreshLimitsOfSnaps
  /// Told of what went wrong by the way.
  let report: @Sendable (String) -> Void

  func refreshable(in state: State) -> [RefreshableSnap] {
    state.all(RecordKind<SnapState>.snaps).compactMap { key, record in
      guard let instance = try? InstanceName(key), let id = record.snapID else { return nil }
      return RefreshableSnap(
        instance: instance, snapID: id, revision: record.current, type: record.type, base: record.base,
        lastRefresh: record.lastRefresh.map { Timestamp(seconds: $0) }, isActive: record.active)
    }
  }

  func isInstalled(_ instance: InstanceName, in state: State) -> Bool { state[snap: instance] != nil }

  func hasStore() -> Bool { (try? !snaps.snapStore.names().isEmpty) ?? false }

  func findUpdates(
    of names: Set<InstanceName>?, reason: RefreshReason, withMetadata: Bool
  ) throws -> any FoundUpdates {
    guard names?.isEmpty != true else { return NoUpdates() }
    var request = StoreRefreshRequest(names?.sorted() ?? [])
    request.isAutomatic = reason == .scheduled
    request.isManaged = canManageRefreshes()
    do {
      // Sets that are followed move on with an update of everything.
      if names == nil, reason == .scheduled { try limits.moveSets(report) }
      try limits.apply(to: &request)
      // Who wants to know is told of what is held too.
      if reason == .asked { request.skipped = [] }
      return UpdatesOfStores(snaps: snaps, found: try snaps.findRefreshes(request))
    } catch let refusal as StoreRefusal {
      throw refusal
    } catch let refusal as Refusal {
      throw refusal
    } catch let refusal as ValidationSetRefusal {
      throw refusal
    } catch {
      throw RefreshNetworkError("\(error)")
    }
  }

  func inhibit(_ instance: InstanceName, longest: Duration) throws -> BusySnap? {
    try busySnap(instance, remembers: true)
  }

  func busy(_ instance: InstanceName, longest: Duration) throws -> BusySnap? {
    try busySnap(instance, remembers: false)
  }

  private func busySnap(_ instance: InstanceName, remembers: Bool) throws -> BusySnap? {
    guard let obstacle = try snaps.refreshObstacle(of: instance, remembers: remembers) else { return nil }
    let entry = try obstacle.apps.map { "\(instance)_\($0)" }.first {
      try Files.status("\(directories.desktopFiles)/\($0).desktop") != nil
    }
    return BusySnap(
      instance: instance, apps: obstacle.apps,
      timeRemaining: Timestamp(seconds: obstacle.proceeds) - StateClock.system.now(), desktopEntry: entry)
  }

  func preDownload(_ instance: InstanceName, _ revision: Revision, in context: TaskContext) async throws {
    try snaps.preDownload(instance, revision, in: context)
  }

  func tellPending(_ busy: BusySnap) {
    snaps.userServices.tell(
      PendingRefresh(
        instanceName: busy.instance.description, timeRemaining: busy.timeRemaining.nanoseconds,
        busyAppName: busy.apps.first, busyAppDesktopEntry: busy.desktopEntry))
  }

  func tellFinished(_ instance: InstanceName) {
    snaps.userServices.tell(FinishedRefresh(instanceName: instance.description))
  }

  func canManageRefreshes() -> Bool {
    MachineOfOptions(directories: directories, snaps: snaps, interfaces: interfaces).managesRefreshes()
  }

  func gating(_ updates: [AvailableUpdate], in state: State) -> [InstanceName: [InstanceName]] {
    let names = Set(updates.map(\.instance))
    var gating: [InstanceName: [InstanceName]] = [:]
    for (key, record) in state.all(RecordKind<SnapState>.snaps) where record.active {
      guard let instance = try? InstanceName(key), let info = try? snaps.info(of: instance, record.current),
        info.hooks.contains(where: { $0.name.description == "gate-auto-refresh" })
      else { continue }
      var needed: Set<InstanceName> = [instance]
      if let base = try? InstanceName(record.base ?? "core") { needed.insert(base) }
      for connection in interfaces.current.connected(of: instance)
      where connection.plug.interface == "content" && connection.plug.snap.instance == instance {
        needed.insert(connection.slot.snap.instance)
      }
      let affecting = needed.intersection(names).sorted()
      if !affecting.isEmpty { gating[instance] = affecting }
    }
    return gating
  }

  func addGate(of instance: InstanceName, to change: ChangeID, in state: inout State) throws -> TaskID {
    try snaps.addHook("gate-auto-refresh", of: instance, ignoreError: true, to: change, in: &state)
  }

  /// A snap's tasks are told by the lane of the one that links its new revision; what failed in that lane decides.
  func outcomes(of change: ChangeID, in state: State) -> [RefreshOutcome] {
    let tasks = state.tasks(of: change)
    return tasks.compactMap { link in
      guard link.kind == "link-snap", let setup = try? link.input(as: SnapSetup.self) else { return nil }
      let own = tasks.filter { !Set($0.lanes).isDisjoint(with: link.lanes) }
      let result: RefreshOutcome.Result
      if let failed = own.first(where: { $0.status == .error }) {
        let reason = failed.log.last { $0.level == .error }?.message ?? failed.summary
        // Hooks before the new revision is linked are the old one's.
        let isAfter = ["run-hook", "start-snap-services"].contains(failed.kind) && failed.id > link.id
        result = isAfter ? .failedByItself(reason) : .failed(reason)
      } else {
        result = link.status == .done ? .done : .givenUp
      }
      return RefreshOutcome(instance: setup.instance, revision: setup.revision, result: result)
    }
  }
}

/// What stores have.
private struct UpdatesOfStores: FoundUpdates {
  unowned let snaps: SnapManager
  let found: FoundRefreshes

  var updates: [AvailableUpdate] {
    found.found.map { found in
      let (snap, publisher) = (found.snap, found.snap.publisher)
      return AvailableUpdate(
        instance: found.instance, snapID: snap.snapID, revision: found.revision, version: snap.version, type: snap.type,
        base: snap.base.isEmpty ? nil : snap.base, channel: found.channel, size: snap.download.size,
        deltaSize: found.deltaSize,
        publisher: publisher.id.isEmpty
          ? nil
          : AvailableUpdate.Publisher(
            id: publisher.id, username: publisher.username, displayName: publisher.displayName,
            validation: publisher.validation),
        sha3: snap.download.sha3_384, metadata: snap.snapYAML.isEmpty ? nil : snap.snapYAML)
    }
  }

  func start(
    _ chosen: [InstanceName], _ start: RefreshStart,
    with mutation: @escaping @Sendable (inout State, ChangeID) -> Void
  ) throws -> ChangeID? {
    try snaps.refresh(found, Set(chosen), change: (start.kind, start.summary), with: mutation).change
  }

  func addition(of chosen: [InstanceName], to change: ChangeID) throws -> (@Sendable (inout State) throws -> Void)? {
    try snaps.addition(of: found, Set(chosen), to: change)
  }
}

/// Nothing was asked for.
private struct NoUpdates: FoundUpdates {
  var updates: [AvailableUpdate] { [] }
  func start(
    _ chosen: [InstanceName], _ start: RefreshStart,
    with mutation: @escaping @Sendable (inout State, ChangeID) -> Void
  ) -> ChangeID? { nil }
  func addition(of chosen: [InstanceName], to change: ChangeID) -> (@Sendable (inout State) throws -> Void)? { nil }
}

extension Overlord {
  /// Holds everything that happens by itself until a time (`forever`, or RFC 3339), or no longer.
  ///
  /// - Returns: the change, which is done already. Texts are the reference's.
  public func holdRefreshes(_ until: String?) throws -> ChangeID {
    try store.write(durable: true) { state in
      let change = state.newChange(
        kind: until == nil ? "unhold-snap" : "hold-snap",
        summary: until == nil ? "Remove auto-refresh hold on all snaps" : "Hold auto-refreshes for all snaps")
      RefreshOptions.setHold(until, in: &state)
      state.setStatus(.done, ofChange: change)
      return change
    }
  }
}
