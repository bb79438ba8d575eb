internal import ByteText
internal import FoundationEssentials
public import Host
internal import Linux

/// The services that a snap has for users' sessions, as the daemon writes them down for session agents:
/// `/var/lib/snapd/user-services/<instance>.json`. Root writes it, everybody reads it.
public struct UserServiceRecord: Codable, Hashable, Sendable {
  public var services: [ServiceDefinition]
  /// Names of units that start with every session.
  public var enabled: Set<String>

  public init(services: [ServiceDefinition], enabled: Set<String> = []) {
    self.services = services
    self.enabled = enabled
  }

  /// - Returns: nil when the snap has none.
  public static func read(_ instance: String, _ directories: Directories) throws -> UserServiceRecord? {
    let path = try path(instance, directories)
    guard try Files.status(path, followSymlinks: false) != nil else { return nil }
    do {
      return try JSONDecoder().decode(UserServiceRecord.self, from: Data(try Files.read(path, limit: 16 << 20)))
    } catch is DecodingError {
      throw ServiceError.files(reason: "cannot read \(path): it is not what was written there")
    }
  }

  /// The snaps that have some.
  public static func instances(_ directories: Directories) throws -> [String] {
    guard try Files.status(directories.userServices) != nil else { return [] }
    return try Files.list(directories.userServices).filter { $0.hasByteSuffix(".json") && UnitName.isValid($0) }
      .map { String($0.dropLast(5)) }.sorted()
  }

  /// - Returns: whether anything changed on disk.
  static func write(_ record: UserServiceRecord?, _ instance: String, _ directories: Directories) throws -> Bool {
    let path = try path(instance, directories)
    guard let record, !record.services.isEmpty else {
      guard try Files.status(path, followSymlinks: false) != nil else { return false }
      try Files.remove(path)
      return true
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    let bytes = [UInt8](try encoder.encode(record.sorted))
    if (try? Files.read(path, limit: 16 << 20)) == bytes { return false }
    try Files.makeDirectories(directories.userServices, mode: 0o755)
    try Files.writeAtomically(bytes, to: path, mode: 0o644)
    return true
  }

  /// Sets have no order, files do.
  private var sorted: Sorted { Sorted(services: services, enabled: enabled.sorted()) }

  private struct Sorted: Encodable {
    let services: [ServiceDefinition]
    let enabled: [String]
  }

  private static func path(_ instance: String, _ directories: Directories) throws -> String {
    let name = instance + ".json"
    guard UnitName.isValid(name) else { throw ServiceError.invalidName(instance) }
    return "\(directories.userServices)/\(name)"
  }
}
