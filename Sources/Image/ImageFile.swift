internal import Glibc
internal import Linux

/// The open image: bytes by position, never beyond the end, never from anything but a regular file.
struct ImageFile: ~Copyable {
  let descriptor: OwnedFD
  let name: String
  /// Bytes in the file when it was opened.
  let size: UInt64

  /// Opens without ever waiting: what it is gets checked on a descriptor that touches nothing (`O_PATH`)
  /// before it is opened for reading, so a named pipe, a device or a terminal has no effect.
  init(path: String, followingLink: Bool) throws(ImageError) {
    func failure() -> ImageError { ImageError(container: path, reason: .system(errno: errno)) }
    let link = followingLink ? 0 : O_NOFOLLOW
    let probe = open(path, openPathOnly | O_CLOEXEC | link)
    guard probe >= 0 else { throw failure() }
    let look = OwnedFD(owning: probe)
    let seen = try ImageFile.regularStatus(look.raw, name: path)
    let raw = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | link)
    guard raw >= 0 else { throw failure() }
    let descriptor = OwnedFD(owning: raw)
    let opened = try ImageFile.regularStatus(raw, name: path)
    guard seen.st_dev == opened.st_dev, seen.st_ino == opened.st_ino else {
      throw ImageError(container: path, reason: .system(errno: ESTALE))
    }
    self.name = path
    self.size = UInt64(max(0, opened.st_size))
    self.descriptor = descriptor
  }

  /// Takes over a descriptor that is already open for reading.
  init(descriptor: consuming OwnedFD, name: String) throws(ImageError) {
    let status = try ImageFile.regularStatus(descriptor.raw, name: name)
    self.name = name
    self.size = UInt64(max(0, status.st_size))
    self.descriptor = descriptor
  }

  private static func regularStatus(_ raw: Int32, name: String) throws(ImageError) -> stat {
    var status = stat()
    guard fstat(raw, &status) == 0 else { throw ImageError(container: name, reason: .system(errno: errno)) }
    guard let kind = EntryKind(mode: status.st_mode), kind == .regular else {
      let noun = EntryKind(mode: status.st_mode)?.noun ?? "something unknown"
      throw ImageError(container: name, reason: .notSnap("\(quoted(name)) is \(noun), not a regular file"))
    }
    return status
  }

  /// Exactly `count` bytes from a position, or a clear error.
  func read(at position: UInt64, count: Int) throws(ImageError) -> [UInt8] {
    guard position <= size, UInt64(count) <= size - position else {
      throw ImageError(container: name, reason: .corrupted("content beyond the end of the file"))
    }
    var failed: Int32 = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { space, filled in
      while filled < count {
        guard let base = space.baseAddress else { break }
        let got = pread(descriptor.raw, base + filled, count - filled, off_t(position) + off_t(filled))
        if got > 0 {
          filled += got
        } else if got == 0 {
          break
        } else if errno != EINTR {
          failed = errno
          break
        }
      }
    }
    guard failed == 0 else { throw ImageError(container: name, reason: .system(errno: failed)) }
    guard bytes.count == count else {
      throw ImageError(container: name, reason: .corrupted("the file became shorter while it was read"))
    }
    return bytes
  }
}

/// `O_PATH`, which the Glibc module hides: refer to a file without opening what it stands for.
let openPathOnly: Int32 = 0o10000000

/// Little-endian numbers out of bytes. The caller has checked the length.
struct LittleEndian {
  private let bytes: [UInt8]

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  func number<Value: FixedWidthInteger>(_ type: Value.Type, at offset: Int) -> Value {
    var value: Value = 0
    for index in 0..<MemoryLayout<Value>.size {
      value |= Value(truncatingIfNeeded: bytes[offset + index]) << Value(index * 8)
    }
    return value
  }
}
