internal import ByteText

/// How much a walk may cost before it is refused.
public struct WalkLimits: Hashable, Sendable {
  /// Entries visited in all.
  public var entries: Int
  /// Levels of directories below the top.
  public var depth: Int

  /// Generous for real snaps (the largest published ones have some 200,000 files), small for an attacker.
  public init(entries: Int = 1_000_000, depth: Int = 128) {
    self.entries = entries
    self.depth = depth
  }
}

/// What a walk does after an entry was visited.
public enum WalkStep: Hashable, Sendable {
  /// Go on, into the directory if it is one.
  case `continue`
  /// Go on, but not into this directory.
  case skip
  /// End the walk.
  case stop
}

/// The content of a snap, in whatever form: an image file, or a directory (`snap try`, `snap pack`).
///
/// Paths are relative to the top ("meta/snap.yaml"; "." is the top itself), cleaned of doubled slashes and
/// `.`; absolute paths and `..` are refused. No symbolic link is ever followed, at no component, except by
/// `resolve`, which stays inside.
public protocol SnapContainer {
  /// The image file or directory, for messages.
  var path: String { get }

  /// What `lstat` would say; `nil` if there is nothing.
  func status(_ path: String) throws(ImageError) -> EntryStatus?

  /// The content of a regular file.
  /// - Throws: `ImageError` when missing, larger than `limit` bytes, or anything else than a regular file.
  func read(_ path: String, limit: Int) throws(ImageError) -> [UInt8]

  /// The entries of a directory, sorted by name.
  func entries(of directory: String) throws(ImageError) -> [ContainerEntry]

  /// The target of a symbolic link, as it is stored.
  func readLink(_ path: String) throws(ImageError) -> String

  /// Visits `top` and everything below, directories before their content, siblings sorted by name.
  func walk(
    _ top: String, limits: WalkLimits,
    visit: (_ path: String, _ status: EntryStatus) throws(ImageError) -> WalkStep
  ) throws(ImageError)
}

extension SnapContainer {
  /// The names in a directory, sorted.
  public func list(_ directory: String) throws(ImageError) -> [String] {
    try entries(of: directory).map(\.name)
  }

  /// Follows symbolic links in all components and gives the path without any, relative to the top.
  ///
  /// The path need not exist, but what is there has to stay inside.
  /// - Throws: `.outside` for a link with an absolute target or one that climbs above the top, `.linkLoop`
  ///   after 40 links (the kernel's own limit), `.missing` when a component isn't there.
  public func resolve(_ path: String) throws(ImageError) -> String {
    var pending = Array(try ContainerPath.components(path, in: self.path).reversed())
    var done: [String] = []
    var links = 0
    while let component = pending.popLast() {
      if component == "." { continue }
      if component == ".." {
        guard done.popLast() != nil else {
          throw ImageError(container: self.path, path: path, reason: .outside(".."))
        }
        continue
      }
      let here = (done + [component]).joined(separator: "/")
      guard let status = try status(here) else {
        throw ImageError(container: self.path, path: path, reason: .missing)
      }
      switch status.kind {
      case .symlink:
        links += 1
        guard links <= 40 else { throw ImageError(container: self.path, path: path, reason: .linkLoop) }
        let target = try readLink(here)
        guard !target.isEmpty, target.utf8.first != UInt8(ascii: "/") else {
          throw ImageError(container: self.path, path: path, reason: .outside(target))
        }
        for part in PathBytes.components(target).reversed() { pending.append(part) }
        guard pending.count <= 4096 else {
          throw ImageError(container: self.path, path: path, reason: .linkLoop)
        }
      case .directory:
        done.append(component)
      default:
        guard pending.isEmpty else {
          throw ImageError(container: self.path, path: path, reason: .notDirectory)
        }
        done.append(component)
      }
    }
    return done.isEmpty ? "." : done.joined(separator: "/")
  }
}

/// Paths inside a container.
enum ContainerPath {
  /// The names on the way to a path; none for the top.
  static func components(_ path: String, in container: String) throws(ImageError) -> [String] {
    func outside() -> ImageError { ImageError(container: container, path: path, reason: .outside(path)) }
    guard path.utf8.first != UInt8(ascii: "/"), path.utf8.count <= 4096 else { throw outside() }
    var names: [String] = []
    for part in PathBytes.components(path) where part != "." {
      guard part != "..", !part.utf8.contains(0) else { throw outside() }
      names.append(part)
    }
    return names
  }

  /// A name below a directory; "." is not spelled out.
  static func join(_ directory: String, _ name: String) -> String {
    directory == "." ? name : "\(directory)/\(name)"
  }
}
