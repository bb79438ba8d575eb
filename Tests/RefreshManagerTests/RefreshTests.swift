import Snap
import State
import Testing
import Time

@testable import RefreshManager

private let hour = Duration.seconds(3600)
private let day = hour * 24

@Suite struct RefreshTests {
  private func scene(_ names: [String] = ["aa"]) throws -> (Scene, RefreshManager) {
    let scene = try Scene()
    scene.with { inner in
      inner.snaps = names.map { RefreshableSnap(test: $0) }
      inner.updates = names.map { AvailableUpdate(test: $0) }
    }
    return (scene, scene.makeManager())
  }

  /// A new system waits, updates, and then again by the schedule; nothing while an update is under way.
  @Test func bySchedule() throws {
    let (scene, manager) = try scene()
    try manager.startUp()
    manager.ensure()
    #expect(scene.events() == [])
    #expect(manager.summary.hold != nil)
    scene.advance(hour * 2)
    manager.ensure()
    #expect(scene.events() == ["asked", "Auto-refresh snap \"aa\""])
    scene.advance(day)
    manager.ensure()
    #expect(scene.events().filter { $0 != "asked" } == [])
    try scene.finish([RefreshOutcome(instance: InstanceName(test: "aa"), revision: .store(2), result: .done)])
    scene.with { $0.updates = [] }
    manager.ensure()
    #expect(scene.events() == ["asked"])
    #expect(scene.store.read { $0.refreshTimes.lastRefresh } == scene.with { $0.now })
    #expect(scene.with { $0.problems } == [])
    withExtendedLifetime(manager) {}
  }

  /// An update that somebody asked for counts: the time that was due before it is not kept to as well. What is published
  /// (or held) right after it waits for the next time.
  @Test func aheadOfSchedule() throws {
    let (scene, manager) = try scene()
    scene.with { $0.updates = [] }
    try manager.startUp()
    manager.ensure()
    try manager.refreshNow()
    #expect(scene.events() == ["asked"])
    scene.with { $0.updates = [AvailableUpdate(test: "aa")] }
    scene.advance(.seconds(10))
    manager.ensure()
    #expect(scene.events() == [])
    let next = try #require(manager.summary.next)
    #expect(next > scene.with { $0.now })
    scene.advance(next - scene.with { $0.now })
    manager.ensure()
    #expect(scene.events() == ["asked", "Auto-refresh snap \"aa\""])
    withExtendedLifetime(manager) {}
  }

  /// A store that is away is not asked again and again by who asked for an update, and the next try is told.
  @Test func aheadOfScheduleInVain() throws {
    let (scene, manager) = try scene()
    let start = scene.with { $0.now }
    try scene.store.write { $0.refreshTimes.lastRefresh = start - hour * 12 }
    scene.with { $0.failure = RefreshNetworkError("no route") }
    #expect(throws: RefreshNetworkError.self) { try manager.refreshNow() }
    #expect(manager.summary.next == start + .seconds(20 * 60))
    manager.ensure()
    #expect(scene.events() == ["asked"])
    scene.with { $0.failure = nil }
    scene.advance(.seconds(20 * 60))
    manager.ensure()
    #expect(scene.events() == ["asked", "Auto-refresh snap \"aa\""])
    withExtendedLifetime(manager) {}
  }

  @Test func summaries() {
    #expect(RefreshManager.summary(of: ["aa"]) == "Auto-refresh snap \"aa\"")
    #expect(RefreshManager.summary(of: ["aa", "bb", "cc"]) == "Auto-refresh snaps \"aa\", \"bb\", \"cc\"")
    #expect(RefreshManager.summary(of: ["aa", "bb", "cc", "dd"]) == "Auto-refresh 4 snaps")
  }

  /// What keeps updates from being made, and when they are made all the same.
  @Test(arguments: ["hold", "forever", "metered", "managed", "offline", "snap", "none"])
  func obstacles(obstacle: String) throws {
    let (scene, manager) = try scene()
    let name = InstanceName(test: "aa")
    let start = scene.with { $0.now }
    var holds = true
    try scene.store.write { $0.refreshTimes.lastRefresh = start - day }
    switch obstacle {
    case "hold": scene.with { $0.settings.hold = .until(start + hour) }
    case "forever": scene.with { $0.settings.hold = .forever }
    case "metered":
      scene.with { inner in
        inner.settings.holdsWhenMetered = true
        inner.isMetered = true
      }
    case "managed":
      scene.with { inner in
        inner.settings.timer = .managed
        inner.canManage = true
      }
    case "offline": scene.with { $0.settings.isOffline = true }
    case "snap": _ = try manager.hold([name], until: .until(start + hour), level: .automatic)
    default: holds = false
    }
    manager.ensure()
    #expect(scene.events().contains("Auto-refresh snap \"aa\"") == !holds)
    scene.advance(day * 96)
    manager.ensure()
    let isForGood = ["forever", "managed", "offline", "none"].contains(obstacle)
    let events = scene.events()
    if obstacle == "hold" {
      #expect(events.contains("hold forgotten"))
      scene.advance(day)
      manager.ensure()
      #expect(scene.events().contains("Auto-refresh snap \"aa\""))
    } else {
      #expect(events.contains("Auto-refresh snap \"aa\"") == !isForGood)
    }
  }

  /// A store that cannot be reached is asked again after 20 minutes; one that answers badly, at the next time.
  @Test func failures() throws {
    let (scene, manager) = try scene()
    try scene.store.write { $0.refreshTimes.lastRefresh = $0.now - hour * 7 }
    scene.with { $0.failure = RefreshNetworkError("no route") }
    manager.ensure()
    #expect(scene.events().first == "asked")
    #expect(scene.with { $0.problems.first } == "cannot update snaps: no route")
    scene.advance(.seconds(19 * 60))
    manager.ensure()
    #expect(scene.events() == [])
    scene.with { $0.failure = nil }
    scene.advance(.seconds(61))
    manager.ensure()
    #expect(scene.events() == ["asked", "Auto-refresh snap \"aa\""])
  }

  /// A revision that failed is left alone ever longer; one whose own program failed, until there is another.
  @Test(arguments: [false, true])
  func backOff(isByItself: Bool) throws {
    let (scene, manager) = try scene(["aa", "bb"])
    let name = InstanceName(test: "aa")
    try scene.store.write { $0.refreshTimes.lastRefresh = $0.now - day }
    let outcomes = [
      RefreshOutcome(
        instance: name, revision: .store(2), result: isByItself ? .failedByItself("hook") : .failed("disk")),
      RefreshOutcome(instance: InstanceName(test: "bb"), revision: .store(2), result: .done),
    ]
    try manager.refreshNow()
    #expect(scene.events().last == "Auto-refresh snaps \"aa\", \"bb\"")
    try scene.finish(outcomes)
    scene.with { $0.updates = [AvailableUpdate(test: "aa")] }
    try manager.refreshNow()
    #expect(scene.events() == ["asked"])
    #expect(scene.store.read { $0[refreshFailure: name]?.count } == 1)
    #expect(scene.store.read { $0[candidate: InstanceName(test: "bb")] } == nil)
    scene.advance(hour * 8 + .seconds(1))
    try manager.refreshNow()
    #expect(scene.events().contains("Auto-refresh snap \"aa\"") == !isByItself)
    if !isByItself {
      try scene.finish(outcomes)
      scene.advance(hour * 9)
      try manager.refreshNow()
      #expect(scene.events() == ["asked"])
      #expect(scene.store.read { $0[refreshFailure: name]?.count } == 2)
    }
    scene.with { $0.updates = [AvailableUpdate(test: "aa", 3)] }
    try manager.refreshNow()
    #expect(scene.events().last == "Auto-refresh snap \"aa\"")
    try scene.finish([RefreshOutcome(instance: name, revision: .store(3), result: .done)])
    try manager.refreshNow()
    #expect(scene.store.read { $0[refreshFailure: name] } == nil)
  }

  /// Apps that run put an update off; it is downloaded meanwhile, people are told, and it goes on when they end.
  @Test func inhibited() async throws {
    let (scene, manager) = try scene(["aa", "bb"])
    let name = InstanceName(test: "aa")
    scene.with { $0.busy = [name: ["app"]] }
    try scene.store.write { $0.refreshTimes.lastRefresh = $0.now - day }
    scene.runner.start()
    try manager.refreshNow()
    let change = try #require(scene.store.read { $0.changes.first { $0.kind == "pre-download" } })
    #expect(change.summary == "Pre-download \"aa\" for auto-refresh")
    #expect(
      scene.store.read { $0.tasks(of: change.id).map(\.summary) }
        == ["Pre-download snap \"aa\" (2) from channel \"latest/stable\""])
    #expect(await scene.runner.awaitChange(change.id) == .done)
    let events = scene.events()
    #expect(Set(events) == ["asked", "Auto-refresh snap \"bb\"", "download aa 2", "pending aa \(14 * 86400 - 1)"])
    try scene.finish([RefreshOutcome(instance: InstanceName(test: "bb"), revision: .store(2), result: .done)])
    manager.ensure()
    #expect(scene.events() == [])
    scene.with { $0.busy = [:] }
    manager.ensure()
    #expect(scene.events() == ["asked", "Auto-refresh snap \"aa\""])
    try scene.finish([RefreshOutcome(instance: name, revision: .store(2), result: .done)])
    scene.with { $0.updates = [] }
    manager.ensure()
    #expect(scene.events().first == "finished aa")
    #expect(scene.store.read { $0.all(.refreshCandidates).isEmpty })
    await scene.runner.stop()
  }

  @Test func holds() throws {
    let (scene, manager) = try scene(["aa", "bb"])
    let (one, two) = (InstanceName(test: "aa"), InstanceName(test: "bb"))
    let now = scene.with { $0.now }
    #expect(throws: HoldRefusal.notInstalled(InstanceName(test: "zz"))) {
      try manager.hold([InstanceName(test: "zz")], until: .forever, level: .general)
    }
    let change = try manager.hold([one, two], until: .forever, level: .general)
    #expect(scene.store.read { $0.change(change)?.summary } == "Hold general refreshes for \"aa\", \"bb\"")
    #expect(scene.store.read { $0.status(of: change) } == .done)
    #expect(scene.store.read { $0.holders(of: one, against: .general, lastRefresh: nil) } == ["system"])
    _ = try manager.unhold([one])
    #expect(scene.store.read { $0[holds: one].isEmpty })
    // Snaps: themselves for 90 days, others for two days in all.
    try scene.store.write { state in
      let left = try RefreshManager.hold([one, two], by: one, lastRefreshes: [:], in: &state)
      #expect(left == .seconds(48 * 3600))
      #expect(RefreshManager.shownHolds(on: one, in: state).snaps == now + day * 90)
    }
    #expect(throws: HoldRefusal.self) {
      try scene.store.write { try RefreshManager.hold([two], by: one, for: day * 3, lastRefreshes: [:], in: &$0) }
    }
    scene.advance(day * 2)
    do {
      _ = try scene.store.write { try RefreshManager.hold([two], by: one, lastRefreshes: [:], in: &$0) }
    } catch {
      #expect(
        "\(error)"
          == "cannot hold some snaps:\n - snap \"aa\" cannot hold snap \"bb\" anymore, maximum refresh postponement exceeded"
      )
    }
    #expect(scene.store.read { $0.holders(of: two, against: .automatic, lastRefresh: nil) } == ["system"])
    // What was not updated for too long is held by people alone.
    #expect(scene.store.read { $0.holders(of: one, against: .automatic, lastRefresh: now) } == ["aa"])
    #expect(scene.store.read { $0.holders(of: one, against: .automatic, lastRefresh: now - day * 95) } == [])
    try scene.store.write { RefreshManager.proceed(one, in: &$0) }
    #expect(scene.store.read { $0[holds: one].isEmpty })
    try scene.store.write { RefreshManager.forget(two, in: &$0) }
    #expect(scene.store.read { $0.all(.holds).isEmpty })
  }

  /// Snaps that have a say are asked first; what they hold is left out.
  @Test(arguments: [true, false]) func gates(hold: Bool) async throws {
    let (scene, manager) = try scene()
    scene.with { inner in
      inner.settings.asksHooks = true
      inner.gates = [InstanceName(test: "gate")]
      inner.gatesHold = hold
    }
    scene.runner.start()
    try manager.refreshNow()
    let change = try #require(scene.store.read { $0.changes.first { $0.kind == "auto-refresh" } })
    #expect(await scene.runner.awaitChange(change.id) == .done)
    #expect(
      scene.store.read { $0.tasks(of: change.id).map(\.kind.rawValue) } == ["test-gate", "conditional-auto-refresh"])
    #expect(scene.events().contains("added aa") == !hold)
    await scene.runner.stop()
  }

  private struct Insight: RefreshInsight {
    func newPermissions(of instance: InstanceName, metadata: String) -> [RefreshExplanation.Permission] {
      [RefreshExplanation.Permission(plug: metadata, interface: "network")]
    }
    func publisher(of instance: InstanceName) -> (id: String, name: String)? { ("dev-1", "old") }
    func signingKeys(of update: AvailableUpdate) -> (installed: String?, update: String?) { ("k1", "k1") }
    func validationSets(against update: AvailableUpdate) -> [String] { [] }
  }

  @Test func explaining() throws {
    let (scene, manager) = try scene()
    let name = InstanceName(test: "aa")
    let now = scene.with { $0.now }
    try scene.store.write { state in
      state.refreshTimes.lastRefresh = now
      state[refreshFailure: name] = RefreshFailure(
        revision: .store(2), lastFailure: now, isByItself: true, reason: "hook failed")
    }
    scene.with { inner in
      inner.updates = [AvailableUpdate(test: "aa", 2, size: 1000, deltaSize: 100, metadata: "net")]
      inner.busy = [name: ["app"]]
      inner.settings.hold = .forever
      inner.isMetered = true
      inner.settings.holdsWhenMetered = true
    }
    _ = try manager.hold([name], until: .until(now + day), level: .general)
    let explanation = try #require(try manager.explain(Insight()).first)
    #expect(explanation.downloadSize == 100)
    #expect(explanation.permissions.map(\.plug) == ["net"])
    #expect(explanation.publisher == RefreshExplanation.Change(from: "old", to: "dev"))
    #expect(explanation.key == nil)
    let next = try #require(manager.summary.next)
    #expect(
      explanation.obstacles == [
        .systemHold(until: .forever), .hold(until: now + day, isGeneral: true), .avoided(reason: "hook failed"),
        .runningApps(["app"], until: now + .seconds(14 * 86400 - 1)), .metered, .schedule(next: next),
      ])
  }
}
