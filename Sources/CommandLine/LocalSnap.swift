import API
import Glibc

/// Snaps that are not installed: image files and directories.
enum LocalSnap {
  /// What `snap info` shows of an image file or an unpacked snap.
  static func read(_ path: String, in context: Context) throws -> SnapJSON {
    throw Failure("cannot read \(quoted(path)): reading local snaps is not supported yet")
  }

  /// Checks the metadata of a directory that is to be packed.
  static func check(directory: String) throws {}
}
