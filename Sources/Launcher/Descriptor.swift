internal import CLinux

/// An open file that is closed when its owner lets go of it. All are closed by `execve` too.
struct Descriptor: ~Copyable {
  let raw: Int32

  /// Takes what a system call returned; a negative number is its failure to do `what`.
  init(_ raw: Int32, _ what: @autoclosure () -> String) throws(LaunchError) {
    guard raw >= 0 else { throw .call(what()) }
    self.raw = raw
  }

  deinit { _ = cl_close(raw) }

  func status(_ what: @autoclosure () -> String) throws(LaunchError) -> cl_launch_status {
    var status = cl_launch_status()
    guard cl_launch_fstatus(raw, &status) == 0 else { throw .call("examine \(what())") }
    return status
  }

  /// Up to `limit` bytes; more is an error.
  ///
  /// - Parameter size: how many there are, as far as known: they are read in one piece then.
  func contents(
    limit: Int, size: UInt64 = 0, _ what: @autoclosure () -> String
  ) throws(LaunchError) -> [UInt8] {
    let first = max(32768, size < UInt64(limit) ? Int(size) + 1 : 0)
    var bytes: [UInt8] = []
    while true {
      // What the kernel does not fill is never touched: most files end in the first piece.
      let room = min(limit + 1 - bytes.count, bytes.isEmpty ? first : max(bytes.count, 32768))
      var count: Int64 = 0
      let piece = [UInt8](unsafeUninitializedCapacity: room) { buffer, used in
        count = cl_launch_read(raw, buffer.baseAddress, room)
        used = max(0, Int(count))
      }
      guard count >= 0 else { throw .call("read \(what())") }
      if piece.isEmpty { return bytes }
      if bytes.isEmpty { bytes = piece } else { bytes += piece }
      guard bytes.count <= limit else { throw LaunchError("cannot read \(what()): it is too large") }
    }
  }

  func replaceContents(_ bytes: [UInt8], _ what: @autoclosure () -> String) throws(LaunchError) {
    guard cl_launch_truncate(raw) == 0 else { throw .call("write \(what())") }
    try write(bytes, what())
  }

  func write(_ bytes: [UInt8], _ what: @autoclosure () -> String) throws(LaunchError) {
    var done = 0
    while done < bytes.count {
      let count = bytes.withUnsafeBytes { buffer -> Int64 in
        guard let base = buffer.baseAddress else { return 0 }
        return cl_launch_write(raw, base + done, bytes.count - done)
      }
      guard count > 0 else { throw .call("write \(what())") }
      done += Int(count)
    }
  }
}

/// Open files that are closed together, in few calls where they follow each other.
struct Descriptors: ~Copyable {
  /// In the order in which they were added; -1 for none.
  private var all: [Int32] = []

  deinit {
    let open = all.filter { $0 >= 0 }.sorted()
    var start = 0
    while start < open.count {
      var end = start
      while end + 1 < open.count, open[end + 1] == open[end] + 1 { end += 1 }
      // close_range(2) is newer than what else is needed.
      if start == end || cl_launch_close_range(UInt32(open[start]), UInt32(open[end])) != 0 {
        for raw in open[start...end] { _ = cl_close(raw) }
      }
      start = end + 1
    }
  }

  var count: Int { all.count }

  mutating func add(_ raw: Int32) { all.append(raw) }

  subscript(index: Int) -> Int32 { all[index] }
}

/// How a path is walked.
enum Walk {
  /// No symbolic link, nothing above the start.
  case beneath
  /// No symbolic link, from the root.
  case plain
  /// Symbolic links are followed, those of /proc are not.
  case links

  var resolve: UInt64 {
    switch self {
    case .beneath: UInt64(CL_RESOLVE_BENEATH | CL_RESOLVE_NO_SYMLINKS | CL_RESOLVE_NO_MAGICLINKS)
    case .plain: UInt64(CL_RESOLVE_NO_SYMLINKS | CL_RESOLVE_NO_MAGICLINKS)
    case .links: UInt64(CL_RESOLVE_NO_MAGICLINKS)
    }
  }
}

/// Opens a path; -1 and `errno` when it fails.
func openRaw(_ directory: Int32, _ path: String, flags: Int32, walk: Walk) -> Int32 {
  cl_openat2(directory, path, UInt64(flags | CL_LAUNCH_O_CLOEXEC), 0, walk.resolve)
}

let atWorkingDirectory = Int32(CL_LAUNCH_AT_FDCWD)
let pathOnly = Int32(CL_LAUNCH_O_PATH)
let pathOfDirectory = Int32(CL_LAUNCH_O_PATH | CL_LAUNCH_O_DIRECTORY)

let fileTypeMask: UInt32 = 0o170000
let directoryType: UInt32 = 0o040000
let regularType: UInt32 = 0o100000
let symlinkType: UInt32 = 0o120000

extension cl_launch_status {
  var isDirectory: Bool { mode & fileTypeMask == directoryType }
  var isRegular: Bool { mode & fileTypeMask == regularType }
  var isSymlink: Bool { mode & fileTypeMask == symlinkType }
}
