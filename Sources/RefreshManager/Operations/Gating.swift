public import Snap
public import State

/// Snaps that have a say in updates that concern them (`experimental.gate-auto-refresh-hook`). Source:
/// `spec/engine.md` §5, "Gating".
extension RefreshManager {
  private static let gatingKey = "gating"

  /// Starts a change in which these snaps are asked, and what they do not hold is updated.
  ///
  /// - Returns: whether there is anybody to ask.
  func askSnaps(_ updates: [AvailableUpdate]) throws -> Bool {
    let change = try store.write(durable: true) { state -> ChangeID? in
      let gating = snaps.gating(updates, in: state)
      guard !gating.isEmpty else { return nil }
      let names = updates.map(\.instance.description)
      let change = state.newChange(kind: Self.changeKind, summary: Self.summary(of: names))
      let hooks = try gating.keys.sorted().map { try snaps.addGate(of: $0, to: change, in: &state) }
      let last = state.newTask(
        ConditionalAutoRefresh.self, input: ConditionalAutoRefresh.Input(instances: updates.map(\.instance)),
        summary: "Run auto-refresh for ready snaps", in: change)
      state.wait(last, for: hooks)
      let map = gating.map { ($0.key.description, $0.value.map(\.description)) }
      state.setChangeData(Dictionary(uniqueKeysWithValues: map), Self.gatingKey, of: change)
      state.setChangeData(["snap-names": names], "api-data", of: change)
      return change
    }
    if change != nil { runner.ensure() }
    return change != nil
  }

  /// The updates that a snap is asked about in a change.
  public static func affected(by instance: InstanceName, in change: ChangeID, _ state: State) -> [InstanceName] {
    let gating = state.changeData([String: [String]].self, gatingKey, of: change) ?? [:]
    return (gating[instance.description] ?? []).compactMap { try? InstanceName($0) }
  }

  /// A snap lets all go that it holds, outside of the hook: what it held is updated soon.
  public func proceed(_ holder: InstanceName) throws {
    try store.write { state in
      let held = state.all(.holds).filter { $0.value[holder.description] != nil }.compactMap {
        try? InstanceName($0.key)
      }
      Self.proceed(holder, in: &state)
      for instance in held + [holder] { state[candidate: instance]?.isMonitored = true }
    }
  }
}
