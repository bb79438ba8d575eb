internal import ByteText
internal import JSONValues
internal import Snap
internal import Macaroons
internal import StoreProtocol
internal import Synchronization

/// One store, as its clients reach it. Calls block until there is an answer or a ``StoreError``; any number may be made
/// at once, from threads that may block.
public final class StoreClient: Sendable {
  public let configuration: StoreConfiguration
  let web: Web
  let clock: StoreClock
  let authority: any StoreAuthority
  private let access = Mutex(true)
  /// How often in a row the store had no answer to ``bundle(_:maxFormats:_:)``.
  let bundleMisses = Mutex(0)
  /// When the store last gave no session though it could have.
  let sessionRefusal = Mutex<Duration?>(nil)

  public init(
    _ configuration: StoreConfiguration, web options: WebOptions = WebOptions(),
    authority: any StoreAuthority = NoAuthority()
  ) {
    (self.configuration, self.authority) = (configuration, authority)
    (web, clock) = (Web(options), options.clock)
  }

  /// `store.access`: whether requests are made at all.
  public var isOnline: Bool {
    get { access.withLock { $0 } }
    set { access.withLock { $0 = newValue } }
  }

  /// Takes effect with the next request.
  public func set(_ options: WebOptions) { web.set(options) }

  /// Who asks, and until when.
  public struct Context: Sendable {
    public var user: StoreUser?
    /// The User-Agent of the daemon's own client.
    public var clientUserAgent = ""
    /// How often it is tried; nil for as often as the kind of request is.
    public var retries: RetryPolicy?
    public var isCancelled: IsCancelled

    public init(
      user: StoreUser? = nil, clientUserAgent: String = "", retries: RetryPolicy? = nil,
      isCancelled: @escaping IsCancelled = { false }
    ) {
      (self.user, self.clientUserAgent, self.retries) = (user, clientUserAgent, retries)
      self.isCancelled = isCancelled
    }
  }

  /// A request before it has headers about who asks.
  struct Call {
    /// The names of headers changed with the second version.
    enum Version { case first, second, none }

    /// What fails when it fails: `cannot <doing>: …`.
    var doing: String
    var method = "GET"
    var address: WebAddress
    var body: [UInt8]?
    var contentType = StoreMediaType.json
    var accept = StoreMediaType.json
    var version = Version.second
    /// Whether the device and the user say who they are.
    var isAuthorized = true
    var headers: [(name: String, value: String)] = []
    var limit = 16 << 20
    /// Statuses that are an answer, besides 200.
    var answers: Set<Int> = []
    var retries: RetryPolicy?
    var timeout: Duration?
  }

  // MARK: Requests

  /// Makes a request, again when that may help, and once more with new credentials when the old have run out.
  func perform(_ call: Call, _ context: Context) throws(StoreError) -> WebResponse {
    var context = context
    return try perform(call, renewing: &context)
  }

  /// The same; the context has the new credentials then.
  func perform(_ call: Call, renewing context: inout Context) throws(StoreError) -> WebResponse {
    var response = try attempt(call, context)
    var renewals = Renewals()
    while response.status == 401, call.isAuthorized,
      try renew(response.head[StoreHeader.authenticate] ?? "", &context, &renewals)
    {
      response = try attempt(call, context)
    }
    guard response.status == 200 || call.answers.contains(response.status) else {
      throw failure(response, call, context)
    }
    return response
  }

  /// Makes a request and reads the message in the answer.
  func perform<Answer: WireType>(
    _ call: Call, _ context: Context, as kind: Answer.Type
  ) throws(StoreError) -> Answer {
    try decode(try perform(call, context), call.doing)
  }

  func decode<Answer: WireType>(_ response: WebResponse, _ doing: String) throws(StoreError) -> Answer {
    do { return try Answer(json: response.body) } catch { throw .undecodable(doing: doing, error.description) }
  }

  private func attempt(_ call: Call, _ context: Context) throws(StoreError) -> WebResponse {
    guard isOnline else { throw .offline }
    var request = WebRequest(method: call.method, address: call.address)
    request.headers = try headers(for: call, context)
    (request.body, request.limit, request.timeout) = (call.body, call.limit, call.timeout)
    var attempts = RetryPolicy.Attempts(context.retries ?? call.retries ?? configuration.retries, clock)
    while true {
      do {
        let response = try web.perform(request, isCancelled: context.isCancelled)
        guard response.status >= 500, attempts.again(context.isCancelled) else { return response }
      } catch {
        guard error.isPassing, attempts.again(context.isCancelled) else {
          throw context.isCancelled() ? .cancelled : failure(error, call)
        }
      }
    }
  }

  func failure(_ failure: WebFailure, _ call: Call) -> StoreError {
    let target = "\(Self.capitalised(call.method)) \"\(call.address.shown)\""
    switch failure {
    case .cancelled: return .cancelled
    case .passing(let detail): return .network("\(target): \(detail)")
    case .lasting(let detail): return .unreachable("\(target): \(detail)")
    case .tls(let detail): return .tls(host: call.address.host, detail)
    case .tooLarge: return .tooLarge(doing: call.doing, limit: call.limit)
    case .tooSlow(let speed): return .tooSlow(bytesPerSecond: speed)
    case .receiver(let error): return error
    }
  }

  /// `Get`, as Go's messages have it.
  private static func capitalised(_ method: String) -> String {
    method.prefix(1).uppercased() + method.dropFirst().lowercased()
  }

  private func failure(_ response: WebResponse, _ call: Call, _ context: Context) -> StoreError {
    switch response.status {
    case 429: return .tooManyRequests
    case 401 where context.user != nil: return .invalidCredentials
    case 401: return .loginNeeded
    default:
      return .status(
        doing: call.doing, code: response.status, method: call.method, url: response.head.address.shown,
        oops: String(
          (response.head[StoreHeader.oopsID] ?? "").unicodeScalars.filter { $0.isASCII && $0.value > 32 }
            .prefix(128).map(Character.init)))
    }
  }

  // MARK: Headers

  private func headers(for call: Call, _ context: Context) throws(StoreError) -> [(name: String, value: String)] {
    var headers: [(name: String, value: String)] = [
      ("User-Agent", configuration.userAgent), ("Accept", call.accept),
    ]
    if call.body != nil { headers.append(("Content-Type", call.contentType)) }
    let isFirst = call.version == .first
    if call.version != .none {
      headers += [
        (isFirst ? StoreHeader.architectureV1 : StoreHeader.architecture, configuration.architecture.description),
        (isFirst ? StoreHeader.seriesV1 : StoreHeader.series, "16"),
        (isFirst ? StoreHeader.classicV1 : StoreHeader.classic, "\(configuration.isClassic)"),
      ]
      headers.append(isFirst ? (StoreHeader.wireProtocol, "1") : (StoreHeader.capabilities, "default-tracks"))
      if !configuration.storeID.isEmpty {
        headers.append((isFirst ? StoreHeader.storeV1 : StoreHeader.store, configuration.storeID))
      }
      if let location = configuration.cloud?.header, !location.isEmpty {
        headers.append((StoreHeader.location, location))
      }
    }
    if !context.clientUserAgent.isEmpty {
      headers.append((StoreHeader.clientUserAgent, Self.printable(context.clientUserAgent)))
    }
    if call.isAuthorized { headers += try credentials(isFirst: isFirst, context) }
    return headers + call.headers
  }

  /// What goes into a header may come from a client of the daemon.
  private static func printable(_ text: String) -> String {
    String(decoding: text.utf8.filter { (0x20...0x7E).contains($0) }.prefix(256), as: UTF8.self)
  }

  func credentials(
    isFirst: Bool, _ context: Context
  ) throws(StoreError) -> [(name: String, value: String)] {
    var headers: [(name: String, value: String)] = []
    if let session = authority.session(with: configuration.name) {
      let name = isFirst ? StoreHeader.deviceAuthorizationV1 : StoreHeader.deviceAuthorization
      headers.append((name, "Macaroon root=\"\(session)\""))
    }
    if let user = context.user { headers.append((StoreHeader.authorization, try Self.authorization(user))) }
    return headers
  }

  /// A user's macaroon with its discharges, each bound to it.
  static func authorization(_ user: StoreUser) throws(StoreError) -> String {
    do {
      let root = try Macaroon(serialized: user.macaroon)
      var text = "Macaroon root=\"\(try root.serialized())\""
      for discharge in user.discharges {
        text += ", discharge=\"\(try Macaroon(serialized: discharge).bound(to: root).serialized())\""
      }
      return text
    } catch {
      // The error would quote what it could not read.
      throw .other("cannot use the credentials of the user: they are no macaroons")
    }
  }

  // MARK: Credentials that ran out

  /// What has been renewed for one request: each once.
  struct Renewals {
    var user = false
    var device = false
  }

  /// Gets new ones of those that the store says have run out; false when there are none to be had.
  func renew(
    _ challenge: String, _ context: inout Context, _ renewals: inout Renewals
  ) throws(StoreError) -> Bool {
    var isRenewed = false
    if challenge.hasBytes("needs_refresh=1"), !renewals.user, let user = context.user {
      renewals.user = true
      context.user = try refreshed(user, context)
      isRenewed = true
    }
    if challenge.hasBytes("refresh_device_session=1"), !renewals.device {
      renewals.device = true
      isRenewed = try renewSession(context) || isRenewed
    }
    return isRenewed
  }

  /// What the codes of errors in an answer ask for; false when nothing could be done about it.
  func renew(after errors: [ErrorListEntry], _ context: inout Context) throws(StoreError) -> Bool {
    var isRenewed = false
    for error in errors {
      switch error.code {
      case .userAuthorizationNeedsRefresh:
        guard let user = context.user else { return false }
        context.user = try refreshed(user, context)
        isRenewed = true
      case .deviceAuthorizationNeedsRefresh:
        guard try renewSession(context) else { return false }
        isRenewed = true
      default: break
      }
    }
    return isRenewed
  }
}
