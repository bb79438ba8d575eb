internal import CLinux

#if hasFeature(Embedded)
  internal import JSONValuesEmbedded
#else
  internal import JSONValues
#endif

/// The program `snapctl`: hands what a snap's process asks for to the daemon, and prints the answer.
public enum Snapctl {
  /// Where the program is installed; what stands before it is the root prefix.
  static let installed = "/usr/lib/snapd/snapctl"
  /// The daemon's socket for snaps. A service that outlives the daemon has the old socket's file in its sandbox; the
  /// directory always shows the one of today.
  static let sockets = ["/run/snapd-snap.socket", "/run/snapd/snap-socket/snapd-snap.socket"]

  /// The whole program.
  ///
  /// - Returns: the exit status.
  public static func main(
    _ count: Int32, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
  ) -> Int32 {
    let words = (1..<max(1, Int(count))).compactMap { arguments[$0].map { String(cString: $0) } }
    let request = request(words, cookie: cookie(environment()))
    do throws(SnapctlError) {
      let answer = try Answer(try exchange(request, prefix: prefix()))
      write(1, answer.out)
      write(2, answer.err)
      return answer.status
    } catch {
      write(2, "error: \(error.message)\n")
      return 1
    }
  }

  /// The secret by which the daemon knows the snap, or the run of its hook.
  static func cookie(_ environment: [String]) -> String {
    for name in ["SNAP_COOKIE=", "SNAP_CONTEXT="] {
      for variable in environment where variable.utf8.starts(with: name.utf8) {
        let value = String(decoding: variable.utf8.dropFirst(name.utf8.count), as: UTF8.self)
        if !value.isEmpty { return value }
      }
    }
    return ""
  }

  /// The whole request, head and body.
  static func request(_ words: [String], cookie: String) -> [UInt8] {
    let body = JSONValue.object([
      "context-id": .string(cookie), "args": .array(words.map { JSONValue.string($0) }),
    ]).bytes
    var request = Array("POST /v2/snapctl HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n".utf8)
    request += Array("Content-Type: application/json\r\nContent-Length: \(body.count)\r\n\r\n".utf8)
    return request + body
  }

  private static func environment() -> [String] {
    var variables: [String] = []
    guard let environment = cl_launch_environment() else { return [] }
    while let variable = environment[variables.count] { variables.append(String(cString: variable)) }
    return variables
  }

  /// The root under which the program is installed, `""` for the machine's own.
  private static func prefix() -> String {
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = buffer.withUnsafeMutableBytes {
      cl_launch_readlink(
        Int32(CL_LAUNCH_AT_FDCWD), "/proc/self/exe", $0.baseAddress?.assumingMemoryBound(to: CChar.self), $0.count)
    }
    guard count > installed.utf8.count, count < buffer.count else { return "" }
    let path = buffer[..<Int(count)]
    guard path.suffix(installed.utf8.count).elementsEqual(installed.utf8) else { return "" }
    return String(decoding: path.dropLast(installed.utf8.count), as: UTF8.self)
  }

  /// Sends the request and reads the answer to its end.
  private static func exchange(_ request: [UInt8], prefix: String) throws(SnapctlError) -> [UInt8] {
    let socket = connect(prefix)
    guard socket >= 0 else { throw SnapctlError("cannot communicate with server: \(text(of: cl_errno()))") }
    defer { _ = cl_close(socket) }
    try send(request, to: socket)
    var answer: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 16384)
    while true {
      let count = chunk.withUnsafeMutableBytes { cl_launch_read(socket, $0.baseAddress, $0.count) }
      if count == 0 { return answer }
      guard count > 0 else {
        if cl_errno() == CL_LAUNCH_EINTR { continue }
        guard cl_errno() == CL_LAUNCH_EAGAIN else {
          throw SnapctlError("cannot communicate with server: \(text(of: cl_errno()))")
        }
        wait(for: CL_BUS_READABLE, socket)
        continue
      }
      answer += chunk[..<Int(count)]
      guard answer.count < Answer.limit else {
        throw SnapctlError("cannot communicate with server: too long an answer")
      }
    }
  }

  /// Connects, waiting a while for a daemon that is just starting: it runs hooks before it listens, and services do not
  /// notice that it was away.
  private static func connect(_ prefix: String) -> Int32 {
    for attempt in 0..<500 {
      for path in sockets {
        let socket = cl_bus_connect(prefix + path)
        if socket >= 0 { return socket }
        // Many others wait, nobody listens (yet), or there is no socket (yet).
        let isPassing = [CL_LAUNCH_EAGAIN, CL_LAUNCH_ECONNREFUSED, CL_LAUNCH_ENOENT].contains(cl_errno())
        if !isPassing || attempt == 499 && path == sockets.last { return -1 }
      }
      cl_launch_pause(10)
    }
    return -1
  }

  private static func send(_ bytes: [UInt8], to socket: Int32) throws(SnapctlError) {
    var sent = 0
    while sent < bytes.count {
      let count = bytes[sent...].withUnsafeBytes { cl_bus_send(socket, $0.baseAddress, $0.count, nil, 0) }
      if count > 0 {
        sent += Int(count)
        continue
      }
      guard cl_errno() == CL_LAUNCH_EAGAIN else {
        // The daemon may have refused before it read everything: its answer says why.
        if sent > 0 { return }
        throw SnapctlError("cannot communicate with server: \(text(of: cl_errno()))")
      }
      wait(for: CL_BUS_WRITABLE, socket)
    }
  }

  private static func wait(for event: Int32, _ socket: Int32) {
    var item = cl_bus_wait(fd: socket, wanted: Int16(event), found: 0)
    _ = cl_bus_poll(&item, 1)
  }

  private static func text(of errno: Int32) -> String {
    guard let text = cl_strerror(errno) else { return "error \(errno)" }
    return String(cString: text)
  }

  private static func write(_ descriptor: Int32, _ text: String) {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { cl_launch_write(descriptor, $0.baseAddress, $0.count) }
      guard count > 0 else { return }
      rest = rest.dropFirst(Int(count))
    }
  }
}

/// Why nothing was answered, or what the daemon says against it.
struct SnapctlError: Error, Equatable {
  let message: String
  init(_ message: String) { self.message = message }
}
