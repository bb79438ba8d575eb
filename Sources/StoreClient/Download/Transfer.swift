internal import ByteText
internal import StoreProtocol

/// The requests that bring one file: one, unless connections break.
struct Transfer {
  /// An attempt that brought so much begins the count of attempts anew: the network works, if badly.
  static let headway: Int64 = 256 << 10

  let client: StoreClient
  let name: String
  let download: SnapDownload
  let file: DownloadFile
  let options: DownloadOptions

  /// Until all bytes are there.
  mutating func run(from address: WebAddress, _ context: StoreClient.Context) throws(StoreError) {
    var context = context
    var renewals = StoreClient.Renewals()
    var attempts = RetryPolicy.Attempts(client.configuration.downloadRetries, client.clock)
    // What has been brought before does not count once more: a store could let it begin anew for ever.
    var furthest = file.size
    while file.size < download.size {
      let outcome = try attempt(address, context)
      if file.size >= download.size { break }
      if file.size - furthest >= Self.headway {
        furthest = file.size
        attempts = RetryPolicy.Attempts(client.configuration.downloadRetries, client.clock)
      }
      switch outcome {
      case .again(let error):
        guard attempts.again(context.isCancelled) else { throw context.isCancelled() ? .cancelled : error }
      case .fromStart(let status):
        guard attempts.again(context.isCancelled) else { throw .downloadStatus(code: status, url: address.shown) }
        try file.restart()
      case .unauthorized(let challenge):
        guard address.hasSameOrigin(as: client.configuration.api),
          try client.renew(challenge, &context, &renewals)
        else { throw context.user == nil ? .loginNeeded : .invalidCredentials }
      }
    }
    options.progress?(file.size, download.size)
  }

  private enum Outcome {
    /// The same once more, if there is another try.
    case again(StoreError)
    /// What is there does not fit what the server has.
    case fromStart(status: Int)
    case unauthorized(String)
  }

  private func attempt(_ address: WebAddress, _ context: StoreClient.Context) throws(StoreError) -> Outcome {
    guard client.isOnline else { throw .offline }
    var request = WebRequest(address: address)
    (request.isDownload, request.rate) = (true, options.rate)
    request.limit = 64 << 10
    let api = client.configuration.api
    request.avoidsThisMachine = !address.hasSameOrigin(as: api) && !api.isThisMachine
    request.headers = [("User-Agent", client.configuration.userAgent), ("Accept", "*/*")] + client.cdnHeader
    // Others need not know who asks.
    if address.hasSameOrigin(as: client.configuration.api) {
      request.headers += try client.credentials(isFirst: false, context)
    }
    if file.size > 0 { request.headers.append(("Range", "bytes=\(file.size)-")) }
    let receiver = Receiver(self, clock: client.clock)
    let response: WebResponse
    do {
      response = try client.web.perform(request, receiver: receiver, isCancelled: context.isCancelled)
    } catch {
      try file.flush()
      if receiver.mustRestart { return .fromStart(status: receiver.status) }
      if case .receiver(let error) = error { throw error }
      let target = "Get \"\(address.shown)\""
      switch error {
      case .cancelled: throw .cancelled
      case .passing(let detail): return .again(.network("\(target): \(detail)"))
      case .lasting(let detail): throw .unreachable("\(target): \(detail)")
      case .tls(let detail): throw .tls(host: address.host, detail)
      case .tooLarge: throw .downloadStatus(code: receiver.status, url: address.shown)
      case .tooSlow(let speed): throw .tooSlow(bytesPerSecond: speed)
      case .receiver(let error): throw error
      }
    }
    try file.flush()
    let shown = response.head.address.shown
    switch response.status {
    case 200, 206: return .again(.network("Get \"\(shown)\": unexpected EOF"))
    case 401: return .unauthorized(response.head[StoreHeader.authenticate] ?? "")
    case 402: throw .paymentNeeded(name: name)
    case 404 where file.size > 0: throw .downloadStatus(code: 404, url: shown)
    case 416: return .fromStart(status: 416)
    case 429: throw .tooManyRequests
    case 500...: return .again(.downloadStatus(code: response.status, url: shown))
    default: throw .downloadStatus(code: response.status, url: shown)
    }
  }

  /// Puts the body into the file.
  private final class Receiver: WebReceiver {
    private let transfer: Transfer
    private let clock: StoreClock
    private var told: Duration
    private(set) var mustRestart = false
    private(set) var status = 0

    init(_ transfer: Transfer, clock: StoreClock) {
      (self.transfer, self.clock) = (transfer, clock)
      told = clock.now()
    }

    func takes(_ head: WebHead) throws(StoreError) -> Bool {
      status = head.status
      let (file, whole) = (transfer.file, transfer.download.size)
      switch head.status {
      case 200:
        // The server does not know ranges, or nothing was there.
        if file.size > 0 { try file.restart() }
      case 206:
        // Part of something else would be found out in the end, after all of it.
        guard file.size > 0, Self.range(head["content-range"] ?? "") == (file.size, whole) else {
          mustRestart = true
          throw .downloadStatus(code: 206, url: head.address.shown)
        }
      default: return false
      }
      if let length = head["content-length"].flatMap({ Int64($0) }), length != whole - file.size {
        throw .size(name: transfer.name, got: file.size + max(0, length), expected: whole)
      }
      return true
    }

    func receive(_ bytes: UnsafeRawBufferPointer) throws(StoreError) {
      let (file, whole) = (transfer.file, transfer.download.size)
      guard file.size + Int64(bytes.count) <= whole else {
        throw .size(name: transfer.name, got: file.size + Int64(bytes.count), expected: whole)
      }
      try file.append(bytes)
      guard let progress = transfer.options.progress else { return }
      let now = clock.now()
      guard now - told >= .milliseconds(200) else { return }
      told = now
      progress(file.size, whole)
    }

    /// The first byte and the size of the whole, of `bytes FIRST-LAST/SIZE`.
    private static func range(_ text: String) -> (Int64, Int64)? {
      guard let rest = text.bytes(after: "bytes ") else { return nil }
      let parts = rest.byteSplit("/", keepingEmpty: true)
      guard parts.count == 2, let size = Int64(parts[1]),
        let first = parts[0].byteSplit("-", keepingEmpty: true).first.flatMap({ Int64($0) })
      else { return nil }
      return (first, size)
    }
  }
}

private func == (left: (Int64, Int64)?, right: (Int64, Int64)) -> Bool {
  left.map { $0.0 == right.0 && $0.1 == right.1 } ?? false
}
