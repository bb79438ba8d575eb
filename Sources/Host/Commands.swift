internal import ByteText
internal import Glibc
internal import Linux

/// The commands of snaps on `PATH`: symbolic links in `/snap/bin`, all of them to `/usr/bin/snap`, which reads from the
/// name of the link what to run. Source: `spec/features.md` §7.
public struct Commands: Sendable {
  /// What the links say: the program as it is called on the machine. Below another root a relative link, which is
  /// right both from outside and once that root is the machine's own.
  private var target: String { directories.prefix.isEmpty ? "/usr/bin/snap" : "../../usr/bin/snap" }
  private let directories: Directories

  public init(directories: Directories) { self.directories = directories }

  /// Makes these the commands of a snap: exactly this set exists afterwards. Doing it again changes nothing.
  /// - Parameter names: `foo`, `foo.bar`: the instance, or the instance, a dot and the app.
  /// - Returns: what was there before, for undoing.
  /// - Throws: `ServiceError.invalidName` for a name that is not of the snap, before anything is changed;
  ///   `SyscallError`.
  @discardableResult
  public func set(_ names: [String], of instance: String) throws -> [String] {
    for name in names {
      guard Self.belongs(name, to: instance), !name.hasByte("/"), !name.hasByte("\0") else {
        throw ServiceError.files(reason: "cannot use \"\(name)\" as a command of snap \"\(instance)\"")
      }
    }
    let before = try list(of: instance)
    if !names.isEmpty { try Files.makeDirectories(directories.commands, mode: 0o755) }
    for name in Set(names).subtracting(before) {
      try Files.replaceSymlink(at: path(name), target: target)
    }
    for name in Set(before).subtracting(names) {
      if unlink(path(name)) != 0, errno != ENOENT { throw SyscallError("remove", path: path(name), errno: errno) }
    }
    return before
  }

  /// The commands of a snap, sorted. What is in the directory and no link to the program is somebody else's.
  public func list(of instance: String) throws -> [String] {
    guard access(directories.commands, F_OK) == 0 else { return [] }
    return try Files.list(directories.commands).filter {
      Self.belongs($0, to: instance) && readLink(path($0)) == target
    }.sorted()
  }

  private func path(_ name: String) -> String { directories.commands + "/" + name }

  private static func belongs(_ name: String, to instance: String) -> Bool {
    name == instance || name.hasBytePrefix(instance + ".") && name.utf8.count > instance.utf8.count + 1
  }
}

/// The links that say which revision of a snap is in use: `/snap/<instance>/current` and
/// `/var/snap/<instance>/current`.
public struct CurrentLinks: Sendable {
  private let directories: Directories

  public init(directories: Directories) { self.directories = directories }

  private func links(of instance: String) -> [String] {
    ["\(directories.data)/\(instance)/current", "\(directories.snaps)/\(instance)/current"]
  }

  /// Points both links at a revision; each in one step, the data's first, so that who follows the snap's finds data.
  public func set(revision: String, of instance: String) throws {
    for link in links(of: instance) {
      if readLink(link) == revision { continue }
      try Files.makeDirectories(String(link.dropLast("/current".utf8.count)), mode: 0o755)
      try Files.replaceSymlink(at: link, target: revision)
    }
  }

  /// Removes both links. Missing ones are fine.
  public func remove(of instance: String) throws {
    for link in links(of: instance).reversed() where unlink(link) != 0 && errno != ENOENT && errno != ENOTDIR {
      throw SyscallError("remove", path: link, errno: errno)
    }
  }

  /// The revision that the snap's link names; `nil` without one.
  public func revision(of instance: String) throws -> String? {
    readLink("\(directories.snaps)/\(instance)/current")
  }
}

/// Where a symbolic link leads; `nil` when there is no such link.
func readLink(_ path: String) -> String? {
  var buffer = [UInt8](repeating: 0, count: 4096)
  let count = buffer.withUnsafeMutableBytes {
    $0.baseAddress.map { base in readlink(path, base.assumingMemoryBound(to: CChar.self), 4096) } ?? -1
  }
  return count > 0 ? String(decoding: buffer[..<count], as: UTF8.self) : nil
}
