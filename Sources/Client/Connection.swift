internal import Glibc
internal import Linux

/// What went wrong on the wire. `errno` is 0 for a peer that closed or spoke no HTTP.
struct WireFailure: Error {
  let text: String
  let errno: Int32
  static let closed = WireFailure(text: "EOF", errno: 0)
}

/// An answer as it came.
struct RawAnswer {
  var status: Int
  var contentType: String
  var body: [UInt8]
}

/// One connection to the daemon: bytes out, answers in.
final class Connection {
  private let fd: OwnedFD
  private var buffer: [UInt8] = []
  private var consumed = 0
  /// Set once the peer said that it will close, or the stream is out of step.
  var isSpent = false

  /// Longest status line and headers accepted, in bytes.
  private static let headLimit = 64 << 10

  /// Connects.
  ///
  /// - Parameter stall: milliseconds without a byte in either direction after which a request fails.
  init(socket path: String, stall: Int) throws(WireFailure) {
    let raw = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard raw >= 0 else { throw WireFailure(text: "socket: \(message(errno))", errno: errno) }
    fd = OwnedFD(owning: raw)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let bytes = Array(path.utf8)
    guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else {
      throw WireFailure(text: "dial unix \(path): connect: invalid argument", errno: EINVAL)
    }
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
    var limit = timeval(tv_sec: stall / 1000, tv_usec: stall % 1000 * 1000)
    setsockopt(raw, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    setsockopt(raw, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    let result = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(raw, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    guard result == 0 else {
      let code = errno
      throw WireFailure(text: "dial unix \(path): connect: \(message(code))", errno: code)
    }
  }

  /// Whether the peer closed a connection that lay idle.
  var isStale: Bool {
    var poll = pollfd(fd: fd.raw, events: Int16(POLLIN), revents: 0)
    return Glibc.poll(&poll, 1, 0) != 0
  }

  /// Sends everything.
  func send(_ bytes: [UInt8]) throws(WireFailure) {
    var sent = 0
    while sent < bytes.count {
      let count = bytes.withUnsafeBytes { all in
        Glibc.send(fd.raw, all.baseAddress.map { $0 + sent }, all.count - sent, Int32(MSG_NOSIGNAL))
      }
      if count < 0 {
        if errno == EINTR { continue }
        throw failure("write unix", errno)
      }
      sent += count
    }
  }

  /// Sends `length` bytes of a file, from its beginning.
  func sendFile(_ file: borrowing OwnedFD, length: Int64) throws(WireFailure) {
    // sendfile(2) has no MSG_NOSIGNAL: SIGPIPE is held back meanwhile, and taken if it came.
    var pipe = sigset_t()
    var previous = sigset_t()
    sigemptyset(&pipe)
    sigaddset(&pipe, SIGPIPE)
    pthread_sigmask(SIG_BLOCK, &pipe, &previous)
    var offset: off_t = 0
    var failed: Int32 = 0
    var ended = false
    while offset < Int(length), failed == 0, !ended {
      let count = sendfile(fd.raw, file.raw, &offset, min(Int(length) - offset, 1 << 20))
      if count < 0, errno != EINTR { failed = errno }
      ended = count == 0
    }
    if failed == EPIPE, sigismember(&previous, SIGPIPE) == 0 {
      var none = timespec()
      sigtimedwait(&pipe, nil, &none)
    }
    pthread_sigmask(SIG_SETMASK, &previous, nil)
    if failed != 0 { throw failure("write unix", failed) }
    // The file shrank under us: what was promised in Content-Length cannot be kept.
    if ended { throw WireFailure(text: "file became shorter while it was uploaded", errno: EIO) }
  }

  /// Reads one answer; one that would need more than `limit` bytes is refused.
  func receive(limit: Int) throws(WireFailure) -> RawAnswer {
    do {
      while true {
        let answer = try receiveOne(limit: limit)
        // 1xx are interim answers: the real one follows.
        if answer.status >= 200 { return answer }
      }
    } catch {
      isSpent = true
      throw error
    }
  }

  /// How an answer begins, and how its body is framed.
  struct Head {
    var status: Int
    var contentType = ""
    var length: Int?
    var chunked = false
    var close = false
    /// Fields that only some answers have (`snap-length`), by name in lower case.
    var fields: [String: String] = [:]
    /// Whether nothing follows.
    var isEmpty: Bool { status < 200 || status == 204 || status == 304 }
  }

  /// Waits for the peer however long it is silent: it may have to fetch what it will say.
  func bePatient() {
    var patient = timeval()
    setsockopt(fd.raw, SOL_SOCKET, SO_RCVTIMEO, &patient, socklen_t(MemoryLayout<timeval>.size))
  }

  /// Reads the beginning of an answer.
  func receiveHead() throws(WireFailure) -> Head {
    let head = try readHead()
    guard let first = head.first, first.hasPrefix("HTTP/1."), let code = first.split(separator: " ").dropFirst().first,
      let status = Int(code), (100...599).contains(status)
    else { throw WireFailure(text: "malformed HTTP response \"\(head.first?.prefix(40) ?? "")\"", errno: 0) }
    var answer = Head(status: status, close: first.hasPrefix("HTTP/1.0"))
    for line in head.dropFirst() {
      guard let colon = line.firstIndex(of: ":") else { continue }
      let value = line[line.index(after: colon)...].trimmed
      switch line[..<colon].lowercased() {
      case "content-length": answer.length = Int(value)
      case "content-type": answer.contentType = value
      case "transfer-encoding": answer.chunked = value.lowercased() == "chunked"
      case "connection":
        if value.lowercased() == "close" { answer.close = true }
        if value.lowercased() == "keep-alive" { answer.close = false }
      case let name where name.hasPrefix("snap-") || name == "content-disposition": answer.fields[name] = value
      default: break
      }
    }
    return answer
  }

  private func receiveOne(limit: Int) throws(WireFailure) -> RawAnswer {
    try receiveRest(of: try receiveHead(), limit: limit)
  }

  /// Reads the body of an answer that has begun, all of it.
  func receiveRest(of head: Head, limit: Int) throws(WireFailure) -> RawAnswer {
    var answer = RawAnswer(status: head.status, contentType: head.contentType, body: [])
    if head.isEmpty { return answer }
    var close = head.close
    let tooLarge = WireFailure(text: "answer is larger than \(limit) bytes", errno: EMSGSIZE)
    if head.chunked {
      while true {
        let size = try readChunkSize()
        if size == 0 { break }
        if size > limit - answer.body.count { throw tooLarge }
        answer.body += try read(size)
        _ = try readLine()
      }
      while try !readLine().isEmpty {}
    } else if let length = head.length {
      guard length >= 0, length <= limit else { throw tooLarge }
      answer.body = try read(length)
    } else {
      close = true
      while try fill() {
        if buffer.count - consumed > limit { throw tooLarge }
      }
      answer.body = Array(buffer[consumed...])
      consumed = buffer.count
    }
    if close { isSpent = true }
    return answer
  }

  /// Reads a body that comes in pieces, for as long as it comes: the peer may be silent between two of them.
  ///
  /// - Parameters:
  ///   - limit: bytes of one piece.
  ///   - take: gets each piece as it comes.
  func receivePieces(
    of head: Head, limit: Int, _ take: ([UInt8]) throws(WireFailure) -> Void
  ) throws(WireFailure) {
    isSpent = true
    bePatient()
    guard head.chunked else { return try take(try receiveRest(of: head, limit: limit).body) }
    while true {
      let size = try readChunkSize()
      if size == 0 { return }
      if size > limit { throw WireFailure(text: "answer is larger than \(limit) bytes", errno: EMSGSIZE) }
      try take(try read(size))
      _ = try readLine()
    }
  }

  /// Reads a body of known length piece by piece; the peer may not be silent for long.
  ///
  /// - Parameter take: gets each piece as it comes.
  func receiveFile(of head: Head, _ take: ([UInt8]) throws(WireFailure) -> Void) throws(WireFailure) {
    isSpent = true
    guard var rest = head.length, rest >= 0, !head.chunked else {
      throw WireFailure(text: "answer without a length", errno: EBADMSG)
    }
    while rest > 0 {
      if buffer.count == consumed {
        guard try fill() else { throw WireFailure(text: "unexpected EOF", errno: EPIPE) }
      }
      let count = min(rest, buffer.count - consumed)
      let piece = Array(buffer[consumed..<consumed + count])
      consumed += count
      rest -= count
      try take(piece)
    }
    isSpent = head.close
  }

  private func readChunkSize() throws(WireFailure) -> Int {
    let line = try readLine()
    let digits = line.split(separator: ";", omittingEmptySubsequences: false).first ?? ""
    guard let size = Int(digits.trimmed, radix: 16), size >= 0 else {
      throw WireFailure(text: "malformed chunk", errno: 0)
    }
    return size
  }

  private func readHead() throws(WireFailure) -> [String] {
    var lines: [String] = []
    var size = 0
    while true {
      let line = try readLine()
      if line.isEmpty { return lines }
      size += line.utf8.count
      if size > Connection.headLimit { throw WireFailure(text: "headers are too long", errno: 0) }
      lines.append(line)
    }
  }

  private func readLine() throws(WireFailure) -> String {
    var searched = consumed
    while true {
      if let end = buffer[searched...].firstIndex(of: 10) {
        var line = buffer[consumed..<end]
        if line.last == 13 { line.removeLast() }
        consumed = end + 1
        return String(decoding: line, as: UTF8.self)
      }
      let pending = buffer.count - consumed
      if pending > Connection.headLimit { throw WireFailure(text: "line is too long", errno: 0) }
      guard try fill() else { throw .closed }
      searched = consumed + pending
    }
  }

  private func read(_ count: Int) throws(WireFailure) -> [UInt8] {
    while buffer.count - consumed < count {
      guard try fill() else { throw WireFailure(text: "unexpected EOF", errno: 0) }
    }
    let bytes = Array(buffer[consumed..<consumed + count])
    consumed += count
    return bytes
  }

  /// Reads what is there; `false` at the end of the stream. Invalidates positions in the buffer but `consumed`.
  private func fill() throws(WireFailure) -> Bool {
    if consumed == buffer.count {
      buffer.removeAll(keepingCapacity: true)
      consumed = 0
    } else if consumed > 1 << 16 {
      buffer.removeFirst(consumed)
      consumed = 0
    }
    var failed: Int32 = 0
    let raw = fd.raw
    let chunk = [UInt8](unsafeUninitializedCapacity: 1 << 16) { bytes, count in
      while true {
        let got = recv(raw, bytes.baseAddress, bytes.count, 0)
        if got < 0, errno == EINTR { continue }
        if got < 0 { failed = errno }
        count = max(got, 0)
        return
      }
    }
    if failed != 0 { throw failure("read unix", failed) }
    buffer += chunk
    return !chunk.isEmpty
  }

  private func failure(_ call: String, _ code: Int32) -> WireFailure {
    if code == EAGAIN || code == ETIMEDOUT {
      return WireFailure(text: "timeout exceeded while waiting for response", errno: ETIMEDOUT)
    }
    return WireFailure(
      text: "\(call) @->/run/snapd.socket: \(call.prefix(while: { $0 != " " })): \(message(code))", errno: code)
  }
}

/// An errno in the reference's words, which are lower case.
private func message(_ code: Int32) -> String {
  let text = SyscallError("", errno: code).message
  guard let first = text.first else { return text }
  return first.lowercased() + text.dropFirst()
}

extension StringProtocol {
  var trimmed: String {
    var view = self[...]
    while view.first == " " || view.first == "\t" { view.removeFirst() }
    while view.last == " " || view.last == "\t" { view.removeLast() }
    return String(view)
  }
}
