internal import Host
internal import Image
internal import Linux
internal import Packing
internal import Snap
internal import Synchronization

/// The metadata of installed revisions, read from their mounted images once: an image never changes.
final class InfoCache: Sendable {
  private let directories: Directories
  private let known = Mutex<[String: SnapInfo]>([:])

  init(directories: Directories) { self.directories = directories }

  /// The metadata of an installed revision.
  func info(of instance: InstanceName, _ revision: Revision) throws -> SnapInfo {
    let key = "\(instance)/\(revision)"
    if let info = known.withLock({ $0[key] }) { return info }
    var info = try SnapInfo(in: try DirectoryContainer(path: directories.mount(of: instance, revision)))
    info.instanceKey = instance.key
    // A directory that is being tried changes as its developer likes.
    if Mounts.isImage(directories.mount(of: instance, revision)) { known.withLock { $0[key] = info } }
    return info
  }

  /// Forgets a revision that is going away; its number may be given to other content later.
  func forget(_ instance: InstanceName, _ revision: Revision) {
    _ = known.withLock { $0.removeValue(forKey: "\(instance)/\(revision)") }
  }
}
