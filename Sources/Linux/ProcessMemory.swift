internal import CLinux
internal import Glibc

/// The memory of the calling process.
public enum ProcessMemory {
  /// Lets go of what is mapped or held and not in use: pages of code and constants, which are mapped again from the page
  /// cache when they are touched, and what `malloc` keeps of what was freed. A program that has just started, or has
  /// done some rare work, holds much that only that needed.
  ///
  /// Only what nothing ever writes to is unmapped, so nothing can be lost. madvise(2), `MADV_DONTNEED`; malloc_trim(3).
  public static func release() {
    cl_trim_heap()
    cl_forget_constants()
  }

  /// Bytes that are resident. proc_pid_statm(5).
  public static var resident: Int {
    get throws(SyscallError) {
      let fields = try Files.read("/proc/self/statm", limit: 4096).split(separator: UInt8(ascii: " "))
      let pages = fields.count > 1 ? Int(String(decoding: fields[1], as: UTF8.self)) : nil
      return (pages ?? 0) * Int(getpagesize())
    }
  }
}
