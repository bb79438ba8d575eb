internal import Linux
internal import Snap
internal import State

/// `prepare-snap`: the content the change is about exists and can be read. A received image that was not put into its
/// place is dropped when the change is over, whatever came of it.
struct PrepareSnap: CleaningTask {
  static let kind: TaskKind = "prepare-snap"
  let manager: SnapManager

  func `do`(_ setup: SnapSetup, in context: TaskContext) async throws -> TaskOutcome {
    switch setup.source {
    case .image(let path):
      // A repeat after a crash may find the image already in its place.
      let places = [path, manager.directories.blob(of: setup.instance, setup.revision)]
      for place in places {
        if let status = try Files.status(place, followSymlinks: false), status.kind == .regular { return .done }
      }
      throw Refusal.missingImage(path)
    case .directory(let path):
      guard try Files.status(path, followSymlinks: false)?.kind == .directory else {
        throw Refusal.missingImage(path)
      }
    case .installed, .store:
      break
    }
    return .done
  }

  func undo(_ setup: SnapSetup, in context: TaskContext) async throws -> TaskOutcome { .done }

  func cleanUp(_ setup: SnapSetup, in context: TaskContext) async throws {
    if case .image(let path) = setup.source { try Files.remove(path) }
  }
}
