/// What runs for a request: on a thread of its own that it may block.
public typealias Handler = @Sendable (Request) async throws -> Response

/// What a route does with the body of a request.
public enum BodyPolicy: Equatable, Sendable {
  /// Waits for all of it; more than `limit` bytes is refused with 413.
  case collected(limit: Int)
  /// Starts the handler at once; see ``Request/stream``. Nil is no limit.
  case streamed(limit: Int64?)
  /// A form (`multipart/form-data`) is streamed without limit, anything else collected.
  case streamedForm(otherwise: Int)

  /// Enough for every JSON request of the API: 4 MiB.
  public static let json = BodyPolicy.collected(limit: 4 << 20)
  /// A JSON request or a form with files.
  public static let jsonOrForm = BodyPolicy.streamedForm(otherwise: 4 << 20)
}

/// One entry of the router.
public struct Endpoint: Sendable {
  /// "GET", "POST", …
  public let method: String
  /// Path with `{name}` for a part that may be anything but empty: `/v2/snaps/{name}`.
  public let pattern: String
  /// What is done with the body.
  public let body: BodyPolicy
  /// The handler may wait for long, and is cancelled when the server shuts down or the client leaves.
  public let waits: Bool
  /// Decides on the head alone, before any of the body is read: nil lets the request in. Runs on the event loop and
  /// must not block.
  public let gate: @Sendable (Request) -> Response?
  /// What runs.
  public let handler: Handler
  let captures: [String]

  public init(
    _ method: String, _ pattern: String, body: BodyPolicy = .json, waits: Bool = false,
    gate: @escaping @Sendable (Request) -> Response? = { _ in nil }, handler: @escaping Handler
  ) {
    self.method = method
    self.pattern = pattern
    self.body = body
    self.waits = waits
    self.gate = gate
    self.handler = handler
    captures = Self.parts(of: pattern).compactMap(Self.captureName)
  }

  static func parts(of pattern: String) -> [Substring] {
    pattern.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
  }

  static func captureName(_ part: Substring) -> String? {
    part.hasPrefix("{") && part.hasSuffix("}") ? String(part.dropFirst().dropLast()) : nil
  }
}

/// Finds the route for a method and a path. Literal parts win over captures.
public struct Router: Sendable {
  /// What was found.
  public enum Match: Sendable {
    case endpoint(Endpoint, captures: [String: String])
    case notFound
    /// The path exists; these are the methods it has.
    case methodNotAllowed([String])
  }

  private struct Node: Sendable {
    var literals: [String: Node] = [:]
    var capture: [Node] = []  // one at most; an array because a struct can't contain itself
    var routes: [String: Endpoint] = [:]

    mutating func add(_ route: Endpoint, _ parts: ArraySlice<Substring>) {
      guard let part = parts.first else {
        precondition(routes[route.method] == nil, "two routes for \(route.method) \(route.pattern)")
        routes[route.method] = route
        return
      }
      if Endpoint.captureName(part) != nil {
        if capture.isEmpty { capture.append(Node()) }
        capture[0].add(route, parts.dropFirst())
      } else {
        literals[String(part), default: Node()].add(route, parts.dropFirst())
      }
    }

    func find(_ segments: ArraySlice<String>, _ captured: inout [String]) -> Node? {
      guard let segment = segments.first else { return routes.isEmpty ? nil : self }
      if let found = literals[segment]?.find(segments.dropFirst(), &captured) { return found }
      guard let next = capture.first, !segment.isEmpty else { return nil }
      captured.append(segment)
      if let found = next.find(segments.dropFirst(), &captured) { return found }
      captured.removeLast()
      return nil
    }
  }

  private var root = Node()

  /// - Precondition: no two routes have the same method and pattern.
  public init(_ routes: [Endpoint] = []) { for route in routes { add(route) } }

  /// Adds a route.
  public mutating func add(_ route: Endpoint) { root.add(route, Endpoint.parts(of: route.pattern)[...]) }

  /// Finds the route. A HEAD request takes the GET route where none of its own is there.
  public func match(method: String, segments: [String]) -> Match {
    var captured: [String] = []
    // No pattern is that deep, and trying both ways at each part must stay cheap.
    guard segments.count <= 16, let node = root.find(segments[...], &captured) else { return .notFound }
    let route = node.routes[method] ?? (method == "HEAD" ? node.routes["GET"] : nil)
    guard let route else { return .methodNotAllowed(node.routes.keys.sorted()) }
    return .endpoint(route, captures: Dictionary(zip(route.captures, captured)) { $1 })
  }
}

/// What the server itself answers, before or instead of a handler. A function given by the caller renders it in the
/// API's form.
public enum ServerFailure: Sendable, CustomStringConvertible {
  case notFound(path: String)
  case methodNotAllowed(method: String, allowed: [String])
  case malformed
  case headersTooLarge
  case bodyTooLarge(limit: Int64)
  case timeout
  case overloaded
  /// More requests than the client's rate allows.
  case tooMany
  /// A handler threw this.
  case handler(any Error)

  /// The status code that fits.
  public var status: Int {
    switch self {
    case .notFound: 404
    case .methodNotAllowed: 405
    case .malformed: 400
    case .headersTooLarge: 431
    case .bodyTooLarge: 413
    case .timeout: 408
    case .overloaded: 503
    case .tooMany: 429
    case .handler: 500
    }
  }

  public var description: String {
    switch self {
    case .notFound: "not found"
    case .methodNotAllowed(let method, _): "method \"\(method)\" not allowed"
    case .malformed: "cannot read request: malformed"
    case .headersTooLarge: "cannot read request: header too large"
    case .bodyTooLarge(let limit): "cannot read request body: larger than \(limit) bytes"
    case .timeout: "cannot read request: the client is too slow"
    case .overloaded: "cannot answer now: too many requests"
    case .tooMany: "cannot answer now: too many requests from this address"
    case .handler(let error): "\(error)"
    }
  }
}

/// Renders what the server itself answers.
public typealias FailureRenderer = @Sendable (ServerFailure) -> Response
