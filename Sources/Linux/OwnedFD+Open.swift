internal import CLinux
internal import Glibc

extension OwnedFD {
  /// Opens a path (`O_CLOEXEC` is always added), as open(2) does.
  public static func open(_ path: String, _ flags: Int32, mode: UInt32 = 0) throws(SyscallError) -> OwnedFD {
    try rejectNUL("open", path)
    return OwnedFD(
      owning: try check("open", path) { Glibc.open(path, flags | O_CLOEXEC, mode) })
  }

  /// Opens a path relative to this directory (openat(2)). The path may lead out of the directory: use
  /// ``openBeneath(_:_:mode:sameMount:)`` where it must not.
  public func open(_ path: String, _ flags: Int32, mode: UInt32 = 0) throws(SyscallError) -> OwnedFD {
    try rejectNUL("open", path)
    return OwnedFD(
      owning: try check("open", path) { Glibc.openat(raw, path, flags | O_CLOEXEC, mode) })
  }

  /// Opens a path that must lie beneath this directory, following no symbolic link at all (openat2(2) with
  /// `RESOLVE_BENEATH`, `NO_SYMLINKS` and `NO_MAGICLINKS`; spec/threats.md, "Privileged path operations").
  ///
  /// - Parameter sameMount: also refuse to cross into another mount (`EXDEV`).
  public func openBeneath(_ path: String, _ flags: Int32, mode: UInt32 = 0, sameMount: Bool = false)
    throws(SyscallError) -> OwnedFD
  {
    try rejectNUL("open", path)
    var resolve = CL_RESOLVE_BENEATH | CL_RESOLVE_NO_SYMLINKS | CL_RESOLVE_NO_MAGICLINKS
    if sameMount { resolve |= CL_RESOLVE_NO_XDEV }
    return OwnedFD(
      owning: try check("open", path) {
        cl_openat2(raw, path, UInt64(UInt32(bitPattern: flags | O_CLOEXEC)), UInt64(mode), UInt64(resolve))
      })
  }

  /// Another descriptor for the same open file.
  public func duplicate() throws(SyscallError) -> OwnedFD {
    OwnedFD(owning: try check("duplicate descriptor", nil) { fcntl(raw, F_DUPFD_CLOEXEC, 0) })
  }

  /// What the descriptor refers to.
  public func status() throws(SyscallError) -> FileStatus {
    var status = stat()
    _ = try check("stat", nil) { fstat(raw, &status) }
    return FileStatus(status)
  }

  /// Reads until the end of the file.
  ///
  /// - Parameter limit: most bytes to take; a longer file throws `EFBIG`.
  public func readAll(limit: Int, path: String? = nil) throws(SyscallError) -> [UInt8] {
    var bytes: [UInt8] = []
    while true {
      let room = Swift.min(limit - bytes.count + 1, 64 * 1024)
      var failure: Int32 = 0
      let raw = self.raw
      let chunk = [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
        var got: Int
        repeat { got = Glibc.read(raw, buffer.baseAddress, room) } while got < 0 && errno == EINTR
        if got < 0 { failure = errno }
        count = Swift.max(got, 0)
      }
      if failure != 0 { throw SyscallError("read", path: path, errno: failure) }
      if chunk.isEmpty { return bytes }
      bytes += chunk
      if bytes.count > limit { throw SyscallError("read", path: path, errno: EFBIG) }
    }
  }

  /// Hands over what the file has up to its end, in pieces of at most 256 KiB.
  ///
  /// - Returns: how many bytes there were.
  @discardableResult
  public func readPieces(
    path: String? = nil, _ take: (UnsafeRawBufferPointer) -> Void
  ) throws(SyscallError) -> Int {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)
    defer { buffer.deallocate() }
    var size = 0
    while true {
      let count = try check("read", path) { Glibc.read(raw, buffer.baseAddress, buffer.count) }
      if count == 0 { return size }
      take(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
      size += count
    }
  }

  /// Writes every byte.
  public func writeAll(_ bytes: [UInt8], path: String? = nil) throws(SyscallError) {
    var done = 0
    while done < bytes.count {
      let raw = self.raw
      let start = done
      done += try check("write", path) {
        bytes.withUnsafeBytes { buffer in
          Glibc.write(raw, buffer.baseAddress.map { $0 + start }, buffer.count - start)
        }
      }
    }
  }

  /// Forces the file's content and metadata to the disk (fsync(2)).
  public func sync(path: String? = nil) throws(SyscallError) {
    _ = try check("sync", path) { fsync(raw) }
  }
}
