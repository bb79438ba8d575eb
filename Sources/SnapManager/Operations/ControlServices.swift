internal import ByteText
public import Snap
public import State

/// A hook that is running, and asks for something.
public struct RunningHook: Sendable {
  public let change: ChangeID
  /// The task that runs it.
  public let task: TaskID
  public let name: HookName

  public init(change: ChangeID, task: TaskID, name: HookName) {
    self.change = change
    self.task = task
    self.name = name
  }

  /// Whether services are left alone until the operation that the hook is part of has done with them.
  /// Source: `spec/features.md` §2, "start/stop/restart".
  var comesBeforeServices: Bool {
    ["install", "configure", "default-configure", "pre-refresh", "post-refresh"].contains(name.description)
  }
}

extension SnapManager {
  /// Begins starting, stopping or restarting services.
  ///
  /// - Parameter caller: who asks. Root's requests mean every scope when they name none.
  /// - Throws: ``ServiceRefusal`` for names that stand for nothing, ``Refusal`` for a conflict.
  public func controlServices(_ request: ServiceRequest, caller: UInt32) throws -> ChangeID {
    let apps = try select(request, from: apps(named: request.names, servicesOnly: true), isRoot: caller == 0)
    let actions = try actions(request, apps, caller)
    let change = try store.write(durable: true) { state in
      try state.refuseConflicts(with: actions.map(\.instance))
      let change = state.newChange(kind: "service-control", summary: "Running service command")
      addTasks(actions, to: change, in: state.newLane(), &state)
      state.setChangeData(actions.map(\.instance.description), State.affectedSnaps, of: change)
      return change
    }
    runner.ensure()
    return change
  }

  /// What a snap asks of its own services, by `snapctl start|stop|restart`.
  ///
  /// - Parameter hook: the hook that asks; nil for an app or a service.
  /// - Returns: the change to wait for; nil when the tasks became part of the change of the hook, behind all it has.
  /// - Throws: ``ServiceRefusal/unknown(_:)`` for services that are not the snap's own.
  public func controlServices(
    _ request: ServiceRequest, of instance: InstanceName, from hook: RunningHook?
  ) throws -> ChangeID? {
    let apps = try select(request, from: ownServices(request.names, of: instance), isRoot: true)
    let actions = try actions(request, apps, 0)
    let change = try store.write(durable: true) { state -> ChangeID? in
      try state.refuseConflicts(with: [instance], but: hook?.change)
      // What a hook left running may ask when the hook's change is long over.
      if let hook, hook.comesBeforeServices, state.task(hook.task)?.status == .doing {
        queue(actions, behind: hook, &state)
        return nil
      }
      let change = state.newChange(
        kind: "service-control", summary: "Running service command for snap \"\(instance)\"")
      addTasks(actions, to: change, in: state.newLane(), &state)
      state.setChangeData([instance.description], State.affectedSnaps, of: change)
      return change
    }
    runner.ensure()
    return change
  }

  /// The services of a snap that it calls by these names: the snap's for all, or `snap.app`. No names are all.
  public func ownServices(_ names: [String], of instance: InstanceName) throws -> [FoundApp] {
    guard let info = try activeInfo(of: instance) else { throw Refusal.notInstalled(instance) }
    let all = info.apps.filter { $0.daemon != nil }.sorted { $0.name < $1.name }
      .map { FoundApp(instance: instance, info: info, app: $0) }
    if names.isEmpty || names.contains(where: { $0.hasSameBytes(as: instance.description) }) { return all }
    for name in names where !all.contains(where: { $0.name.hasSameBytes(as: name) }) {
      throw ServiceRefusal.unknown(name)
    }
    return all.filter { service in names.contains { $0.hasSameBytes(as: service.name) } }
  }

  /// Those of the services that the request's scopes and users mean.
  private func select(_ request: ServiceRequest, from apps: [FoundApp], isRoot: Bool) throws -> [FoundApp] {
    let user = apps.filter { $0.app.daemonScope == .user }
    if !isRoot, request.scopes.isEmpty, !user.isEmpty { throw ServiceRefusal.scopeMissing }
    if isRoot, request.users == .own { throw ServiceRefusal.selfIsRoot }
    let system = request.scopes == [.user] ? [] : apps.filter { $0.app.daemonScope == .system }
    return request.scopes == [.system] ? system : system + user
  }

  private func actions(_ request: ServiceRequest, _ apps: [FoundApp], _ caller: UInt32) throws -> [ServiceAction] {
    let users = try apps.contains { $0.app.daemonScope == .user } ? users(of: request, caller: caller) : nil
    let bySnap = Dictionary(grouping: apps, by: \.instance)
    return try bySnap.sorted { $0.key.description < $1.key.description }.map { instance, apps in
      guard store.read({ $0[snap: instance]?.active }) == true else { throw ServiceRefusal.inactive(instance) }
      let explicit = apps.filter { app in request.names.contains { $0.hasSameBytes(as: app.name) } }
      let system = apps.filter { $0.app.daemonScope == .system }
      var action = ServiceAction(
        instance: instance, verb: request.verb, services: system.map(\.app.name.description),
        explicit: explicit.map(\.app.name.description), enables: request.enables && request.verb == .start,
        disables: request.disables && request.verb == .stop)
      if system.count < apps.count {
        action.sessionServices = apps.filter { $0.app.daemonScope == .user }.map(\.app.name.description)
        action.users = users
      }
      return action
    }
  }

  /// One task a snap, one after the other.
  @discardableResult private func addTasks(
    _ actions: [ServiceAction], to change: ChangeID, in lane: Lane?, _ state: inout State
  ) -> [TaskID] {
    let tasks = actions.map { action in
      let names = (action.services + (action.sessionServices ?? [])).map { "\"\($0)\"" }.joined(separator: " ")
      return state.newTask(
        ServiceControl.self, input: action,
        summary: "Run service command \"\(action.verb.rawValue)\" for services [\(names)] of snap "
          + "\"\(action.instance)\"", in: change)
    }
    if let lane { for task in tasks { state.join(task, lane) } }
    state.chain(tasks)
    return tasks
  }

  /// Behind everything that the hook's part of its change has to do.
  private func queue(_ actions: [ServiceAction], behind hook: RunningHook, _ state: inout State) {
    let lanes = state.task(hook.task)?.lanes ?? []
    let before = state.tasks(of: hook.change).filter { task in
      lanes.isEmpty ? task.lanes.isEmpty : task.lanes.contains(where: lanes.contains)
    }.map(\.id)
    let tasks = addTasks(actions, to: hook.change, in: nil, &state)
    for task in tasks {
      for lane in lanes { state.join(task, lane) }
      state.wait(task, for: before)
    }
  }
}
