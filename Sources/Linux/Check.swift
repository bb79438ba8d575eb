internal import Glibc

/// Makes a call again while it is interrupted, and turns a negative result into an error.
@inline(__always)
func check<Result: FixedWidthInteger & SignedInteger>(
  _ call: String, _ path: String?, _ body: () -> Result
) throws(SyscallError) -> Result {
  while true {
    let result = body()
    if result >= 0 { return result }
    let error = errno
    if error != EINTR { throw SyscallError(call, path: path, errno: error) }
  }
}

/// A C call would silently cut a path at a NUL byte and act on another file.
@inline(__always)
func rejectNUL(_ call: String, _ path: String) throws(SyscallError) {
  if path.utf8.contains(0) { throw SyscallError(call, path: path, errno: EINVAL) }
}

/// The path's directory and last element; "/a/b/" gives "/a" and "b", "b" gives "." and "b".
func splitPath(_ path: String) -> (parent: String, name: String) {
  var bytes = Array(path.utf8)
  while bytes.count > 1, bytes.last == UInt8(ascii: "/") { bytes.removeLast() }
  guard let slash = bytes.lastIndex(of: UInt8(ascii: "/")) else { return (".", String(decoding: bytes, as: UTF8.self)) }
  let name = String(decoding: bytes[(slash + 1)...], as: UTF8.self)
  return (slash == 0 ? "/" : String(decoding: bytes[..<slash], as: UTF8.self), name)
}
