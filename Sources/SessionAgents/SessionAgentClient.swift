internal import ByteText
internal import FoundationEssentials
internal import Glibc
public import Host
internal import Linux

/// The agents of all sessions of the machine, as the daemon speaks to them.
///
/// An agent is whatever listens at `/run/user/UID/snapd-session-agent.socket` and runs as that user: the directory is the
/// user's, who may put there what they like. So nobody is spoken to before the kernel has said who it is, no answer is
/// waited for longer than it may take, and none is longer than `answerLimit`.
public struct SessionAgentClient: Sendable {
  /// Largest answer, in bytes.
  static let answerLimit = 1 << 20
  /// The socket's name in the directory of a session.
  public static let socketName = "snapd-session-agent.socket"

  private let directories: Directories

  public init(directories: Directories) { self.directories = directories }

  /// What came of a request to one agent.
  public enum Outcome: Hashable, Sendable {
    case done([UInt8])
    /// The agent refused.
    case refused(AgentError)
    /// It was not there, or no agent, or too slow. A whole sentence.
    case failed(String)
  }

  /// The users who have a session with an agent's socket, ascending.
  /// - Parameter users: only those; nil: all.
  public func users(_ users: Set<UInt32>? = nil) -> [UInt32] {
    let names = (try? Files.list(directories.userRuntimes)) ?? []
    return names.compactMap { name -> UInt32? in
      guard name.utf8.allSatisfy({ $0.isASCIIDigit }), let uid = UInt32(name), users?.contains(uid) ?? true,
        let status = try? Files.status(socket(of: uid), followSymlinks: false), status.uid == uid,
        status.kind == .socket
      else { return nil }
      return uid
    }.sorted()
  }

  private func socket(of uid: UInt32) -> String { "\(directories.userRuntimes)/\(uid)/\(Self.socketName)" }

  /// Asks all at once.
  ///
  /// - Parameters:
  ///   - body: sent as JSON, when there is one.
  ///   - timeout: for all of them together.
  public func ask(
    _ users: [UInt32], _ method: String, _ path: String, body: (any Encodable & Sendable)? = nil, timeout: Duration
  ) -> [UInt32: Outcome] {
    var request = HTTPMessage("\(method) \(path) HTTP/1.1", headers: ["host": "localhost"])
    if let body {
      guard let data = try? JSONEncoder().encode(body) else {
        return users.reduce(into: [:]) { $0[$1] = .failed("cannot encode the request to session agents") }
      }
      request.body = [UInt8](data)
      request.headers["content-type"] = "application/json"
    }
    let bytes = request.bytes
    let exchanges = users.map { Exchange(uid: $0, path: socket(of: $0), request: bytes) }
    let end = ContinuousClock.now + timeout
    while true {
      let open = exchanges.filter { $0.outcome == nil }
      if open.isEmpty { break }
      let left = end - ContinuousClock.now
      guard left > .zero else {
        for exchange in open {
          exchange.outcome = .failed("cannot ask the session agent of user \(exchange.uid): timeout")
        }
        break
      }
      var polls = open.map { exchange in
        pollfd(fd: exchange.descriptor, events: Int16(exchange.wantsToWrite ? POLLOUT : POLLIN), revents: 0)
      }
      let milliseconds = left.components.seconds * 1000 + left.components.attoseconds / 1_000_000_000_000_000 + 1
      guard poll(&polls, nfds_t(polls.count), Int32(clamping: milliseconds)) > 0 else { continue }
      for (exchange, found) in zip(open, polls) where found.revents != 0 { exchange.go() }
    }
    return exchanges.reduce(into: [:]) { $0[$1.uid] = $1.outcome }
  }

  /// What an agent answered, decoded; nil for what it did not.
  static func decode<Result: Codable>(_ outcome: Outcome, as type: Result.Type) -> Result? {
    guard case .done(let bytes) = outcome else { return nil }
    return (try? JSONDecoder().decode(AgentEnvelope<Result>.self, from: Data(bytes)))?.result
  }

  /// One connection.
  private final class Exchange {
    let uid: UInt32
    var outcome: Outcome?
    private(set) var descriptor: Int32 = -1
    private var request: ArraySlice<UInt8>
    private var answer: [UInt8] = []

    init(uid: UInt32, path: String, request: [UInt8]) {
      self.uid = uid
      self.request = request[...]
      do {
        let connected = try UnixSockets.connect(path)
        guard UnixSockets.peer(of: connected)?.uid == uid else {
          outcome = .failed("cannot ask the session agent of user \(uid): it is somebody else's")
          return
        }
        descriptor = connected.release()
      } catch {
        fail("\(error)")
      }
    }

    deinit {
      if descriptor >= 0 { close(descriptor) }
    }

    var wantsToWrite: Bool { !request.isEmpty }

    func fail(_ reason: String) { outcome = .failed("cannot ask the session agent of user \(uid): \(reason)") }

    /// As far as it goes now.
    func go() {
      if wantsToWrite {
        let sent = request.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
        if sent > 0 {
          request = request.dropFirst(sent)
        } else if errno != EAGAIN, errno != EINTR {
          fail(String(cString: strerror(errno)))
        }
        return
      }
      var received = 0
      answer += [UInt8](unsafeUninitializedCapacity: 1 << 14) { buffer, count in
        received = recv(descriptor, buffer.baseAddress, buffer.count, 0)
        count = max(0, received)
      }
      if received < 0, errno == EAGAIN || errno == EINTR { return }
      guard received > 0 else { return fail("it hung up") }
      do throws(HTTPMessage.Malformed) {
        guard let message = try HTTPMessage(answer, limit: answerLimit) else {
          if answer.count > answerLimit + HTTPMessage.headLimit { throw HTTPMessage.Malformed.tooLarge }
          return
        }
        finish(message)
      } catch {
        fail("\(error)")
      }
    }

    private func finish(_ message: HTTPMessage) {
      if message.words.dropFirst().first == "200" {
        // An answer of the reference's agents may carry an error in its body.
        outcome = .done(message.body)
        return
      }
      if let error = try? JSONDecoder().decode(AgentEnvelope<AgentError>.self, from: Data(message.body)).result {
        outcome = .refused(error)
      } else {
        fail("it answered \"\(message.startLine)\"")
      }
    }
  }
}
