internal import ByteText
public import Linux

/// What the configuration of the system says to those who start apps: `/var/lib/snapd/system-params`, lines `key=value`.
public struct SystemParameters: Equatable, Sendable {
  /// Where homes are beside `/home` and `/root` (the option `homedirs`): clean absolute paths.
  public var homeDirectories: [String]

  public init(homeDirectories: [String] = []) { self.homeDirectories = homeDirectories }

  /// What the file says; nothing when there is none. A path that is not clean is left out: nobody of ours wrote it.
  public init(of directories: Directories) {
    let bytes = (try? Files.read(directories.systemParameters, limit: 1 << 16)) ?? []
    homeDirectories = []
    for line in String(decoding: bytes, as: UTF8.self).byteSplit("\n") {
      guard let list = line.bytes(after: "homedirs=") else { continue }
      homeDirectories = list.byteSplit(",").map(String.init).filter { path in
        path.hasBytePrefix("/") && path.utf8.count > 1 && PathBytes.isClean(path)
      }
    }
  }

  /// Writes the file, or takes it away when there is nothing to say.
  public func write(_ directories: Directories) throws(SyscallError) {
    guard !homeDirectories.isEmpty else { return try Files.remove(directories.systemParameters) }
    let text = "homedirs=\(homeDirectories.joined(separator: ","))\n"
    try Files.writeAtomically([UInt8](text.utf8), to: directories.systemParameters, mode: 0o644)
  }
}
