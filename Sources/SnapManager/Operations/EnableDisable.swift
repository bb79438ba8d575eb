public import Snap
public import State

extension SnapManager {
  /// Starts making a disabled snap available again.
  public func enable(_ instance: InstanceName) throws -> ChangeID {
    try change(instance, "enable-snap", "Enable", .enable) { chain, installed, state in
      if installed.active { throw Refusal.alreadyEnabled(instance) }
      try chain.add(PrepareSnap.self, "Prepare snap \(chain.named)", &state)
      try chain.add(SetupProfiles.self, "Setup snap \(chain.named) security profiles", &state)
      try chain.add(LinkSnap.self, "Make snap \(chain.named) available to the system", &state)
      chain.append(try connections.addAutoConnect(for: instance, to: chain.change, in: &state), &state)
      try chain.add(SetupAliases.self, "Setup snap \(chain.quoted) aliases", &state)
      try chain.add(StartSnapServices.self, "Start snap \(chain.named) services", &state)
    }
  }

  /// Starts making a snap unavailable, with its data and revisions kept.
  public func disable(_ instance: InstanceName) throws -> ChangeID {
    try change(instance, "disable-snap", "Disable", .disable) { chain, installed, state in
      if !installed.active { throw Refusal.alreadyDisabled(instance) }
      guard installed.type == .app else {
        throw Refusal.cannotDisable(instance, type: installed.type.description)
      }
      try chain.add(StopSnapServices.self, "Stop snap \(chain.named) services", &state)
      try chain.add(RemoveAliases.self, "Remove aliases for snap \(chain.quoted)", &state)
      try chain.add(UnlinkSnap.self, "Make snap \(chain.named) unavailable to the system", &state)
      try chain.add(RemoveProfiles.self, "Remove security profiles of snap \(chain.quoted)", &state)
    }
  }

  private func change(
    _ instance: InstanceName, _ kind: String, _ verb: String, _ purpose: SnapSetup.Purpose,
    _ layOut: (inout TaskChain, SnapState, inout State) throws -> Void
  ) throws -> ChangeID {
    let change = try store.write(durable: true) { state in
      try state.refuseConflicts(with: [instance])
      guard let installed = state[snap: instance] else { throw Refusal.notInstalled(instance) }
      var setup = SnapSetup(
        instance: instance, revision: installed.current, type: installed.type, base: installed.base,
        flags: installed.flags, ignoreRunning: true, purpose: purpose)
      setup.previous = installed.current
      let change = state.newChange(kind: kind, summary: "\(verb) \"\(instance)\" snap")
      var chain = TaskChain(change: change, lane: state.newLane(), setup: setup)
      try layOut(&chain, installed, &state)
      state.setChangeData([instance.description], State.affectedSnaps, of: change)
      return change
    }
    runner.ensure()
    return change
  }
}
