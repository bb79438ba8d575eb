internal import Linux

/// A directory tree that is only looked at, one name at a time.
public protocol Tree: Sendable {
  /// What is at a path below the tree's root (`""` or `/a/b`). Nothing on the way is a symbolic link.
  func entry(_ path: String) -> TreeEntry?
}

/// What a name stands for.
public enum TreeEntry: Equatable, Sendable {
  case directory
  case file
  case symlink(String)
}

/// A tree on the machine, such as a mounted image.
public struct HostTree: Tree {
  private let root: String

  public init(root: String) { self.root = root == "/" ? "" : root }

  public func entry(_ path: String) -> TreeEntry? {
    let place = root + path
    guard let status = try? Files.status(place.isEmpty ? "/" : place, followSymlinks: false) else { return nil }
    switch status.kind {
    case .directory: return .directory
    case .symlink: return (try? Files.readSymlink(place)).map { .symlink($0) }
    default: return .file
    }
  }
}
