// Giving up: what was not started is held, what runs is stopped, what was done is undone (`spec/engine.md` §2).

extension State {
  /// Gives up a whole change.
  public mutating func abort(_ change: ChangeID) {
    guard let tasks = self.change(change)?.tasks else { return }
    var abortion = Abortion()
    abortTasks(tasks, of: change, &abortion)
  }

  /// Gives up the tasks in these lanes, but for those that are also in a lane that is entirely alive.
  public mutating func abortLanes(_ lanes: [Lane], of change: ChangeID) {
    var abortion = Abortion()
    abortLanes(lanes, of: change, &abortion)
  }

  /// Gives up the lanes in which something is still to be done; finished lanes stay done.
  public mutating func abortUnreadyLanes(_ change: ChangeID) {
    var lanes: Set<Lane> = []
    for task in tasks(of: change) where !task.status.isReady { lanes.formUnion(task.effectiveLanes) }
    abortLanes(lanes.sorted(), of: change)
  }

  private struct Abortion {
    var tasks: Set<TaskID> = []
    var lanes: Set<Lane> = []
  }

  private mutating func abortTasks(_ first: [TaskID], of change: ChangeID, _ abortion: inout Abortion) {
    var list = first
    var lanes: Set<Lane> = []
    var next = 0
    while next < list.count {
      let id = list[next]
      next += 1
      guard abortion.tasks.insert(id).inserted, let task = task(id) else { continue }
      switch task.effectiveStatus {
      case .do: setStatus(.hold, of: id)
      case .doing: setStatus(.abort, of: id)
      case .done: setStatus(.undo, of: id)
      default: break
      }
      // A task pulls all its lanes down, unless all are down already.
      if !abortion.lanes.isSuperset(of: task.effectiveLanes) { lanes.formUnion(task.effectiveLanes) }
      list.append(contentsOf: task.haltTasks)
    }
    if !lanes.isEmpty { abortLanes(lanes.sorted(), of: change, &abortion) }
  }

  private mutating func abortLanes(_ lanes: [Lane], of change: ChangeID, _ abortion: inout Abortion) {
    let doomed = Set(lanes)
    var inDoomed: [TaskRecord] = []
    var live: Set<Lane> = []
    var dead: Set<Lane> = []
    for task in tasks(of: change) {
      if !doomed.isDisjoint(with: task.effectiveLanes) {
        inDoomed.append(task)
        continue
      }
      switch task.status {
      case .do, .doing, .done: live.formUnion(task.effectiveLanes)
      default: dead.formUnion(task.effectiveLanes)
      }
    }
    live.subtract(dead)
    abortion.lanes.formUnion(doomed)
    let tasks = inDoomed.filter { live.isDisjoint(with: $0.effectiveLanes) }.map(\.id)
    if !tasks.isEmpty { abortTasks(tasks, of: change, &abortion) }
  }
}
