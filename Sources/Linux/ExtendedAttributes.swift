internal import CLinux
internal import Glibc

/// Extended attributes (xattr(7)) of a file, as far as copying needs them.
enum ExtendedAttributes {
  /// What has the attributes: an open file, or an entry of an open directory that is not followed.
  enum Place {
    case file(Int32)
    case entry(Int32, [CChar])
  }

  /// Copies every attribute. Those that the target's file system can't keep, or the caller may not set, are left out,
  /// as cp(1) does.
  static func copy(from source: Place, to target: Place, path: String) throws(SyscallError) {
    let names: [CChar]
    do throws(SyscallError) {
      names = try sized("list attributes of", path) { list(source, $0, $1) }
    } catch {
      if isRefusal(error.errno) { return }
      throw error
    }
    for name in names.split(separator: 0) {
      let name = Array(name) + [0]
      do throws(SyscallError) {
        let value = try sized("read attributes of", path) { get(source, name, $0, $1) }
        _ = try check("set attributes of copy of", path) { set(target, name, value) }
      } catch {
        if !isRefusal(error.errno) { throw error }
      }
    }
  }

  private static func isRefusal(_ error: Int32) -> Bool {
    switch error {
    case ENOTSUP, EPERM, EACCES, ENODATA: true
    default: false
    }
  }

  /// Asks for the size, then for the bytes, again when they grew in between.
  private static func sized(
    _ call: String, _ path: String, _ body: (UnsafeMutablePointer<CChar>?, Int) -> Int64
  ) throws(SyscallError) -> [CChar] {
    for _ in 0..<16 {
      let size = Int(try check(call, path) { body(nil, 0) })
      if size == 0 { return [] }
      var bytes = [CChar](repeating: 0, count: size)
      do throws(SyscallError) {
        let count = try check(call, path) { bytes.withUnsafeMutableBufferPointer { body($0.baseAddress, size) } }
        return Array(bytes[..<Int(count)])
      } catch {
        guard error.errno == ERANGE else { throw error }
      }
    }
    throw SyscallError(call, path: path, errno: ERANGE)
  }

  private static func list(_ place: Place, _ names: UnsafeMutablePointer<CChar>?, _ size: Int) -> Int64 {
    switch place {
    case .file(let file): cl_list_attributes(file, names, size)
    case .entry(let directory, let name): cl_list_link_attributes(procPath(directory, name), names, size)
    }
  }

  private static func get(_ place: Place, _ name: [CChar], _ value: UnsafeMutablePointer<CChar>?, _ size: Int) -> Int64
  {
    switch place {
    case .file(let file): cl_get_attribute(file, name, value, size)
    case .entry(let directory, let entry): cl_get_link_attribute(procPath(directory, entry), name, value, size)
    }
  }

  private static func set(_ place: Place, _ name: [CChar], _ value: [CChar]) -> Int32 {
    switch place {
    case .file(let file): cl_set_attribute(file, name, value, value.count)
    case .entry(let directory, let entry): cl_set_link_attribute(procPath(directory, entry), name, value, value.count)
    }
  }

  /// There are no calls relative to a directory: the kernel's name for the open directory stands in.
  private static func procPath(_ directory: Int32, _ name: [CChar]) -> [CChar] {
    Array("/proc/self/fd/\(directory)/".utf8CString.dropLast()) + name
  }
}
