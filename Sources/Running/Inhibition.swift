internal import CLinux

/// The lock file with which the daemon keeps apps from starting (spec/confinement.md §1.3): its content says why.
struct Inhibition {
  /// `/var/lib/snapd/inhibit`.
  let directory: String
  let instance: String
  /// The daemon's socket.
  let socket: String

  /// Waits while the snap is being refreshed (services never wait: the daemon stops and starts them itself).
  ///
  /// - Returns: whether there was anything to wait for: what was read before may have changed.
  /// - Throws: when the snap is being removed or disabled.
  func wait(isService: Bool) throws(RunError) -> Bool {
    var isTold = false
    var announcement: Int32 = -1
    defer { if announcement >= 0 { _ = cl_close(announcement) } }
    while true {
      switch try hint() {
      case "remove": throw RunError("cannot run \"\(instance)\", snap is being removed")
      case "disable": throw RunError("cannot run \"\(instance)\", snap is being disabled")
      case "refresh" where !isService:
        if !isTold {
          Running.write("snap package \"\(instance)\" is being refreshed, please wait\n")
          announcement = announce()
        }
        isTold = true
        // The hint is content, and nothing is to be waited for but its change; the daemon holds no lock meanwhile.
        cl_launch_pause(100)
      default: return isTold
      }
    }
  }

  /// Has the daemon tell those who show people such things (notice `snap-run-inhibit`). The daemon looks at who says so
  /// as it answers, so the connection is kept as long as is waited; its answer changes nothing.
  private func announce() -> Int32 {
    let connection = cl_bus_connect(socket)
    guard connection >= 0 else { return connection }
    let body = "{\"action\":\"add\",\"type\":\"snap-run-inhibit\",\"key\":\"\(instance)\"}"
    let request =
      "POST /v2/notices HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: "
      + "\(body.utf8.count)\r\n\r\n" + body
    let bytes = Array(request.utf8)
    _ = bytes.withUnsafeBytes { cl_bus_send(connection, $0.baseAddress, $0.count, nil, 0) }
    return connection
  }

  private func hint() throws(RunError) -> String {
    let path = "\(directory)/\(instance).lock"
    let file = cl_launch_open(Int32(CL_LAUNCH_AT_FDCWD), path, Int32(CL_LAUNCH_O_RDONLY | CL_LAUNCH_O_NOFOLLOW), 0)
    guard file >= 0 else {
      if cl_errno() == CL_LAUNCH_ENOENT { return "" }
      throw RunError("cannot open \(path): \(systemMessage())")
    }
    defer { _ = cl_close(file) }
    // Shared with other starts; the daemon takes it exclusively while it writes.
    guard cl_launch_lock_wait(file, 0) == 0 else { throw RunError("cannot lock \(path): \(systemMessage())") }
    var buffer = [UInt8](repeating: 0, count: 64)
    let count = buffer.withUnsafeMutableBytes { cl_launch_read(file, $0.baseAddress, $0.count) }
    guard count >= 0 else { throw RunError("cannot read \(path): \(systemMessage())") }
    return String(decoding: buffer[..<Int(count)].prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
  }
}
