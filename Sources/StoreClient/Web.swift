internal import ByteText
internal import CCurl
internal import Synchronization

/// How to reach servers.
public struct WebOptions: Sendable {
  /// `proxy.http`, `proxy.https`, `proxy.no-proxy`; where they are nil the environment counts.
  public var httpProxy: String?
  public var httpsProxy: String?
  public var noProxy: String?
  /// A file of certificates that are trusted besides the system's (`store-certs.*`).
  public var certificates: String?
  /// Of the process: what proxies it names, and how patient it is.
  public var environment: [String: String]
  public var patience: Patience
  public var clock: StoreClock

  public init(
    httpProxy: String? = nil, httpsProxy: String? = nil, noProxy: String? = nil, certificates: String? = nil,
    environment: [String: String] = [:], patience: Patience? = nil, clock: StoreClock = .system
  ) {
    (self.httpProxy, self.httpsProxy, self.noProxy) = (httpProxy, httpsProxy, noProxy)
    (self.certificates, self.environment) = (certificates, environment)
    (self.patience, self.clock) = (patience ?? Patience(environment: environment), clock)
  }

  /// What of the environment counts.
  public static let variables = [
    "http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY",
    "SNAPD_MIN_DOWNLOAD_SPEED", "SNAPD_DOWNLOAD_MEAS_WINDOW",
  ]

  /// The proxy for an address; empty for none.
  func proxy(for scheme: WebAddress.Scheme) -> String {
    let names = scheme == .https ? ["https_proxy", "HTTPS_PROXY"] : ["http_proxy"]
    let option = scheme == .https ? httpsProxy : httpProxy
    return option ?? (names + ["all_proxy", "ALL_PROXY"]).lazy.compactMap { environment[$0] }.first ?? ""
  }

  /// Hosts that are reached without a proxy; this machine always is.
  var directHosts: String {
    let named = noProxy ?? environment["no_proxy"] ?? environment["NO_PROXY"] ?? ""
    return "localhost,127.0.0.1,::1" + (named.isEmpty ? "" : ",\(named)")
  }
}

/// Requests over libcurl, on the thread that makes them; connections are kept for the next ones.
final class Web: Sendable {
  /// libcurl's own things, each used by one thread at a time.
  private struct Handle: @unchecked Sendable { let raw: UnsafeMutableRawPointer }

  static let idleLimit = 8
  static let redirectLimit = 10
  /// What tells who asks; it goes to the host that was asked and to no other.
  static let secretHeaders: Set<String> = [
    "authorization", "snap-device-authorization", "x-device-authorization", "cookie",
  ]

  private let idle = Mutex<[Handle]>([])
  private let options: Mutex<WebOptions>

  init(_ options: WebOptions) { self.options = Mutex(options) }

  deinit { for handle in idle.withLock({ $0 }) { cu_free(handle.raw) } }

  /// Takes effect with the next request.
  func set(_ options: WebOptions) { self.options.withLock { $0 = options } }

  /// Makes a request, and follows where it is led to.
  func perform(
    _ request: WebRequest, receiver: (any WebReceiver)? = nil, isCancelled: @escaping IsCancelled
  ) throws(WebFailure) -> WebResponse {
    let first = request.address
    var request = request
    for _ in 0...Self.redirectLimit {
      if isCancelled() { throw .cancelled }
      let response = try once(request, receiver: receiver, isCancelled: isCancelled)
      guard [301, 302, 303, 307, 308].contains(response.status), let location = response.head["location"],
        request.method == "GET"
      else { return response }
      let next: WebAddress
      do { next = try request.address.following(location) } catch {
        throw .lasting("cannot follow a redirection: \(error)")
      }
      guard next.scheme == .https || request.address.scheme == .http else {
        throw .lasting("cannot follow a redirection from https to http (\(next.shown))")
      }
      if !next.hasSameOrigin(as: request.address) {
        request.headers.removeAll { Self.secretHeaders.contains($0.name.lowercased()) }
      }
      if !next.hasSameOrigin(as: first), !first.isThisMachine { request.avoidsThisMachine = true }
      request.address = next
    }
    throw .lasting("stopped after \(Self.redirectLimit) redirects")
  }

  private func once(
    _ request: WebRequest, receiver: (any WebReceiver)?, isCancelled: @escaping IsCancelled
  ) throws(WebFailure) -> WebResponse {
    if request.avoidsThisMachine, request.address.isThisMachine { throw WebExchange.leadsHere(request.address) }
    let options = options.withLock { $0 }
    let handle = try take()
    let proxy = options.proxy(for: request.address.scheme)
    let exchange = WebExchange(
      request, receiver: receiver, patience: options.patience, clock: options.clock,
      secrets: proxy.isEmpty ? [] : [proxy], isCancelled: isCancelled)
    let curl = handle.raw
    cu_reset(curl)
    var list: UnsafeMutablePointer<curl_slist>?
    defer {
      // What libcurl was pointed to ends here.
      cu_reset(curl)
      cu_free_list(list)
      give(handle)
    }
    // Without these, libcurl waits for "100 Continue".
    for (name, value) in request.headers + [("Expect", "")] {
      guard (name + value).utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
        throw .lasting("the header \(name) would have control characters")
      }
      list = cu_append(list, "\(name): \(value)")
    }
    configure(curl, request, options, list)
    cu_set_pointer(curl, CURLOPT_ERRORBUFFER, exchange.message)
    let context = Unmanaged.passUnretained(exchange).toOpaque()
    cu_set_pointer(curl, CURLOPT_HEADERDATA, context)
    cu_set_data_callback(curl, CURLOPT_HEADERFUNCTION) { bytes, size, count, context in
      Web.exchange(context).takeHeader(UnsafeRawBufferPointer(start: bytes, count: size * count)) ? size * count : 0
    }
    cu_set_pointer(curl, CURLOPT_WRITEDATA, context)
    cu_set_data_callback(curl, CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
      let isGood = Web.exchange(context).takeBody(UnsafeRawBufferPointer(start: bytes, count: size * count))
      return isGood ? size * count : size * count + 1
    }
    cu_set_pointer(curl, CURLOPT_XFERINFODATA, context)
    cu_set_progress_callback(curl) { context, _, _, _, _ in Web.exchange(context).mayGoOn() ? 0 : 1 }

    // Behind a proxy only the proxy knows where a name leads to.
    if request.avoidsThisMachine, proxy.isEmpty { Self.refuseThisMachine(curl, context) }

    let code = withExtendedLifetime(exchange) {
      guard let body = request.body else { return cu_perform(curl) }
      // Of no bytes there is no address, and for none libcurl would read standard input.
      return (body.isEmpty ? [0] : body).withUnsafeBytes { bytes in
        cu_set_large(curl, CURLOPT_POSTFIELDSIZE_LARGE, body.count)
        cu_set_pointer(curl, CURLOPT_POSTFIELDS, UnsafeMutableRawPointer(mutating: bytes.baseAddress))
        cu_set_text(curl, CURLOPT_CUSTOMREQUEST, request.method)
        return cu_perform(curl)
      }
    }
    return try exchange.response(code, systemError: cu_number(curl, CURLINFO_OS_ERRNO))
  }

  private func configure(
    _ curl: UnsafeMutableRawPointer, _ request: WebRequest, _ options: WebOptions,
    _ list: UnsafeMutablePointer<curl_slist>?
  ) {
    cu_set_text(curl, CURLOPT_URL, request.address.description)
    cu_set_text(curl, CURLOPT_PROTOCOLS_STR, "http,https")
    cu_set_pointer(curl, CURLOPT_HTTPHEADER, list)
    cu_set_number(curl, CURLOPT_NOSIGNAL, 1)
    cu_set_number(curl, CURLOPT_NOPROGRESS, 0)
    cu_set_number(curl, CURLOPT_FOLLOWLOCATION, 0)
    cu_set_number(curl, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
    cu_set_number(curl, CURLOPT_TCP_KEEPALIVE, 1)
    cu_set_number(curl, CURLOPT_CONNECTTIMEOUT_MS, Self.milliseconds(options.patience.connection))
    if !request.isDownload {
      let timeout = request.timeout ?? options.patience.request
      cu_set_number(curl, CURLOPT_TIMEOUT_MS, Self.milliseconds(timeout))
    }
    cu_set_text(curl, CURLOPT_PROXY, options.proxy(for: request.address.scheme))
    cu_set_text(curl, CURLOPT_NOPROXY, options.directHosts)
    if let certificates = options.certificates { cu_set_text(curl, CURLOPT_CAINFO, certificates) }
    if request.isDownload {
      cu_set_number(curl, CURLOPT_BUFFERSIZE, request.rate > 0 ? RateLimit.piece(rate: request.rate) : 512 << 10)
    } else {
      cu_set_text(curl, CURLOPT_ACCEPT_ENCODING, "gzip")
    }
  }

  private static func milliseconds(_ duration: Duration) -> Int { max(1, Int(duration / .milliseconds(1))) }

  private static func exchange(_ context: UnsafeMutableRawPointer?) -> WebExchange {
    guard let context else { preconditionFailure("internal error: libcurl lost what it was pointed to") }
    return Unmanaged<WebExchange>.fromOpaque(context).takeUnretainedValue()
  }

  private func take() throws(WebFailure) -> Handle {
    if let handle = idle.withLock({ $0.popLast() }) { return handle }
    if let failure = cu_load() { throw .lasting("cannot make requests: \(String(cString: failure))") }
    guard let raw = cu_new() else { throw .lasting("cannot make requests: libcurl has no memory") }
    return Handle(raw: raw)
  }

  private func give(_ handle: Handle) {
    let isKept = idle.withLock { handles in
      guard handles.count < Self.idleLimit else { return false }
      handles.append(handle)
      return true
    }
    if !isKept { cu_free(handle.raw) }
  }
}
