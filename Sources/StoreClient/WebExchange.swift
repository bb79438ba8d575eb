internal import ByteText
internal import CCurl
internal import Snap

/// A request, as it goes over the wire.
struct WebRequest: Sendable {
  var method = "GET"
  var address: WebAddress
  var headers: [(name: String, value: String)] = []
  var body: [UInt8]?
  /// Bytes of an answer that is kept in memory.
  var limit = 4 << 20
  /// For all of it; nil for what is usual. Downloads take as long as they take.
  var timeout: Duration?
  /// Bytes a second; 0 for as fast as it goes.
  var rate: Int64 = 0
  /// Whether it goes to where a store has led to, which must not be this machine.
  var avoidsThisMachine = false
  /// Whether the answer is for a file: then large buffers, and nothing compressed on the way.
  var isDownload = false
}

/// What comes before the body.
struct WebHead: Sendable {
  var status = 0
  /// By name in lower case; of several of one name, the last.
  var headers: [String: String] = [:]
  var address: WebAddress

  subscript(name: String) -> String? { headers[name.lowercased()] }
}

struct WebResponse: Sendable {
  var head: WebHead
  var body: [UInt8]
  var status: Int { head.status }
}

/// Why there is no answer.
enum WebFailure: Error {
  case cancelled
  /// Something that may be better the next time.
  case passing(String)
  /// Something that will not be better the next time.
  case lasting(String)
  /// The certificate of the other side, or the encryption.
  case tls(String)
  case tooLarge
  case tooSlow(bytesPerSecond: Double)
  /// What the receiver of a body had against it.
  case receiver(StoreError)

  var isPassing: Bool { if case .passing = self { true } else { false } }
}

/// Takes the body of an answer as it comes.
protocol WebReceiver: AnyObject {
  /// Whether the body of this answer is taken; if not, it is kept as that of a small answer.
  func takes(_ head: WebHead) throws(StoreError) -> Bool
  func receive(_ bytes: UnsafeRawBufferPointer) throws(StoreError)
}

/// How long to be patient.
public struct Patience: Sendable {
  /// Until there is a connection.
  public var connection = Duration.seconds(10)
  /// From the request to the head of the answer.
  public var head = Duration.seconds(15)
  /// For all of a request that is no download.
  public var request = Duration.seconds(10)
  /// Over so long the speed of a download is measured (`SNAPD_DOWNLOAD_MEAS_WINDOW`).
  public var window = Duration.seconds(300)
  /// Bytes a second, on average over a window (`SNAPD_MIN_DOWNLOAD_SPEED`).
  public var leastSpeed: Double = 4096

  public init() {}

  /// As the environment of the daemon has it; what cannot be read does not count.
  public init(environment: [String: String]) {
    if let speed = environment["SNAPD_MIN_DOWNLOAD_SPEED"].flatMap({ Double($0) }), speed >= 0, speed.isFinite {
      leastSpeed = speed
    }
    if let window = environment["SNAPD_DOWNLOAD_MEAS_WINDOW"].flatMap({ Duration(goText: $0) }), window > .zero {
      self.window = window
    }
  }
}

/// One request and its answer, while libcurl works on them. Used on one thread only.
final class WebExchange {
  /// Bytes of all headers of an answer.
  static let headLimit = 256 << 10

  private let request: WebRequest
  private let receiver: (any WebReceiver)?
  private let patience: Patience
  private let clock: StoreClock
  private let isCancelled: IsCancelled
  private var head: WebHead
  private var headBytes = 0
  private var body: [UInt8] = []
  private var isTaken = false
  private var failure: WebFailure?
  private let start: Duration
  private var hasHead = false
  private var windowStart: Duration
  private var windowBytes = 0
  private var bytes = 0
  private var limit: RateLimit?
  /// What must not be in a message.
  private let secrets: [String]
  let message = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))

  init(
    _ request: WebRequest, receiver: (any WebReceiver)?, patience: Patience, clock: StoreClock, secrets: [String],
    isCancelled: @escaping IsCancelled
  ) {
    self.secrets = secrets
    (self.request, self.receiver, self.patience) = (request, receiver, patience)
    (self.clock, self.isCancelled) = (clock, isCancelled)
    head = WebHead(address: request.address)
    start = clock.now()
    windowStart = start
    if request.rate > 0 { limit = RateLimit(rate: request.rate, at: start) }
    message.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
  }

  deinit { message.deallocate() }

  // MARK: Called by libcurl

  /// A line of the head; false ends the transfer.
  func takeHeader(_ bytes: UnsafeRawBufferPointer) -> Bool {
    headBytes += bytes.count
    guard headBytes <= Self.headLimit else { return fail(.lasting("the headers of the answer are too large")) }
    var line = bytes[...]
    while let last = line.last, last == 0x0A || last == 0x0D { line = line.dropLast() }
    if line.starts(with: "HTTP/".utf8) {
      let parts = line.split(separator: UInt8(ascii: " "), maxSplits: 2)
      head = WebHead(address: request.address)
      head.status = parts.count > 1 ? Int(String(decoding: parts[1], as: UTF8.self)) ?? 0 : 0
    } else if line.isEmpty {
      // 1xx come before the answer itself.
      guard head.status >= 200, !hasHead else { return true }
      hasHead = true
      windowStart = clock.now()
      do { isTaken = try receiver?.takes(head) ?? false } catch { return fail(.receiver(error)) }
    } else if let colon = line.firstIndex(of: UInt8(ascii: ":")), !hasHead {
      let name = String(decoding: line[..<colon], as: UTF8.self).lowercased()
      let value = line[line.index(after: colon)...].drop { $0 == 0x20 || $0 == 0x09 }
      head.headers[name] = String(decoding: value, as: UTF8.self)
    }
    return true
  }

  func takeBody(_ part: UnsafeRawBufferPointer) -> Bool {
    bytes += part.count
    if isTaken, let receiver {
      do { try receiver.receive(part) } catch { return fail(.receiver(error)) }
      // While it waits the sockets fill, and then the store waits too.
      if let wait = limit?.take(part.count, at: clock.now()), wait > .zero { clock.wait(wait, isCancelled) }
      return true
    }
    guard body.count + part.count <= request.limit else { return fail(.tooLarge) }
    body.append(contentsOf: part)
    return true
  }

  /// Called often while bytes come, and once a second while none do.
  func mayGoOn() -> Bool {
    if isCancelled() { return fail(.cancelled) }
    let now = clock.now()
    if !hasHead {
      guard now - start <= patience.connection + patience.head else {
        return fail(.passing("timeout awaiting response headers"))
      }
    } else if request.isDownload, now - windowStart >= patience.window {
      let seconds = (now - windowStart) / .seconds(1)
      let speed = Double(bytes - windowBytes) / max(seconds, 0.001)
      // What somebody has limited is not slow.
      let least = request.rate > 0 ? min(patience.leastSpeed, Double(request.rate) / 2) : patience.leastSpeed
      guard speed >= least else { return fail(.tooSlow(bytesPerSecond: speed)) }
      (windowStart, windowBytes) = (now, bytes)
    }
    return true
  }

  func refuseThisMachine() { _ = fail(Self.leadsHere(request.address)) }

  static func leadsHere(_ address: WebAddress) -> WebFailure {
    .lasting("the store leads to this machine itself (\(address.shown))")
  }

  private func fail(_ failure: WebFailure) -> Bool {
    if self.failure == nil { self.failure = failure }
    return false
  }

  // MARK: The end

  /// The answer, once libcurl is done.
  func response(_ code: CURLcode, systemError: Int) throws(WebFailure) -> WebResponse {
    if let failure { throw failure }
    guard code != CURLE_OK else {
      guard hasHead else { throw .lasting("the answer is no HTTP") }
      return WebResponse(head: head, body: body)
    }
    let text = String(cString: message)
    // libcurl names a proxy that it cannot use, with the password that is in its address.
    let isTelling = !text.isEmpty && !secrets.contains { text.hasBytes($0) }
    let detail = isTelling ? text : String(cString: cu_message(code))
    switch code {
    case CURLE_OPERATION_TIMEDOUT: throw .passing("timeout: \(detail)")
    case CURLE_COULDNT_CONNECT, CURLE_SEND_ERROR, CURLE_RECV_ERROR, CURLE_GOT_NOTHING, CURLE_PARTIAL_FILE, CURLE_HTTP2,
      CURLE_HTTP2_STREAM:
      throw .passing(detail)
    case CURLE_SSL_CONNECT_ERROR where systemError != 0: throw .passing(detail)
    case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR,
      CURLE_SSL_CIPHER:
      throw .tls(detail)
    default: throw .lasting(detail)
    }
  }
}
