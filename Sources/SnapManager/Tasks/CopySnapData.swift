internal import Snap
internal import State

/// `copy-snap-data`: the new revision starts with a copy of the old one's data, so that going back has the old.
struct CopySnapData: CleaningTask {
  static let kind: TaskKind = "copy-snap-data"
  let manager: SnapManager

  func `do`(_ setup: SnapSetup, in context: TaskContext) async throws -> TaskOutcome {
    let data = manager.data(of: setup.instance)
    guard let old = context.store.read({ $0[snap: setup.instance]?.current }), old != setup.revision else {
      // A first install, or the same revision again: there is nothing to copy.
      try data.create(setup.revision)
      return .done
    }
    // Which places had data of this revision already must be known from before the first attempt.
    let replaced: [String]
    if let known = context.recall([String].self, "replaced") {
      replaced = known
    } else {
      replaced = try data.existing(setup.revision)
      try context.remember(replaced, as: "replaced")
    }
    context.checkpoint("remembered")
    try data.copy(from: old, to: setup.revision, replaced: replaced)
    return .done
  }

  func undo(_ setup: SnapSetup, in context: TaskContext) async throws -> TaskOutcome {
    let data = manager.data(of: setup.instance)
    guard let installed = context.store.read({ $0[snap: setup.instance] }) else {
      try data.restore(setup.revision, replaced: [])
      try data.removeAll()
      return .done
    }
    // Without the list nothing has been copied yet, and what is there under the revision is not the task's.
    guard installed.current != setup.revision, let replaced = context.recall([String].self, "replaced") else {
      return .done
    }
    try data.restore(setup.revision, replaced: replaced)
    return .done
  }

  func cleanUp(_ setup: SnapSetup, in context: TaskContext) async throws {
    try manager.data(of: setup.instance).discardTrash(setup.revision)
  }
}
