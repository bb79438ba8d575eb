internal import ByteText
internal import Glibc
internal import Linux

/// Where a server listens.
public enum Listener: Sendable {
  case unix(UnixListener)
  /// An address and port of this machine; port 0 is any that is free. An empty host is every address, of both versions.
  case tcp(host: String, port: UInt16)
}

extension Listener {
  /// Reads `HOST:PORT`, `[2001:db8::1]:PORT`, `:PORT` or `PORT`.
  public init?(address text: String) {
    let bytes = Array(text.utf8)
    let colon = bytes.lastIndex(of: UInt8(ascii: ":"))
    let digits = bytes[(colon.map { $0 + 1 } ?? 0)...]
    guard !digits.isEmpty, digits.allSatisfy({ $0.isASCIIDigit }),
      let port = UInt16(String(decoding: digits, as: UTF8.self))
    else { return nil }
    var host = colon.map { bytes[..<$0] } ?? []
    if host.first == UInt8(ascii: "["), host.last == UInt8(ascii: "]") { host = host.dropFirst().dropLast() }
    self = .tcp(host: String(decoding: host, as: UTF8.self), port: port)
  }

  /// The listening descriptors, owned by the caller: a name may have several addresses.
  func open() throws -> [Int32] {
    switch self {
    case .unix(let listener): return [try listener.open()]
    case .tcp(let host, let port): return try TCPSockets.listen(host, port)
    }
  }
}

/// Sockets of the Internet protocol.
enum TCPSockets {
  static func listen(_ host: String, _ port: UInt16) throws -> [Int32] {
    let place = host.isEmpty ? "port \(port)" : "\(host):\(port)"
    var hints = addrinfo()
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    hints.ai_flags = AI_PASSIVE
    if host.isEmpty { hints.ai_family = AF_INET6 }
    var found: UnsafeMutablePointer<addrinfo>?
    var failed = getaddrinfo(host.isEmpty ? nil : host, "\(port)", &hints, &found)
    if failed != 0, host.isEmpty {
      hints.ai_family = AF_INET
      failed = getaddrinfo(nil, "\(port)", &hints, &found)
    }
    guard failed == 0 else {
      throw ListenError(description: "cannot listen at \(place): \(String(cString: gai_strerror(failed)))")
    }
    defer { freeaddrinfo(found) }
    var sockets: [Int32] = []
    do {
      var next = found
      while let address = next?.pointee {
        sockets.append(try listen(address, place, bothVersions: host.isEmpty))
        // With any port asked for, a second address would have another.
        next = port == 0 ? nil : address.ai_next
      }
    } catch {
      for socket in sockets { close(socket) }
      // A machine without version 6 has no such addresses.
      guard host.isEmpty, hints.ai_family == AF_INET6, (error as? SyscallError)?.errno == EAFNOSUPPORT else {
        throw error
      }
      return try listen("0.0.0.0", port)
    }
    return sockets
  }

  private static func listen(_ address: addrinfo, _ place: String, bothVersions: Bool) throws -> Int32 {
    let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
    let socket = OwnedFD(owning: try checked(place) { Glibc.socket(address.ai_family, type, 0) })
    var (yes, no): (Int32, Int32) = (1, 0)
    let size = socklen_t(MemoryLayout<Int32>.size)
    setsockopt(socket.raw, SOL_SOCKET, SO_REUSEADDR, &yes, size)
    if address.ai_family == AF_INET6 {
      // Several processes and both versions: each socket says what it takes.
      if bothVersions { setsockopt(socket.raw, 41, 26, &no, size) } else { setsockopt(socket.raw, 41, 26, &yes, size) }
    }
    _ = try checked(place) { bind(socket.raw, address.ai_addr, address.ai_addrlen) }
    _ = try checked(place) { Glibc.listen(socket.raw, 1024) }
    return socket.release()
  }

  /// The port that a socket is bound to.
  static func port(_ socket: Int32) -> UInt16? {
    var address = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    let failed = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(socket, $0, &length) }
    }
    guard failed == 0, address.ss_family == sa_family_t(AF_INET) || address.ss_family == sa_family_t(AF_INET6) else {
      return nil
    }
    // The port is at the same place in both.
    return withUnsafeBytes(of: &address) { UInt16($0[2]) << 8 | UInt16($0[3]) }
  }

  private static func checked(_ place: String, _ body: () -> Int32) throws(SyscallError) -> Int32 {
    let result = body()
    if result < 0 { throw SyscallError("listen at", path: place, errno: errno) }
    return result
  }
}

/// Why a server can't listen.
public struct ListenError: Error, Hashable, Sendable, CustomStringConvertible {
  public let description: String
}
