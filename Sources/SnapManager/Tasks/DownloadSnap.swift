internal import Assertions
internal import Host
internal import Linux
internal import Snap
internal import State

/// `download-snap`: the image that a store has is here, whole, and is what the store said it is. What it is worth is for
/// `validate-snap` to find out.
///
/// A daemon that is killed goes on where it was: what has come is in `NAME_REV.snap.partial` and is read again, not
/// fetched again. The image has its name only when it has been checked and synced.
struct DownloadSnap: TaskHandler {
  static let kind: TaskKind = "download-snap"
  let manager: SnapManager

  func `do`(_ setup: SnapSetup, in context: TaskContext) async throws -> TaskOutcome {
    guard case .store(let download) = setup.source else { return .done }
    let blob = manager.directories.blob(of: setup.instance, setup.revision)
    // It got its name before the daemon was killed.
    if try isWhole(blob, download) { return .done }
    if try manager.takePreDownloaded(download, to: blob) { return .done }
    let name = "\(setup.instance)"
    try manager.snapStore.download(
      download, over: try manager.oldImages(of: setup.instance, download), to: blob,
      progress: { done, total in context.progress(label: name, done: done, total: total) },
      isCancelled: { context.isAborted })
    context.checkpoint("downloaded")
    try Files.setMode(blob, 0o600)
    return .done
  }

  private func isWhole(_ blob: String, _ download: StoreDownload) throws -> Bool {
    guard let status = try Files.status(blob, followSymlinks: false) else { return false }
    if status.size == download.size, try FileDigest(path: blob).hexadecimal == download.sha3 { return true }
    try Files.remove(blob)
    return false
  }

  func undo(_ setup: SnapSetup, in context: TaskContext) async throws -> TaskOutcome {
    guard case .store = setup.source else { return .done }
    // Never the image of a revision that is installed.
    guard context.store.read({ $0[snap: setup.instance]?.has(setup.revision) }) != true else { return .done }
    let blob = manager.directories.blob(of: setup.instance, setup.revision)
    try Files.remove(blob)
    try manager.removePartialDownloads { $0.hasPrefix("\(setup.instance)_\(setup.revision).snap.") }
    return .done
  }
}

extension SnapManager {
  /// The images of installed revisions that deltas start from, by revision.
  func oldImages(
    of instance: InstanceName, _ download: StoreDownload
  ) throws -> [Int: String] {
    guard !download.deltas.isEmpty else { return [:] }
    var images: [Int: String] = [:]
    for installed in store.read({ $0[snap: instance]?.sequence }) ?? [] {
      guard case .store(let number) = installed.revision else { continue }
      let path = directories.blob(of: instance, installed.revision)
      if try Files.status(path, followSymlinks: false)?.kind == .regular { images[Int(number)] = path }
    }
    return images
  }

  /// Removes what is left of downloads that did not come to an end.
  ///
  /// - Parameter isGone: tells by the name of a file.
  func removePartialDownloads(where isGone: (String) -> Bool) throws {
    for name in try Files.list(directories.blobs) where name.hasSuffix(".partial") && isGone(name) {
      try Files.remove("\(directories.blobs)/\(name)")
    }
  }
}
