internal import Snap
internal import State

/// `mount-snap`: the image is checked, put in its place and mounted.
struct MountSnap: TaskHandler {
  static let kind: TaskKind = "mount-snap"
  let manager: SnapManager

  func `do`(_ setup: SnapSetup, in context: TaskContext) async throws -> TaskOutcome {
    let image = manager.image(of: setup)
    switch setup.source {
    case .image(let path):
      try image.place(from: path)
      context.checkpoint("placed")
      try image.mount(try: nil)
    case .store:
      try image.mount(try: nil)
    case .directory(let path):
      try image.mount(try: path)
    case .installed:
      return .done
    }
    context.checkpoint("mounted")
    // What was checked when the change was made is checked again where it will run from.
    // It is the same file that nobody but root could write; a directory being tried is its owner's.
    // What an earlier revision of that number was is forgotten, even if somebody asked for it as it went away.
    manager.infos.forget(setup.instance, setup.revision)
    let info = try manager.infos.info(of: setup.instance, setup.revision)
    guard info.name == setup.instance.name, info.type == setup.type, info.base == setup.base else {
      throw Refusal.contentChanged(setup.instance)
    }
    try manager.check(info, for: setup)
    if let snapID = setup.tracking?.snapID {
      // By what is declared now, which has come with the image.
      try manager.connections.checkInstallation(
        info, setup.instance, setup.revision, snapID: snapID, dangerous: false)
    }
    context.checkpoint("checked")
    try manager.ensureSystemUsers(of: info)
    return .done
  }

  func undo(_ setup: SnapSetup, in context: TaskContext) async throws -> TaskOutcome {
    guard setup.source != .installed else { return .done }
    manager.infos.forget(setup.instance, setup.revision)
    try manager.image(of: setup).remove()
    // A hook may have left a process in one. After the image: a launch that comes later finds none and keeps nothing.
    if context.store.read({ $0[snap: setup.instance] }) == nil { try manager.namespaces.discard(setup.instance) }
    return .done
  }
}
