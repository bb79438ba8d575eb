internal import Glibc
internal import HTTP
internal import JSONValues
internal import Linux
internal import StoreState
internal import Time

/// All of a store's routes, each measured and logged.
final class StoreService: Sendable {
  let context: StoreContext
  let metrics: Metrics
  let log: ServerLog
  private let endpoints: [Endpoint]

  /// - Parameter endpoints: of all sides of the store; its own are added.
  init(_ context: StoreContext, _ endpoints: [Endpoint], metrics: Metrics, log: ServerLog) {
    self.context = context
    self.endpoints = endpoints
    self.metrics = metrics
    self.log = log
  }

  var router: Router { Router((endpoints + own).map(observed)) }

  var limits: HTTPLimits {
    var limits = HTTPLimits()
    let wanted = context.configuration.limits
    limits.connections = wanted.connections
    limits.reserved = 0
    limits.connectionsPerUser = wanted.connectionsPerAddress
    limits.rate = Rate(perSecond: wanted.requestsPerSecond, atOnce: wanted.requestsAtOnce)
    limits.proxies = Set(wanted.proxies.compactMap { NetworkAddress($0) })
    return limits
  }

  /// What the server says by itself.
  func render(_ failure: ServerFailure) -> Response {
    let response = StoreFailure.render(failure) { log.event("cannot answer a request", ["error": .string($0)]) }
    // What a handler threw is counted with its route.
    if case .handler = failure { return response }
    metrics.addRequest("other", "", status: response.status, time: .zero, bytes: 0)
    return response
  }

  // MARK: Watching

  private func observed(_ endpoint: Endpoint) -> Endpoint {
    Endpoint(
      endpoint.method, endpoint.pattern, body: endpoint.body, waits: endpoint.waits,
      gate: { [self] request in
        guard let refusal = endpoint.gate(request) else { return nil }
        note(request, endpoint.pattern, refusal, .zero)
        return refusal
      },
      handler: { [self] request in
        let start = ContinuousClock.now
        let response: Response
        do {
          response = try await endpoint.handler(request)
        } catch {
          response = render(.handler(error))
        }
        note(request, endpoint.pattern, response, ContinuousClock.now - start)
        return response
      })
  }

  private func note(_ request: Request, _ pattern: String, _ response: Response, _ time: Duration) {
    let bytes: Int64 =
      switch response.body {
      case .bytes(let bytes): Int64(bytes.count)
      case .stream(let length, _): length ?? 0
      case .file(_, _, let length): length
      }
    metrics.addRequest(request.method, pattern, status: response.status, time: time, bytes: bytes)
    if request.method == "GET", pattern.hasSuffix("/snaps/download/{file}"), response.status / 100 == 2 {
      metrics.addDownload(bytes: bytes)
    }
    var fields: [String: JSONValue] = [
      "method": .string(request.method), "path": .string(request.target.path), "route": .string(pattern),
      "status": .integer(Int64(response.status)), "bytes": .integer(bytes),
      "ms": .number((Metrics.seconds(time) * 1_000_000).rounded() / 1000),
    ]
    if let address = request.origin.address { fields["address"] = .string("\(address)") }
    if let agent = request.headers["User-Agent"] { fields["agent"] = .string(String(agent.prefix(200))) }
    log.request(fields)
  }

  // MARK: What only the server knows

  private var own: [Endpoint] {
    [
      Endpoint("GET", "/health") { [self] _ in health() },
      Endpoint("GET", "/metrics", gate: Self.localOnly) { [self] _ in
        Response(
          headers: ["Content-Type": "text/plain; version=0.0.4"],
          body: .bytes(Array(metrics.text(gauges: try gauges()).utf8)))
      },
    ]
  }

  /// Numbers about the store are for who runs it: a scraper on this machine, or on a unix socket.
  private static let localOnly: @Sendable (Request) -> Response? = { request in
    switch request.origin {
    case .process: return nil
    case .network(let address):
      if address.bytes.first == 127 && address.bytes.count == 4 || address == NetworkAddress("::1") { return nil }
      return StoreFailure.answer(403, "forbidden", "cannot tell: only this machine may ask")
    }
  }

  private func gauges() throws -> [(name: String, help: String, value: Int)] {
    try context.state.read { state in
      [
        ("generation", "Changes that devices see.", Int(try state.generation())),
        ("reviews_waiting", "Revisions that a person has to look at.", try state.revisionsInReview().count),
        ("uploads_processing", "Uploads that are being looked at.", try state.uploads(.processing).count),
        ("holds", "Holds of updates.", try state.holds(of: nil).count),
      ]
    }
  }

  /// Whether the store can do its work: read and write the database, and find its blobs.
  private func health() -> Response {
    var problems: [String] = []
    do { _ = try context.state.write { try $0.generation() } } catch { problems.append("\(error)") }
    do { try context.blobs.check() } catch { problems.append("\(error)") }
    guard problems.isEmpty else {
      log.event("not healthy", ["problems": .array(problems.map { .string($0) })])
      let body: JSONValue = ["status": "failing"]
      return Response(status: 503, headers: ["Content-Type": "application/json"], body: .bytes(body.bytes))
    }
    let body: JSONValue = ["status": "ok", "store": .string(context.configuration.id)]
    return Response(headers: ["Content-Type": "application/json"], body: .bytes(body.bytes))
  }
}
