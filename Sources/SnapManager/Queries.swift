internal import Desktop
internal import Host
internal import Image
internal import Linux
public import Snap
public import State

/// Questions about what is installed; none of them changes anything.
extension SnapManager {
  /// The change data key that lists the snaps a change is about.
  public static var affectedSnapsKey: String { State.affectedSnaps }

  /// The metadata of an installed revision.
  public func info(of instance: InstanceName, _ revision: Revision) throws -> SnapInfo {
    try infos.info(of: instance, revision)
  }

  /// The installed snaps, disabled ones too, with the metadata of the revision in use. A broken one is left out.
  public func installed() -> [(instance: InstanceName, info: SnapInfo)] {
    store.read { $0.all(.snaps) }.compactMap { key, record in
      guard let instance = try? InstanceName(key), let info = try? infos.info(of: instance, record.current)
      else { return nil }
      return (instance, info)
    }
  }

  /// Whether a revision is a directory of its developer's, bound in place.
  public func isTried(_ instance: InstanceName, _ revision: Revision) throws -> Bool {
    try triedDirectory(instance, revision) != nil
  }

  /// The directory that a revision was made from by `snap try`; nil for an image.
  public func triedDirectory(_ instance: InstanceName, _ revision: Revision) throws -> String? {
    try services.mountUnits().first {
      $0.type == "none" && $0.instance == instance.description && $0.revision == revision.description
    }?.what
  }

  /// The snap that a task works on; nil for a task of somebody else's.
  public static func affectedSnap(of task: TaskRecord) -> String? {
    struct Input: Decodable { let instance: String }
    return (try? task.input(as: Input.self))?.instance
  }

  /// The icon in an image; nil when it has none.
  ///
  /// - Parameter limit: bytes; a larger icon is an error.
  public func icon(
    of instance: InstanceName, _ revision: Revision, limit: Int
  ) throws -> (bytes: [UInt8], contentType: String)? {
    let container = try DirectoryContainer(path: directories.mount(of: instance, revision))
    for (name, type) in Self.icons where try container.status(name) != nil {
      return (try container.read(name, limit: limit), type)
    }
    return nil
  }

  /// The installed desktop files of snaps that are not disabled: by app, by instance.
  public func desktopFiles() -> [String: [String: String]] { (try? desktop.installedDesktopFiles()) ?? [:] }

  /// Whether an image has an icon, without reading it.
  public func hasIcon(_ instance: InstanceName, _ revision: Revision) -> Bool {
    guard let container = try? DirectoryContainer(path: directories.mount(of: instance, revision)) else { return false }
    return Self.icons.contains { (try? container.status($0.name)) ?? nil != nil }
  }

  private static var icons: [(name: String, type: String)] {
    [("meta/gui/icon.svg", "image/svg+xml"), ("meta/gui/icon.png", "image/png")]
  }
}
