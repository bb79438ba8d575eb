internal import Glibc

/// Opens what a user or a request names as a snap, whichever form it has.
public enum SnapContainers {
  /// - Parameters:
  ///   - path: An image file, or a directory that has `meta/snap.yaml`.
  ///   - followingLink: Whether the path itself may be a symbolic link. Only for names a user typed.
  /// - Throws: `ImageError`; `.notSnap` carries the reference's text.
  public static func open(_ path: String, followingLink: Bool = false) throws(ImageError) -> any SnapContainer {
    var found = stat()
    let looked = followingLink ? stat(path, &found) : lstat(path, &found)
    guard looked == 0 else { throw ImageError(container: path, reason: .system(errno: errno)) }
    guard EntryKind(mode: found.st_mode) == .directory else {
      return try ImageReader(path: path, followingLink: followingLink)
    }
    let directory = try DirectoryContainer(path: path)
    guard try directory.status("meta/snap.yaml") != nil else {
      let state = try directory.list(".").isEmpty ? "empty" : "invalid"
      throw ImageError(container: path, reason: .notSnap("directory \(quoted(path)) is \(state)"))
    }
    return directory
  }
}
