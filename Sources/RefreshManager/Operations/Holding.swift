public import Snap
public import State
public import Time

/// Holding updates of snaps, and letting them go. Source: `spec/engine.md` §5; texts are the reference's.
extension RefreshManager {
  /// A person holds snaps: `snap refresh --hold NAMES`.
  ///
  /// - Returns: the change, which is done already.
  /// - Throws: ``HoldRefusal``.
  public func hold(
    _ names: [InstanceName], until: HoldTime, level: RefreshHold.Level
  ) throws -> ChangeID {
    let what = level == .general ? "general refreshes" : "auto-refreshes"
    return try store.write(durable: true) { state in
      try refuseUnknown(names, in: state)
      let change = Self.changeThatIsDone(
        kind: "hold-snap", summary: "Hold \(what) for \(Self.quoted(names))", names, &state)
      for name in names {
        let before = state[holds: name][RefreshHold.person]
        state[holds: name][RefreshHold.person] = RefreshHold(
          firstHeld: before.map { $0.until > state.now ? $0.firstHeld : state.now } ?? state.now,
          until: until.timestamp, level: level)
      }
      return change
    }
  }

  /// A person lets snaps go: `snap refresh --unhold NAMES`.
  public func unhold(_ names: [InstanceName]) throws -> ChangeID {
    try store.write(durable: true) { state in
      try refuseUnknown(names, in: state)
      let change = Self.changeThatIsDone(
        kind: "unhold-snap", summary: "Remove refresh hold on \(Self.quoted(names))", names, &state)
      for name in names { state[holds: name][RefreshHold.person] = nil }
      return change
    }
  }

  /// The holds on snaps that exist at this moment, for who lists them: the person's, and the longest of snaps.
  public static func shownHolds(
    on instance: InstanceName, in state: State
  ) -> (person: Timestamp?, snaps: Timestamp?) {
    let holds = state[holds: instance].filter { $0.value.until > state.now }
    return (holds[RefreshHold.person]?.until, holds.filter { $0.key != RefreshHold.person }.map(\.value.until).max())
  }

  /// Holds of a snap that is removed go with it, those that it made too.
  public static func forget(_ instance: InstanceName, in state: inout State) {
    state[holds: instance] = [:]
    for (key, holders) in state.all(.holds) where holders[instance.description] != nil {
      guard let held = try? InstanceName(key) else { continue }
      state[holds: held][instance.description] = nil
    }
    state[candidate: instance] = nil
    state[refreshFailure: instance] = nil
  }

  private func refuseUnknown(_ names: [InstanceName], in state: State) throws {
    for name in names where !snaps.isInstalled(name, in: state) { throw HoldRefusal.notInstalled(name) }
  }

  private static func quoted(_ names: [InstanceName]) -> String {
    names.map { "\"\($0)\"" }.joined(separator: ", ")
  }

  /// A change with nothing to do: clients wait for one.
  private static func changeThatIsDone(
    kind: String, summary: String, _ names: [InstanceName], _ state: inout State
  ) -> ChangeID {
    let change = state.newChange(kind: kind, summary: summary)
    state.setChangeData(["snap-names": names.map(\.description)], "api-data", of: change)
    state.setStatus(.done, ofChange: change)
    return change
  }
}

/// Why a hold is not made.
public enum HoldRefusal: Error, Equatable, Sendable, CustomStringConvertible {
  case notInstalled(InstanceName)
  /// Why, of each snap that could not be held.
  case tooLong(by: InstanceName, [String])

  public var description: String {
    switch self {
    case .notInstalled(let snap): "snap \"\(snap)\" is not installed"
    case .tooLong(_, let reasons):
      "cannot hold some snaps:" + reasons.map { "\n - \($0)" }.joined()
    }
  }
}
