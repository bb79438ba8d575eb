internal import Glibc

/// Reads the names of one open directory. Takes a descriptor of its own, so the caller's stays where it was.
struct DirectoryReader: ~Copyable {
  private let stream: OpaquePointer?
  private let failure: Int32

  /// Reads the directory from its start.
  init(_ directory: borrowing OwnedFD) {
    let own = openat(directory.raw, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    if own < 0 {
      stream = nil
      failure = errno
      return
    }
    let opened = fdopendir(own)
    failure = opened == nil ? errno : 0
    if opened == nil { close(own) }
    stream = opened
  }

  deinit { if let stream { closedir(stream) } }

  /// Calls the body with each name (NUL-terminated, any bytes) and its type as readdir(3) reports it (`DT_UNKNOWN`
  /// where the file system doesn't say), until it returns false.
  borrowing func forEach(
    path: String, _ body: (UnsafeBufferPointer<CChar>, Int32) throws(SyscallError) -> Bool
  ) throws(SyscallError) {
    guard let stream else { throw SyscallError("list", path: path, errno: failure) }
    while true {
      errno = 0
      guard let entry = readdir(stream) else {
        if errno != 0 { throw SyscallError("list", path: path, errno: errno) }
        return
      }
      let type = Int32(entry.pointee.d_type)
      let name = UnsafeRawPointer(entry).advanced(by: MemoryLayout<dirent>.offset(of: \.d_name) ?? 19)
        .assumingMemoryBound(to: CChar.self)
      let length = strlen(name)
      if name[0] == 0x2E, length == 1 || (length == 2 && name[1] == 0x2E) { continue }
      if try !body(UnsafeBufferPointer(start: name, count: length), type) { return }
    }
  }
}
