internal import ByteText
internal import FoundationEssentials
internal import Glibc
public import Host
internal import Linux
public import Permissions

/// What compiled profiles depend on beside the snap: when it changes, all are made anew (`spec/features.md` §7,
/// `system-key`; the keys are the reference's).
public struct SystemKey: Codable, Equatable, Sendable {
  public var version = 11
  /// Which build of ours made the profiles.
  public var buildID: String
  public var appArmorFeatures: [String]
  public var appArmorParserMtime: Int64
  public var appArmorParserFeatures: [String]
  public var appArmorPrompting = false
  public var nfsHome: Bool
  public var overlayRoot: String
  public var seccompFeatures: [String]
  public var seccompCompilerVersion: String
  public var cgroupVersion: String

  enum CodingKeys: String, CodingKey {
    case version
    case buildID = "build-id"
    case appArmorFeatures = "apparmor-features"
    case appArmorParserMtime = "apparmor-parser-mtime"
    case appArmorParserFeatures = "apparmor-parser-features"
    case appArmorPrompting = "apparmor-prompting"
    case nfsHome = "nfs-home"
    case overlayRoot = "overlay-root"
    case seccompFeatures = "seccomp-features"
    case seccompCompilerVersion = "seccomp-compiler-version"
    case cgroupVersion = "cgroup-version"
  }

  public init(
    buildID: String, appArmor: AppArmorFeatures? = nil, appArmorParserMtime: Int64 = 0, nfsHome: Bool = false,
    overlayRoot: String = "", seccompFeatures: [String] = [], seccompCompilerVersion: String = "",
    cgroupVersion: String = ""
  ) {
    self.buildID = buildID
    appArmorFeatures = appArmor?.kernel.sorted() ?? []
    appArmorParserFeatures = appArmor?.parser.map(\.rawValue).sorted() ?? []
    self.appArmorParserMtime = appArmorParserMtime
    self.nfsHome = nfsHome
    self.overlayRoot = overlayRoot
    self.seccompFeatures = seccompFeatures
    self.seccompCompilerVersion = seccompCompilerVersion
    self.cgroupVersion = cgroupVersion
  }

  /// This machine's, and this program's.
  public static func current(_ tools: MachineTools) -> SystemKey {
    let appArmor = tools.appArmor()
    let parser = appArmor == nil ? nil : (try? Files.status("/usr/sbin/apparmor_parser")) ?? nil
    let mounts = (try? Mounts.table()) ?? []
    let home = mounts.contains { entry in
      ["nfs", "nfs4", "autofs"].contains(entry.type) && (entry.mountPoint + "/").hasBytePrefix("/home/")
    }
    let root = mounts.last { $0.mountPoint == "/" }
    let actions = (try? Files.read("/proc/sys/kernel/seccomp/actions_avail", limit: 4096)) ?? []
    let groups = mounts.last { $0.mountPoint == "/sys/fs/cgroup" }
    return SystemKey(
      buildID: programID(), appArmor: appArmor, appArmorParserMtime: parser?.modifiedSeconds ?? 0, nfsHome: home,
      overlayRoot: root?.type == "overlay" ? root?.source ?? "" : "",
      seccompFeatures: String(decoding: actions, as: UTF8.self).split { $0 == " " || $0 == "\n" }.map(String.init)
        .sorted(),
      seccompCompilerVersion: FilterCommand.versionInfo, cgroupVersion: groups?.type == "cgroup2" ? "2" : "1")
  }

  /// The build id that the linker left in the running program; without one its size and time stand for it.
  private static func programID() -> String {
    let path = "/proc/self/exe"
    if let file = try? OwnedFD.open(path, O_RDONLY | O_CLOEXEC), let id = BuildID.read(file) { return id }
    let status = (try? Files.status(path)) ?? nil
    return "\(status?.size ?? 0)-\(status?.modifiedSeconds ?? 0).\(status?.modifiedNanoseconds ?? 0)"
  }

  // MARK: On disk

  /// The key of whoever made the profiles; nil when nobody has, or it cannot be read.
  public static func read(_ directories: Directories) -> SystemKey? {
    guard let bytes = try? Files.read(directories.systemKey, limit: 1 << 20) else { return nil }
    return try? JSONDecoder().decode(SystemKey.self, from: Data(bytes))
  }

  /// To be called once everything is made.
  public func write(_ directories: Directories) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    try Files.writeAtomically([UInt8](try encoder.encode(self)), to: directories.systemKey, mode: 0o644)
  }
}

/// The note that names a build (elf(5), `NT_GNU_BUILD_ID`).
enum BuildID {
  /// Of a program that is open.
  static func read(_ file: consuming OwnedFD) -> String? {
    var bytes = [UInt8](repeating: 0, count: 4096)
    let count = Glibc.read(file.raw, &bytes, bytes.count)
    return count > 0 ? find(in: Array(bytes[..<count])) : nil
  }

  /// - Parameter bytes: the beginning of a program, where linkers put the note.
  static func find(in bytes: [UInt8]) -> String? {
    // A note: sizes of name and content, type 3, and the name.
    let head: [UInt8] = [3, 0, 0, 0, 0x47, 0x4e, 0x55, 0]
    guard bytes.count > 64, bytes.starts(with: [0x7f, 0x45, 0x4c, 0x46]) else { return nil }
    for start in stride(from: 64, to: bytes.count - 28, by: 4)
    where bytes[(start + 8)..<(start + 16)].elementsEqual(head) {
      let (name, size) = (bytes[start], Int(bytes[start + 4]))
      guard name == 4, (8...64).contains(size), start + 16 + size <= bytes.count else { continue }
      return Hexadecimal.text(bytes[(start + 16)..<(start + 16 + size)])
    }
    return nil
  }
}
