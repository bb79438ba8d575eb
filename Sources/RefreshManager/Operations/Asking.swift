internal import Snap
internal import State
internal import Time

/// Asking what there is, without updating anything: `refresh-candidates` for who shows them, and the catalogue.
extension RefreshManager {
  /// Asks once a day where updates are made more rarely. Source: `spec/engine.md` §5, "Refresh hints".
  func askIfDue() throws {
    let (now, times) = store.read { ($0.now, $0.refreshTimes) }
    let last = [times.lastRefresh, times.lastHints].compactMap { $0 }.max()
    guard last.map({ $0 + RefreshLimits.hintsInterval < now }) ?? (RefreshSchedule.hold(holdInputs) == nil) else {
      return
    }
    // Whether it succeeds or not: stores are not asked again at once.
    try store.write { $0.refreshTimes.lastHints = $0.now }
    let found = try snaps.findUpdates(of: nil, reason: .scheduled, withMetadata: false)
    try store.write { $0.keepCandidates(found.updates, of: nil) }
  }

  private var holdInputs: RefreshSchedule.Inputs {
    let (now, times) = store.read { ($0.now, $0.refreshTimes) }
    return RefreshSchedule.Inputs(
      now: now, settings: settings, times: times, zone: surroundings.zone, random: surroundings.random)
  }

  /// Fetches the catalogue once a day and at a random time.
  func fetchCatalogueIfDue() throws {
    guard let catalogue else { return }
    let (now, times) = store.read { ($0.now, $0.refreshTimes) }
    guard times.nextCatalogue.map({ $0 <= now }) ?? true else { return }
    let pause =
      RefreshLimits.catalogueInterval
      + .seconds(surroundings.random(RefreshLimits.catalogueSpread.components.seconds))
    try store.write { $0.refreshTimes.nextCatalogue = $0.now + pause }
    try catalogue.refresh()
  }
}
