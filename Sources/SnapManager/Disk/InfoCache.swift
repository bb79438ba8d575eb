internal import Host
internal import Image
internal import Linux
internal import Snap
internal import Synchronization

/// The metadata of installed revisions, read from their mounted images once: an image never changes.
final class InfoCache: Sendable {
  /// No `snap.yaml` of sense is larger.
  private static let limit = 4 << 20

  private let directories: Directories
  private let known = Mutex<[String: SnapInfo]>([:])

  init(directories: Directories) { self.directories = directories }

  /// The metadata of an installed revision.
  func info(of instance: InstanceName, _ revision: Revision) throws -> SnapInfo {
    let key = "\(instance)/\(revision)"
    if let info = known.withLock({ $0[key] }) { return info }
    var info = try Self.read(try DirectoryContainer(path: directories.mount(of: instance, revision)))
    info.instanceKey = instance.key
    known.withLock { $0[key] = info }
    return info
  }

  /// Forgets a revision that is going away; its number may be given to other content later.
  func forget(_ instance: InstanceName, _ revision: Revision) {
    _ = known.withLock { $0.removeValue(forKey: "\(instance)/\(revision)") }
  }

  /// Reads and validates the metadata of a container, and checks that the container has what the metadata says.
  static func read(_ container: some SnapContainer) throws -> SnapInfo {
    var info = try SnapInfo(yaml: try container.read("meta/snap.yaml", limit: limit))
    if try container.status("meta/hooks")?.kind == .directory {
      info.addImplicitHooks(try container.list("meta/hooks"))
    }
    try info.validate()
    try ContainerCheck.check(container, requirements: ContainerRequirements(info))
    return info
  }
}

extension ContainerRequirements {
  /// What the metadata promises to be in the image.
  init(_ info: SnapInfo) {
    let services = info.apps.flatMap { [$0.stopCommand, $0.reloadCommand, $0.postStopCommand] }.compactMap { $0 }
    self.init(
      snap: info.name.rawValue, commands: info.apps.map(\.command).filter { !$0.isEmpty }, serviceCommands: services,
      completers: info.apps.compactMap(\.completer))
  }
}
