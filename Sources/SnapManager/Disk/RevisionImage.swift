internal import Glibc
internal import Host
internal import Linux
internal import Snap

/// One revision's image in its place and mounted: the blob, the mount point, the unit for the next boot.
struct RevisionImage {
  let directories: Directories
  let services: any ServiceManager
  let instance: InstanceName
  let revision: Revision

  /// How often one path is expected to be mounted over itself at most.
  private static let mountsAtMost = 16

  private var blob: String { directories.blob(of: instance, revision) }
  private var mountPoint: String { directories.mount(of: instance, revision) }

  /// Puts the image in its place. The source is a file of the daemon's own in the same directory, so this is a
  /// rename; a second call finds the work done.
  func place(from source: String) throws(SyscallError) {
    if try Files.status(blob, followSymlinks: false) != nil, try Files.status(source, followSymlinks: false) == nil {
      return
    }
    try Files.rename(source, to: blob)
  }

  /// Mounts the image, or binds the developer's directory in trymode, and makes the unit that does so at boot.
  func mount(try directory: String?) throws {
    try Files.makeDirectories(mountPoint, mode: 0o755)
    let unit: MountUnit
    if let directory {
      unit = .tried(instance: instance.description, revision: revision.description, directory: directory)
    } else {
      unit = .image(instance: instance.description, revision: revision.description)
    }
    try services.setMountUnit(unit)
    guard try !Mounts.isMounted(mountPoint) else { return }
    if let directory {
      try Mounts.bind(from: directory, at: mountPoint, readOnly: true)
    } else {
      try Mounts.mountImage(blob, at: mountPoint)
    }
  }

  /// Takes all of it away again. Processes that still use the image keep it until they end.
  func remove() throws {
    // More than once if somebody else, like the host at boot, mounted it too.
    for _ in 0..<Self.mountsAtMost {
      try Mounts.unmount(mountPoint, lazy: true)
      guard try Mounts.isMounted(mountPoint) else { break }
    }
    try services.removeMountUnit(instance: instance.description, revision: revision.description)
    try Files.removeDirectory(mountPoint)
    try Files.remove(blob)
    do {
      try Files.removeDirectory(directories.mounts(of: instance))
    } catch {
      // Other revisions are mounted there, or the snap is still linked.
      guard error.errno == ENOTEMPTY || error.errno == EEXIST else { throw error }
    }
  }
}
