internal import Glibc
public import Linux

/// A directory used as a snap (`snap try`, `snap pack`).
///
/// Every path is walked from the directory's descriptor, name by name with `O_NOFOLLOW`: somebody who swaps
/// a directory for a link meanwhile gets an error, not a file of the host. Files are opened for reading only
/// once a descriptor without effects (`O_PATH`) has shown that they are regular.
public final class DirectoryContainer: SnapContainer {
  public let path: String
  private let top: OwnedFD

  /// - Parameter path: The directory; it may be named through symbolic links, as any command's argument.
  public init(path: String) throws(ImageError) {
    let raw = open(path, openPathOnly | O_DIRECTORY | O_CLOEXEC)
    guard raw >= 0 else { throw ImageError(container: path, reason: .system(errno: errno)) }
    self.path = path
    top = OwnedFD(owning: raw)
  }

  /// Uses a directory that is already open.
  /// - Parameter name: How to call it in messages.
  public init(descriptor: consuming OwnedFD, name: String) {
    path = name
    top = descriptor
  }

  public func status(_ path: String) throws(ImageError) -> EntryStatus? {
    let components = try ContainerPath.components(path, in: self.path)
    guard let found = try locate(components, path) else { return nil }
    return try status(of: found.raw, path)
  }

  public func read(_ path: String, limit: Int) throws(ImageError) -> [UInt8] {
    let components = try ContainerPath.components(path, in: self.path)
    guard let found = try locate(components, path) else { throw failure(.missing, path) }
    let before = try status(of: found.raw, path)
    guard before.kind == .regular else { throw failure(.notRegular(before.kind), path) }
    guard before.size <= UInt64(max(0, limit)) else {
      throw failure(.tooLarge(size: before.size, limit: UInt64(max(0, limit))), path)
    }
    guard let parent = try locate(Array(components.dropLast()), path), let name = components.last else {
      throw failure(.missing, path)
    }
    let raw = openat(parent.raw, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
    guard raw >= 0 else { throw failure(.system(errno: errno), path) }
    let file = OwnedFD(owning: raw)
    let opened = try status(of: file.raw, path)
    guard opened.kind == .regular else { throw failure(.notRegular(opened.kind), path) }
    return try content(of: file.raw, limit: limit, path)
  }

  public func entries(of directory: String) throws(ImageError) -> [ContainerEntry] {
    let components = try ContainerPath.components(directory, in: path)
    guard let found = try locate(components, directory) else { throw failure(.missing, directory) }
    return try entries(in: found.raw, directory, limit: WalkLimits().entries)
  }

  public func readLink(_ path: String) throws(ImageError) -> String {
    let components = try ContainerPath.components(path, in: self.path)
    guard let found = try locate(components, path) else { throw failure(.missing, path) }
    guard try status(of: found.raw, path).kind == .symlink else { throw failure(.notLink, path) }
    var failed: Int32 = 0
    let target = [UInt8](unsafeUninitializedCapacity: 4096) { space, filled in
      // An empty name reads the link the descriptor itself refers to.
      let length = space.withMemoryRebound(to: CChar.self) { space in
        guard let base = space.baseAddress else { return 0 }
        return readlinkat(found.raw, "", base, space.count)
      }
      if length < 0 { failed = errno }
      filled = max(0, length)
    }
    guard failed == 0 else { throw failure(.system(errno: failed), path) }
    return String(decoding: target, as: UTF8.self)
  }

  public func walk(
    _ top: String, limits: WalkLimits,
    visit: (_ path: String, _ status: EntryStatus) throws(ImageError) -> WalkStep
  ) throws(ImageError) {
    let components = try ContainerPath.components(top, in: path)
    let start = components.isEmpty ? "." : components.joined(separator: "/")
    guard let first = try status(top) else { throw failure(.missing, top) }
    guard try visit(start, first) == .continue, first.kind == .directory else { return }
    var left = limits.entries
    // Siblings in reverse, so that the next one to visit is the last.
    var pending: [(path: String, status: EntryStatus, depth: Int)] = []
    func push(_ directory: String, depth: Int) throws(ImageError) {
      guard depth <= limits.depth else {
        throw failure(.limit("more than \(limits.depth) directories deep"), directory)
      }
      let found = try entries(of: directory)
      left -= found.count
      guard left >= 0 else { throw failure(.limit("more than \(limits.entries) entries"), top) }
      for entry in found.reversed() {
        pending.append((ContainerPath.join(directory, entry.name), entry.status, depth))
      }
    }
    try push(start, depth: 1)
    while let next = pending.popLast() {
      let step = try visit(next.path, next.status)
      if step == .stop { return }
      if step == .continue, next.status.kind == .directory { try push(next.path, depth: next.depth + 1) }
    }
  }

  // MARK: Descriptors

  /// A descriptor that refers to a path without opening it; `nil` if there is nothing.
  private func locate(_ components: [String], _ path: String) throws(ImageError) -> OwnedFD? {
    var raw = openat(top.raw, ".", openPathOnly | O_DIRECTORY | O_CLOEXEC)
    guard raw >= 0 else { throw failure(.system(errno: errno), path) }
    for (index, name) in components.enumerated() {
      let last = index == components.count - 1
      let parent = OwnedFD(owning: raw)
      raw = openat(parent.raw, name, openPathOnly | O_NOFOLLOW | O_CLOEXEC | (last ? 0 : O_DIRECTORY))
      if raw < 0 {
        let error = errno
        // A link or a file in the middle is no way to anything.
        if error == ENOENT || error == ENOTDIR || error == ELOOP { return nil }
        throw failure(.system(errno: error), path)
      }
    }
    return OwnedFD(owning: raw)
  }

  private func status(of raw: Int32, _ path: String) throws(ImageError) -> EntryStatus {
    var found = stat()
    guard fstat(raw, &found) == 0 else { throw failure(.system(errno: errno), path) }
    return try DirectoryContainer.status(found, failure(.unsupported("something unknown"), path))
  }

  private static func status(_ found: stat, _ unknown: ImageError) throws(ImageError) -> EntryStatus {
    guard let kind = EntryKind(mode: found.st_mode) else { throw unknown }
    let sized = kind == .regular || kind == .symlink
    return EntryStatus(
      kind: kind, permissions: found.st_mode & 0o7777, uid: found.st_uid, gid: found.st_gid,
      size: sized ? UInt64(max(0, found.st_size)) : 0, modified: Int64(found.st_mtim.tv_sec))
  }

  private func content(of raw: Int32, limit: Int, _ path: String) throws(ImageError) -> [UInt8] {
    var result: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 64 << 10)
    while true {
      let got = chunk.withUnsafeMutableBytes { Glibc.read(raw, $0.baseAddress, $0.count) }
      if got < 0, errno == EINTR { continue }
      guard got >= 0 else { throw failure(.system(errno: errno), path) }
      if got == 0 { return result }
      result.append(contentsOf: chunk[..<got])
      // It may have grown since it was looked at.
      guard result.count <= limit else {
        throw failure(.tooLarge(size: UInt64(result.count), limit: UInt64(limit)), path)
      }
    }
  }

  private func entries(in raw: Int32, _ path: String, limit: Int) throws(ImageError) -> [ContainerEntry] {
    let readable = openat(raw, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard readable >= 0 else {
      throw failure(errno == ENOTDIR ? .notDirectory : .system(errno: errno), path)
    }
    guard let stream = fdopendir(readable) else {
      let error = errno
      close(readable)
      throw failure(.system(errno: error), path)
    }
    defer { closedir(stream) }
    var result: [ContainerEntry] = []
    while let entry = readdir(stream) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) {
        String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name == "." || name == ".." { continue }
      guard result.count < limit else { throw failure(.limit("more than \(limit) entries"), path) }
      var found = stat()
      guard fstatat(dirfd(stream), &entry.pointee.d_name.0, &found, AT_SYMLINK_NOFOLLOW) == 0 else {
        if errno == ENOENT { continue }
        throw failure(.system(errno: errno), ContainerPath.join(path, name))
      }
      let unknown = failure(.unsupported("something unknown"), ContainerPath.join(path, name))
      result.append(ContainerEntry(name: name, status: try DirectoryContainer.status(found, unknown)))
    }
    return result.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
  }

  private func failure(_ reason: ImageError.Reason, _ path: String) -> ImageError {
    ImageError(container: self.path, path: path, reason: reason)
  }
}
