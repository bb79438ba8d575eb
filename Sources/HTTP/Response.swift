internal import Dispatch
internal import Glibc
public import Linux
internal import Synchronization

/// What is sent back.
public struct Response: Sendable {
  /// The status code.
  public var status: Int
  /// Header fields; those that frame the body (`Content-Length`, `Transfer-Encoding`, `Connection`) are set by the
  /// server.
  public var headers: Headers
  /// The body.
  public var body: ResponseBody

  public init(status: Int = 200, headers: Headers = Headers(), body: ResponseBody = .bytes([])) {
    self.status = status
    self.headers = headers
    self.body = body
  }
}

/// The body of a response.
public enum ResponseBody: Sendable {
  /// All of it.
  case bytes([UInt8])
  /// Written piece by piece by a closure that runs on the handler's thread. With a length (in bytes) exactly that much
  /// must be written; without, the end of the closure is the end of the body. An error thrown by the closure cuts the
  /// connection, so that the client does not take a part for the whole.
  case stream(length: Int64?, _ write: @Sendable (ResponseWriter) async throws -> Void)
  /// Bytes of a file, which the kernel sends without a copy in the program where it can. A file that is shorter cuts the
  /// connection.
  case file(SharedFile, offset: Int64, length: Int64)

  /// What can be read from a descriptor: a file, or a pipe until its writer ends. Closed afterwards.
  ///
  /// - Parameter length: how much to send, in bytes; nil for all there is.
  public static func descriptor(_ descriptor: consuming OwnedFD, length: Int64? = nil) -> ResponseBody {
    let file = SharedFile(descriptor)
    return .stream(length: length) { writer in
      var left = length ?? .max
      var chunk = [UInt8](repeating: 0, count: 64 * 1024)
      while left > 0 {
        try Task.checkCancellation()
        // A pipe may be silent for long; looking up now and then is how a client's leaving is noticed.
        var ready = pollfd(fd: file.descriptor.raw, events: Int16(POLLIN), revents: 0)
        if poll(&ready, 1, 250) == 0 { continue }
        let count = read(file.descriptor.raw, &chunk, min(chunk.count, Int(clamping: left)))
        if count < 0, errno == EINTR || errno == EAGAIN { continue }
        if count < 0 { throw SyscallError("read body of response", errno: errno) }
        if count == 0 { return }
        left -= Int64(count)
        try await writer.write(Array(chunk[..<count]))
      }
    }
  }

  /// The elements of a sequence, as they come.
  public static func chunks<Chunks: AsyncSequence & Sendable>(_ chunks: Chunks) -> ResponseBody
  where Chunks.Element == [UInt8] {
    .stream(length: nil) { writer in
      for try await chunk in chunks { try await writer.write(chunk) }
    }
  }
}

/// A descriptor that several may have; closed when the last lets go of it.
public final class SharedFile: Sendable {
  public let descriptor: OwnedFD
  public init(_ descriptor: consuming OwnedFD) { self.descriptor = descriptor }
}

/// Where a streaming body goes.
public struct ResponseWriter: Sendable {
  let send: @Sendable ([UInt8]) async throws -> Void

  /// A writer as tests make it.
  public init(_ send: @escaping @Sendable ([UInt8]) async throws -> Void) { self.send = send }

  /// Sends some bytes; returns when there is room for more.
  ///
  /// - Throws: ``ClientGone`` when the client has left.
  public func write(_ bytes: [UInt8]) async throws { try await send(bytes) }

  /// The same for code that blocks: only the handler's own thread waits.
  ///
  /// - Throws: ``ClientGone`` when the client has left.
  public func writeBlocking(_ bytes: [UInt8]) throws {
    let ended = Ended()
    Task { [send] in
      do { try await send(bytes) } catch { ended.error.withLock { $0 = error } }
      ended.signal.signal()
    }
    ended.signal.wait()
    if let error = ended.error.withLock({ $0 }) { throw error }
  }

  private final class Ended: Sendable {
    let signal = DispatchSemaphore(value: 0)
    let error = Mutex<(any Error)?>(nil)
  }
}

/// The client closed the connection before the exchange was over.
public struct ClientGone: Error, CustomStringConvertible {
  public init() {}
  public var description: String { "cannot answer: the client has gone" }
}

/// The body is larger than the route takes.
public struct BodyTooLarge: Error, CustomStringConvertible {
  /// Bytes.
  public let limit: Int64
  public var description: String { "cannot read request body: larger than \(limit) bytes" }
}
