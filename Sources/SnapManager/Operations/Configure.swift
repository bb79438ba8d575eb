public import JSONValues
public import Snap
public import State

extension SnapManager {
  /// Starts changing a snap's configuration: its `configure` hook sees the patch, and decides.
  ///
  /// - Parameters:
  ///   - patch: values by dotted keys; null takes an option away.
  ///   - isSystem: whether it is the system's configuration, which `instance` only names.
  public func configure(
    _ instance: InstanceName, patch: [String: JSONValue], isSystem: Bool
  ) throws -> ChangeID {
    let change = try store.write(durable: true) { state in
      var revision = Revision.local(1)
      if !isSystem {
        guard let installed = state[snap: instance] else { throw Refusal.notInstalled(instance) }
        if installed.type == .base || installed.type == .snapd {
          throw Refusal.cannotConfigure(instance, type: installed.type.description)
        }
        try state.refuseConflicts(with: [instance])
        revision = installed.current
      }
      let change = state.newChange(
        kind: "configure-snap", summary: "Change configuration of \"\(instance)\" snap")
      var setup = HookSetup(
        instance: instance, revision: revision, hook: try HookName("configure"), timeout: HookTimeout.configure)
      // Values that nobody takes would be lost in silence.
      setup.isOptional = patch.isEmpty
      setup.patch = patch.isEmpty ? nil : JSONValue.object(patch).text
      let ifPresent = patch.isEmpty ? " if present" : ""
      let task = state.newTask(
        RunHook.self, input: setup, summary: "Run configure hook of \"\(instance)\" snap\(ifPresent)", in: change)
      state.join(task, state.newLane())
      state.setChangeData([instance.description], State.affectedSnaps, of: change)
      return change
    }
    runner.ensure()
    return change
  }
}
