internal import CLinux

/// Why a call is answered with an error: its number.
struct MountRefusal: Error {
  let errno: Int32

  /// Nothing describes what is asked for. Not AppArmor's EACCES: mount(8) takes that for a medium that cannot be written,
  /// tries once more and says so.
  static let notDescribed = MountRefusal(errno: Int32(CL_LAUNCH_EPERM))

  /// The last system call failed.
  static func call() -> MountRefusal {
    let errno = cl_errno()
    return MountRefusal(errno: errno > 0 ? errno : Int32(CL_LAUNCH_EPERM))
  }
}

/// A place inside: what is open, and where that is, by the kernel's word.
struct FoundPlace: ~Copyable {
  let file: Descriptor
  let path: [UInt8]
  let status: cl_launch_status

  /// As a pattern of directories may want it.
  var isDirectory: Bool { status.isDirectory }
}

/// The thread that waits in mount(2) or umount2(2), as `/proc` has it.
///
/// What is opened here is the thread's, or another's that has its number by now. Only what is asked after
/// ``MountKeeper`` has found that the call still waits may be acted on.
struct MountCaller: ~Copyable {
  private let process: Descriptor
  private let memory: Descriptor
  private let root: Descriptor
  /// Where the keeper sees itself: a `/proc` of the host.
  private let processes: Int32

  init(_ process: Int32, processes: Int32) throws(MountRefusal) {
    let directory = try openFile(cl_launch_open(processes, "\(process)", pathOfDirectory, 0))
    let memory = try openFile(cl_launch_open(directory.raw, "mem", 0, 0))
    let root = try openFile(cl_launch_open(directory.raw, "root", pathOfDirectory, 0))
    self.process = directory
    self.memory = memory
    self.root = root
    self.processes = processes
  }

  /// Whether its effective user is root of the machine: others the kernel would refuse.
  func isRoot() throws(MountRefusal) -> Bool {
    let file = try openFile(cl_launch_open(process.raw, "status", 0, 0))
    let bytes: [UInt8]
    do throws(LaunchError) { bytes = try file.contents(limit: 1 << 16, "status") } catch {
      throw MountRefusal(errno: error.errno)
    }
    for line in bytes.split(separator: UInt8(ascii: "\n")) where line.starts(with: "Uid:".utf8) {
      // Real, effective, saved, of files (proc_pid_status(5)).
      let words = line.split(separator: UInt8(ascii: "\t"))
      return words.count == 5 && words[2].elementsEqual("0".utf8)
    }
    return false
  }

  /// A text of the caller's, as it is now; nil for none. It may be another the next moment, so each is read once.
  func text(_ address: UInt64) throws(MountRefusal) -> [UInt8]? {
    guard address != 0 else { return nil }
    var length: Int64 = 0
    let memory = memory.raw
    let bytes = [UInt8](unsafeUninitializedCapacity: 4096) { buffer, used in
      length =
        buffer.baseAddress.map {
          cl_broker_text(memory, address, UnsafeMutableRawPointer($0).assumingMemoryBound(to: CChar.self), 4096)
        } ?? -1
      used = max(0, Int(length))
    }
    guard length >= 0 else { throw .call() }
    return bytes
  }

  /// What a path leads to for the caller. Links of /proc that jump are not followed.
  func place(_ text: [UInt8], follow: Bool) throws(MountRefusal) -> FoundPlace {
    guard let first = text.first else { throw MountRefusal(errno: Int32(CL_LAUNCH_ENOENT)) }
    var path = text
    if first != UInt8(ascii: "/") {
      let directory = try openFile(cl_launch_open(process.raw, "cwd", pathOfDirectory, 0))
      path = try inside(Self.path(of: directory.raw, processes)) + [UInt8(ascii: "/")] + text
    }
    let flags = UInt64(CL_LAUNCH_O_PATH | CL_LAUNCH_O_CLOEXEC | (follow ? 0 : CL_LAUNCH_O_NOFOLLOW))
    let walk = UInt64(CL_RESOLVE_IN_ROOT | CL_RESOLVE_NO_MAGICLINKS)
    let root = root.raw
    var raw: Int32 = -1
    // Where the way leads up while something is renamed anywhere, the kernel cannot tell (openat2(2), EAGAIN).
    for _ in 0..<64 where raw < 0 {
      raw = withText(path) { cl_openat2(root, $0, flags, 0, walk) }
      if raw < 0, cl_errno() != CL_LAUNCH_EAGAIN { break }
    }
    let file = try openFile(raw)
    var status = cl_launch_status()
    guard cl_launch_fstatus(file.raw, &status) == 0 else { throw .call() }
    let found = try Self.path(of: file.raw, processes)
    return FoundPlace(file: file, path: found, status: status)
  }

  /// A path of the keeper's as the caller has it, whose root may be another directory.
  private func inside(_ path: [UInt8]) throws(MountRefusal) -> [UInt8] {
    let root = try Self.path(of: root.raw, processes)
    if root == [UInt8(ascii: "/")] { return path }
    if path == root { return [UInt8(ascii: "/")] }
    guard path.starts(with: root + [UInt8(ascii: "/")]) else { throw MountRefusal(errno: Int32(CL_LAUNCH_ENOENT)) }
    return Array(path.dropFirst(root.count))
  }

  /// Where an open file is.
  static func path(of file: Int32, _ processes: Int32) throws(MountRefusal) -> [UInt8] {
    var buffer = [CChar](repeating: 0, count: 4096)
    let count = cl_launch_readlink(processes, "self/fd/\(file)", &buffer, 4096)
    guard count > 0 else { throw .call() }
    // What is not in the keeper's tree has no slash at its beginning.
    guard count < 4096, buffer[0] == CChar(UInt8(ascii: "/")) else { throw .notDescribed }
    return buffer[..<Int(count)].map { UInt8(bitPattern: $0) }
  }
}

/// What a system call has opened.
func openFile(_ raw: Int32) throws(MountRefusal) -> Descriptor {
  guard raw >= 0 else { throw .call() }
  do throws(LaunchError) { return try Descriptor(raw, "") } catch { throw MountRefusal(errno: error.errno) }
}

/// Bytes as system calls take a text.
func withText<T>(_ bytes: [UInt8], _ body: (UnsafePointer<CChar>) -> T) -> T {
  var text = bytes.map { CChar(bitPattern: $0) }
  text.append(0)
  return text.withUnsafeBufferPointer { buffer in
    // An array that is not empty has an address.
    guard let address = buffer.baseAddress else { return withUnsafePointer(to: 0, body) }
    return body(address)
  }
}
