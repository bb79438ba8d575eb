internal import Image
internal import Snap

/// Packs a directory as a snap: `snap pack`.
public struct SnapPacker: Sendable {
  /// The directory, which holds `meta/snap.yaml`.
  public var directory: String

  public init(directory: String) { self.directory = directory }

  /// Checks the directory, and nothing else (`--check-skeleton`). What the snap's commands name need not exist yet.
  /// - Returns: the details of what is missing, one line each.
  public func checkSkeleton() throws -> [String] {
    let container = try DirectoryContainer(path: directory)
    let info = try SnapInfo(in: container)
    do throws(ContainerError) {
      try info.check(container)
      return []
    } catch {
      guard case .missingPaths = error else { throw error }
      return error.details
    }
  }

  /// Packs the directory.
  ///
  /// - Parameters:
  ///   - target: where the image is put; the current directory when nil.
  ///   - fileName: what it is called; `<name>_<version>_<architecture>.snap` when nil.
  ///   - compression: the name of an algorithm; xz when nil.
  /// - Returns: the path of the image.
  public func pack(into target: String?, fileName: String?, compression: String?) throws -> String {
    let container = try DirectoryContainer(path: directory)
    let info = try SnapInfo(in: container)
    try info.check(container)
    let packer = ImagePacker(
      compression: try ImagePacker.compression(named: compression ?? "xz"),
      keepsOwners: info.type.isBase || info.type == .snapd)
    let name = fileName ?? SnapPacker.fileName(of: info)
    let path = name.hasPrefix("/") ? name : (target.map { $0 + "/" } ?? "") + name
    try packer.pack(directory: directory, to: path)
    return path
  }

  private static func fileName(of info: SnapInfo) -> String {
    let architecture: String
    switch info.architectures.count {
    case 0: architecture = "all"
    case 1: architecture = info.architectures[0].description
    default: architecture = "multi"
    }
    return "\(info.name)_\(info.version)_\(architecture).snap"
  }
}
