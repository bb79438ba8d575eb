internal import Glibc
internal import Host
internal import Linux

/// A second name of the snaps' socket, in a directory of its own.
///
/// Sandboxes show the socket, and outlive the daemon. Where no service manager holds the socket, the next daemon makes
/// another, which they see through the directory.
enum SnapSocketName {
  static func make(_ directories: Directories) throws {
    let directory = directories.snapSocketDirectory
    try Files.makeDirectories(directory, mode: 0o755)
    let (name, aside) = ("\(directory)/snapd-snap.socket", "\(directory)/.snapd-snap.socket~")
    try Files.remove(aside)
    guard link(directories.snapSocket, aside) == 0 else {
      // The machine's service manager may have its socket elsewhere.
      if errno == ENOENT || errno == EXDEV { return }
      throw SyscallError("link", path: directories.snapSocket, errno: errno)
    }
    guard rename(aside, name) == 0 else { throw SyscallError("rename", path: aside, errno: errno) }
    // Both names may be of the same socket already: then nothing was renamed.
    try Files.remove(aside)
  }
}
