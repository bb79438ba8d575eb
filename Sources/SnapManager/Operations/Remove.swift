public import Snap
public import State

extension SnapManager {
  /// Starts the removal of snaps, or of one inactive revision of one snap.
  ///
  /// - Parameters:
  ///   - terminate: whether running processes of the snaps are killed first.
  public func remove(
    _ instances: [InstanceName], revision: Revision? = nil, terminate: Bool = false
  ) throws -> ChangeID {
    var instances = instances
    for (index, name) in instances.enumerated().reversed() where instances[..<index].contains(name) {
      instances.remove(at: index)
    }
    let change = try store.write(durable: true) { [instances] state in
      try state.refuseConflicts(with: instances)
      for instance in instances { try refuseRemoval(of: instance, revision, removing: instances, state) }
      let quoted = instances.map { "\"\($0)\"" }.joined(separator: ", ")
      let change = state.newChange(
        kind: "remove-snap",
        summary: instances.count == 1
          ? "Remove \(quoted) snap" + (revision.map { " (revision \($0))" } ?? "") : "Remove snaps \(quoted)")
      // A base goes when all that runs on it has gone.
      let (bases, others) = (
        instances.filter { state[snap: $0]?.type.isBase == true },
        instances.filter { state[snap: $0]?.type.isBase != true }
      )
      var last: [TaskID] = []
      for instance in others + bases {
        guard let installed = state[snap: instance] else { continue }
        let chain = try addRemoveTasks(instance, installed, revision, terminate: terminate, to: change, &state)
        if installed.type.isBase {
          if let first = chain.first { for task in last { state.wait(first, for: task) } }
        } else if let end = chain.last {
          last.append(end)
        }
      }
      state.setChangeData(instances.map(\.description), State.affectedSnaps, of: change)
      return change
    }
    runner.ensure()
    return change
  }

  private func refuseRemoval(
    of instance: InstanceName, _ revision: Revision?, removing: [InstanceName], _ state: State
  ) throws(Refusal) {
    guard let installed = state[snap: instance] else { throw .notInstalled(instance) }
    if let revision {
      guard installed.has(revision) else { throw .revisionMissing(instance, revision) }
      guard revision != installed.current || !installed.active || installed.sequence.count == 1 else {
        throw .cannotRemoveActive(instance, revision)
      }
    }
    guard revision == nil || installed.sequence.count == 1 else { return }
    if installed.type == .snapd, state.all(.snaps).count > 1 { throw .snapdInUse(instance) }
    guard installed.type.isBase else { return }
    let users = (state.users(of: instance) + state.snapsComing(to: instance)).filter { !removing.contains($0) }
    guard users.isEmpty else { throw .inUse(instance, by: Set(users).sorted { $0.description < $1.description }) }
  }

  private func addRemoveTasks(
    _ instance: InstanceName, _ installed: SnapState, _ revision: Revision?, terminate: Bool, to change: ChangeID,
    _ state: inout State
  ) throws -> TaskChain {
    let setup = SnapSetup(
      instance: instance, revision: revision ?? installed.current, type: installed.type, base: installed.base,
      flags: installed.flags, ignoreRunning: true, purpose: .remove)
    var chain = TaskChain(change: change, lane: state.newLane(), setup: setup)
    let removesAll = revision == nil || installed.sequence.count == 1
    if removesAll {
      if installed.active {
        try chain.add(StopSnapServices.self, "Stop snap \(chain.quoted) services", &state)
        try chain.addHook("remove", ignoreError: true, &state)
        chain.append(try connections.addAutoDisconnect(for: instance, to: change, in: &state), &state)
      }
      if terminate { try chain.add(KillSnapApps.self, "Kill running snap \(chain.quoted) apps", &state) }
      if installed.active {
        try chain.add(RemoveAliases.self, "Remove aliases for snap \(chain.quoted)", &state)
        try chain.add(UnlinkSnap.self, "Make snap \(chain.quoted) unavailable to the system", &state)
        try chain.add(RemoveProfiles.self, "Remove security profile for snap \(chain.named)", &state)
      }
    }
    // Newest first, the current one last: what is left at any moment is a snap that could still be enabled.
    let others = installed.sequence.map(\.revision).filter { $0 != installed.current }.reversed()
    for gone in removesAll ? others + [installed.current] : [setup.revision] {
      try chain.add(ClearSnap.self, at: gone, "Remove data for snap \(chain.quoted) (\(gone))", &state)
      try chain.add(DiscardSnap.self, at: gone, "Remove snap \(chain.quoted) (\(gone)) from the system", &state)
    }
    if removesAll {
      chain.append(try connections.addDiscardConnections(of: instance, to: change, in: &state), &state)
    }
    return chain
  }
}

extension State {
  /// The installed snaps that run on a base.
  func users(of base: InstanceName) -> [InstanceName] {
    all(.snaps).compactMap { key, snap in
      let setup = SnapSetup(
        instance: base, revision: snap.current, type: snap.type, base: snap.base, purpose: .install)
      return setup.requiredBase == base ? try? InstanceName(key) : nil
    }
  }
}
