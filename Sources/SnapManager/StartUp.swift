internal import Host
internal import Linux
internal import Snap
internal import State

extension SnapManager {
  /// Brings the disk to what the record says after a start of the machine or of the daemon: every installed
  /// revision is mounted, private `/tmp` of the last boot is gone, nothing of an interrupted upload or of a file
  /// that was being replaced is left, and namespaces that nobody needs are let go of.
  public func startUp() throws {
    try Files.makeDirectories(directories.snaps, mode: 0o755)
    try Files.makeDirectories(directories.commands, mode: 0o755)
    try shareMounts()
    try clearAfterBoot()
    try removeOrphanedUploads()
    try removeLeftAside()
    sweepNamespaces()
    // Read once, when the first revision turns out not to be mounted: with systemd none is ever needed.
    var units: [MountUnit]?
    for (key, snap) in store.read({ $0.all(RecordKind<SnapState>.snaps) }) {
      guard let instance = try? InstanceName(key) else { continue }
      try ensureCookie(of: instance)
      for installed in snap.sequence { mountAtStart(instance, installed.revision, &units) }
    }
  }

  /// Mounts one revision, unless the host did so at boot. A snap that cannot be mounted does not keep the others
  /// from working; it is reported as broken.
  private func mountAtStart(_ instance: InstanceName, _ revision: Revision, _ units: inout [MountUnit]?) {
    let mountPoint = directories.mount(of: instance, revision)
    do {
      guard try !Mounts.isMounted(mountPoint) else { return }
      let known = try units ?? services.mountUnits()
      units = known
      let unit = known.first { $0.instance == instance.description && $0.revision == "\(revision)" }
      try Files.makeDirectories(mountPoint, mode: 0o755)
      if let unit, unit.type == "none" {
        try Mounts.bind(from: unit.what, at: mountPoint, readOnly: true)
      } else {
        try Mounts.mountImage(directories.blob(of: instance, revision), at: mountPoint)
      }
    } catch {
      warn("cannot make snap \"\(instance)\" (\(revision)) available: \(error)")
    }
  }

  /// Mounts of new revisions must reach the kept namespaces, so what holds `/snap` propagates.
  private func shareMounts() throws {
    let entries = try Mounts.table()
    let mounted = entries.last { $0.mountPoint == directories.snaps }
    if mounted?.isShared == true { return }
    let holder = entries.filter { directories.snaps.hasPrefix($0.mountPoint == "/" ? "/" : $0.mountPoint + "/") }
      .max { $0.mountPoint.utf8.count < $1.mountPoint.utf8.count }
    if mounted == nil {
      if holder?.isShared == true { return }
      try Mounts.bind(from: directories.snaps, at: directories.snaps, readOnly: false)
    }
    try Mounts.makeShared(directories.snaps)
  }

  /// The private `/tmp` of snaps does not outlive the machine's run, like any `/tmp`.
  private func clearAfterBoot() throws {
    let marker = "\(directories.privateTmp)/.boot-id"
    let current = try Kernel.bootID
    let known = (try? Files.read(marker, limit: 64)).map { String(decoding: $0, as: UTF8.self) }
    guard known != current else { return }
    try Files.removeTree(directories.privateTmp)
    try Files.makeDirectories(directories.privateTmp, mode: 0o700)
    try Files.writeAtomically([UInt8](current.utf8), to: marker, mode: 0o600)
  }

  /// Removes images that were received for changes that never came to be, and what is left of downloads.
  private func removeOrphanedUploads() throws {
    let coming = store.read { state in
      state.unreadyChanges.flatMap { change in state.tasks(of: change.id) }.compactMap { task -> String? in
        guard task.kind == DownloadSnap.kind, let setup = try? task.input(as: SnapSetup.self) else { return nil }
        return "\(setup.instance)_\(setup.revision).snap."
      }
    }
    try removePartialDownloads { name in !coming.contains(where: name.hasPrefix) }
    let wanted = store.read { state in
      Set(
        state.unreadyChanges.flatMap { change in state.tasks(of: change.id) }.compactMap { task -> String? in
          guard let setup = try? task.input(as: SnapSetup.self), case .image(let path) = setup.source else {
            return nil
          }
          return path
        })
    }
    for name in try Files.list(directories.blobs) where name.hasPrefix(SnapManager.uploadPrefix) {
      let path = "\(directories.blobs)/\(name)"
      if !wanted.contains(path) { try Files.remove(path) }
    }
  }

  /// How files are named that hold an image while it is received.
  public static let uploadPrefix = ".local-install-"

  /// Tells people what cannot be told to whoever asked.
  func warn(_ message: String) {
    try? store.write { $0.addWarning(message) }
  }
}

extension MountEntry {
  /// Whether what is mounted below is also seen elsewhere.
  var isShared: Bool { tags.contains { $0.hasPrefix("shared:") } }
}
