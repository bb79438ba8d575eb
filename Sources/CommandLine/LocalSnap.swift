import API
import Glibc

/// Snaps that are not installed: image files and directories.
enum LocalSnap {
  /// Largest `meta/snap.yaml` looked at, in bytes.
  private static let limit = 4 << 20

  /// What `snap info` shows of an image file or an unpacked snap.
  static func read(_ path: String, in context: Context) throws -> SnapJSON {
    try summary(yaml: metadata(of: path, in: context), path: path)
  }

  /// Checks that a directory can be packed at all. What its metadata says is checked by the helper that packs.
  static func check(directory: String) throws {
    let path = directory + "/meta/snap.yaml"
    guard access(path, R_OK) == 0 else {
      let reason = String(cString: strerror(errno))
      throw Failure(
        "cannot pack \(quoted(directory)): open \(path): \(reason.prefix(1).lowercased() + reason.dropFirst())")
    }
  }

  /// The text of `meta/snap.yaml`: from an image by the helper program, which this static one cannot be.
  private static func metadata(of path: String, in context: Context) throws -> [UInt8] {
    var status = stat()
    if stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
      guard let bytes = SmallFile.read(path + "/meta/snap.yaml", limit: limit) else {
        throw Failure("cannot read \(path)/meta/snap.yaml")
      }
      return bytes
    }
    return try Helper.image(
      ["read", path, "meta/snap.yaml", "--limit", "\(limit)"], limit: limit, timeout: .seconds(60), in: context)
  }

  /// Waits for module `Snap`: `SnapInfo(yaml:)` into the keys that `InfoCommand` shows.
  private static func summary(yaml: [UInt8], path: String) throws -> SnapJSON {
    throw Failure("cannot show \(quoted(path)): the metadata of local snaps is not read yet")
  }
}
