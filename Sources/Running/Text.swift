internal import CLinux

/// C strings one behind the other, for `execve`: one block of memory, whatever is added.
struct TextBlock {
  private(set) var bytes: [UInt8] = []
  /// Where each text starts.
  private(set) var offsets: [Int] = []

  /// Starts a text; ``add(_:)`` adds to it.
  mutating func begin() { offsets.append(bytes.count) }
  mutating func add(_ text: some Sequence<UInt8>) { bytes.append(contentsOf: text) }
  mutating func end() { bytes.append(0) }

  mutating func append(_ text: String) {
    begin()
    add(text.utf8)
    end()
  }

  /// The texts, for who wants to look at them.
  var texts: [String] {
    offsets.map { String(decoding: bytes[$0...].prefix { $0 != 0 }, as: UTF8.self) }
  }

  /// The array that `execve` takes: the texts, `more`, and nil. Valid within the body only.
  mutating func withPointers(
    _ more: UnsafeBufferPointer<UnsafeMutablePointer<CChar>?>? = nil,
    _ body: ([UnsafeMutablePointer<CChar>?]) -> Void
  ) {
    let offsets = offsets
    bytes.withUnsafeMutableBytes { buffer in
      var pointers: [UnsafeMutablePointer<CChar>?] = []
      pointers.reserveCapacity(offsets.count + (more?.count ?? 0) + 1)
      if let base = buffer.baseAddress {
        for offset in offsets { pointers.append((base + offset).assumingMemoryBound(to: CChar.self)) }
      }
      if let more { pointers.append(contentsOf: more) }
      pointers.append(nil)
      body(pointers)
    }
  }
}

/// The kernel's last word.
func systemMessage() -> String {
  guard let text = cl_strerror(cl_errno()) else { return "error \(cl_errno())" }
  return String(cString: text)
}

/// What a symbolic link says; nil when there is none.
func linkContent(_ path: String) -> String? {
  var buffer = [UInt8](repeating: 0, count: 4096)
  let count = buffer.withUnsafeMutableBytes {
    cl_launch_readlink(Int32(CL_LAUNCH_AT_FDCWD), path, $0.baseAddress?.assumingMemoryBound(to: CChar.self), $0.count)
  }
  return count > 0 && count < buffer.count ? String(decoding: buffer[..<Int(count)], as: UTF8.self) : nil
}

/// An open regular file that is read in parts.
struct RegularFile: ~Copyable {
  private let raw: Int32
  private let path: String

  private init(_ raw: Int32, _ path: String) {
    self.raw = raw
    self.path = path
  }

  /// Opens a file; nil when there is none.
  ///
  /// - Throws: for anything but a regular file, too (a FIFO never blocks the caller).
  static func open(_ path: String) throws(RunError) -> RegularFile? {
    let flags = Int32(CL_LAUNCH_O_RDONLY | CL_LAUNCH_O_NONBLOCK)
    let raw = cl_launch_open(Int32(CL_LAUNCH_AT_FDCWD), path, flags, 0)
    guard raw >= 0 else {
      if cl_errno() == CL_LAUNCH_ENOENT { return nil }
      throw RunError("cannot read \(path): \(systemMessage())")
    }
    let file = RegularFile(raw, path)
    var status = cl_launch_status()
    guard cl_launch_fstatus(raw, &status) == 0, status.mode & 0o170000 == 0o100000 else {
      throw RunError("cannot read \(path): it is not a regular file")
    }
    return file
  }

  deinit { _ = cl_close(raw) }

  /// Reads on, to `limit` bytes in all or the end of the file.
  func read(into bytes: inout [UInt8], upTo limit: Int) throws(RunError) {
    while bytes.count < limit {
      let room = min(limit - bytes.count, max(bytes.count, 8192))
      var count: Int64 = 0
      let piece = [UInt8](unsafeUninitializedCapacity: room) { buffer, used in
        count = cl_launch_read(raw, buffer.baseAddress, room)
        used = max(0, Int(count))
      }
      guard count >= 0 else { throw RunError("cannot read \(path): \(systemMessage())") }
      if bytes.isEmpty { bytes = piece } else { bytes += piece }
      if count == 0 { return }
    }
  }
}
