internal import Glibc
internal import Linux

/// Why a directory could not be made an image.
public enum PackError: Error, Equatable, Sendable, CustomStringConvertible {
  /// `mksquashfs` failed; its output. The command line answers with exit code 20.
  case mksquashfs(output: String)
  /// `mksquashfs` isn't installed.
  case noTool
  /// A compression that can't be asked for.
  case compression(String)
  /// A signal (SIGINT, SIGTERM, SIGHUP) ended the work; nothing was left behind. The caller should end too.
  case interrupted(signal: Int32)
  /// A system call failed.
  case system(call: String, path: String, errno: Int32)

  public var description: String {
    switch self {
    case .mksquashfs(let output):
      // The reference sets output of several lines apart.
      output.utf8.contains(UInt8(ascii: "\n"))
        ? "mksquashfs call failed: \n-----\n\(output)\n-----" : "mksquashfs call failed: \(output)"
    case .noTool: "cannot find mksquashfs: install squashfs-tools"
    case .compression(let name): "cannot use compression \(quoted(name))"
    case .interrupted: "cannot finish packing: interrupted"
    case .system(let call, let path, let errno): "cannot \(call) \(quoted(path)): \(errorText(errno))"
    }
  }
}

/// Builds an image from a directory, by `mksquashfs` with the options the reference gives it.
public struct ImagePacker: Sendable {
  /// Images are padded with zeroes to this many bytes: some kernels can't mount smaller ones.
  public static let minimumSize: UInt64 = 16384

  /// How to compress. The reference's default is xz.
  public var compression: ImageCompression
  /// Keep owners and extended attributes, which only snaps that are a root file system need: `os` (`core`)
  /// and `base`.
  public var keepsOwners: Bool
  /// Leave out files of version control, editors and earlier builds (`defaultExcludes`).
  public var excludesDefaults: Bool
  /// Where the tool is, when it isn't to be looked for in `PATH`.
  public var tool: String?

  public init(
    compression: ImageCompression = .xz, keepsOwners: Bool = false, excludesDefaults: Bool = true,
    tool: String? = nil
  ) {
    self.compression = compression
    self.keepsOwners = keepsOwners
    self.excludesDefaults = excludesDefaults
    self.tool = tool
  }

  /// The compression with a name a user gave; none is the default.
  /// - Throws: `PackError.compression` with the reference's text.
  public static func compression(named name: String) throws(PackError) -> ImageCompression {
    if name.isEmpty { return .xz }
    guard let known = ImageCompression(rawValue: name), known != .lzma else { throw .compression(name) }
    return known
  }

  /// What the reference leaves out: names at the top, and (after `...`) patterns anywhere.
  public static let defaultExcludes = [
    "DEBIAN", ".arch-ids", ".arch-inventory", ".bzr", ".bzr-builddeb", ".bzr.backup", ".bzr.tags", ".bzrignore",
    ".cvsignore", ".git", ".gitattributes", ".gitignore", ".gitmodules", ".hg", ".hgignore", ".hgsigs", ".hgtags",
    ".shelf", ".svn", "CVS", "DEADJOE", "RCS", "_MTN", "_darcs", "{arch}", ".snapignore",
    "... .[#~]*", "... *.snap", "... *.click", "... .*.sw?", "... *~", "... ,,*",
  ]

  /// The arguments of `mksquashfs`; both paths are absolute.
  func arguments(directory: String, target: String) -> [String] {
    var result = [
      // Its content, also when it is named through a link.
      directory + "/.", target, "-noappend", "-comp", compression.rawValue, "-no-fragments", "-no-progress",
    ]
    if !keepsOwners { result += ["-all-root", "-no-xattrs"] }
    if excludesDefaults {
      // As `-ef FILE` with these lines, without a file to leave behind. Has to come last.
      result += ["-wildcards", "-e"] + ImagePacker.defaultExcludes
    }
    return result
  }

  /// Packs the content of `directory` into the file `target`, which appears whole or not at all.
  ///
  /// It is built under a hidden name beside the target. SIGINT, SIGTERM and SIGHUP are held back meanwhile:
  /// they end `mksquashfs`, remove what was built, and come out as `PackError.interrupted`.
  public func pack(directory: String, to target: String) throws(PackError) {
    guard let tool = tool ?? ToolProcess.find("mksquashfs") else { throw .noTool }
    let absolute = try ImagePacker.absolute(target)
    let slash = absolute.utf8.lastIndex(of: UInt8(ascii: "/")) ?? absolute.startIndex
    let name = absolute[absolute.utf8.index(after: slash)...]
    let random = String(UInt64.random(in: 0...UInt64.max), radix: 36)
    let temporary = "\(absolute[...slash]).\(name.prefix(200)).\(random).partial"
    var finished = false
    defer { if !finished { unlink(temporary) } }

    let result = try ToolProcess.run(
      [tool] + arguments(directory: ImagePacker.absolute(directory), target: temporary),
      captureLimit: 64 << 10)
    guard result.status == 0 else {
      let output = result.output.isEmpty ? ImagePacker.words(forStatus: result.status) : result.output
      throw .mksquashfs(output: output)
    }
    try ImagePacker.pad(temporary)
    guard rename(temporary, absolute) == 0 else {
      throw .system(call: "create", path: target, errno: errno)
    }
    finished = true
  }

  private static func words(forStatus status: Int32) -> String {
    status & 0x7F == 0 ? "exit status \((status >> 8) & 0xFF)" : "signal \(status & 0x7F)"
  }

  private static func absolute(_ path: String) throws(PackError) -> String {
    if path.utf8.first == UInt8(ascii: "/") { return path }
    guard let here = getcwd(nil, 0) else {
      throw .system(call: "find the current directory for", path: path, errno: errno)
    }
    defer { free(here) }
    return String(cString: here) + "/" + path
  }

  private static func pad(_ path: String) throws(PackError) {
    let raw = open(path, O_RDWR | O_NOFOLLOW | O_CLOEXEC)
    guard raw >= 0 else { throw .system(call: "open", path: path, errno: errno) }
    let file = OwnedFD(owning: raw)
    var status = stat()
    guard fstat(file.raw, &status) == 0 else { throw .system(call: "read", path: path, errno: errno) }
    guard status.st_size < off_t(minimumSize) else { return }
    guard ftruncate(file.raw, off_t(minimumSize)) == 0 else {
      throw .system(call: "enlarge", path: path, errno: errno)
    }
  }
}
