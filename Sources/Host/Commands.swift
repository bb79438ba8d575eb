/// The commands of snaps on `PATH`: symbolic links in `/snap/bin`, all of them to `/usr/bin/snap`, which reads from the
/// name of the link what to run. Source: `spec/features.md` §7.
public struct Commands: Sendable {
  private let directories: Directories

  public init(directories: Directories) { self.directories = directories }

  /// Makes these the commands of a snap: exactly this set exists afterwards.
  /// - Parameter names: `foo`, `foo.bar`: the instance, or the instance, a dot and the app.
  /// - Returns: what was there before, for undoing.
  @discardableResult
  public func set(_ names: [String], of instance: String) throws -> [String] { [] }

  /// The commands of a snap, sorted.
  public func list(of instance: String) throws -> [String] { [] }
}

/// The links that say which revision of a snap is in use.
public struct CurrentLinks: Sendable {
  private let directories: Directories

  public init(directories: Directories) { self.directories = directories }

  /// Points `/snap/<instance>/current` and `/var/snap/<instance>/current` at a revision; each in one step.
  public func set(revision: String, of instance: String) throws {}
  /// Removes both links. Missing ones are fine.
  public func remove(of instance: String) throws {}
  /// The revision that the mount directory's link names; `nil` without one.
  public func revision(of instance: String) throws -> String? { nil }
}
