internal import API
internal import HTTP
internal import Host
internal import InterfaceManager
internal import Interfaces
internal import Logging
internal import Overlord
internal import SnapManager
internal import State

/// Answers requests: finds out who asks, asks the overlord, wraps the answer.
final class DaemonService: Sendable {
  let overlord: Overlord
  let stores: Stores
  let catalog: SnapCatalog
  let logger: Logger
  let owners: ProcessOwners

  /// - Parameters:
  ///   - owners: which snap a caller belongs to; by default as the kernel tells.
  ///   - stores: by default those that are set up.
  init(overlord: Overlord, logger: Logger, owners: ProcessOwners? = nil, stores: Stores? = nil) {
    self.overlord = overlord
    self.stores = stores ?? overlord.stores
    self.logger = logger
    self.owners = owners ?? ProcessOwners(overlord.snaps)
    catalog = SnapCatalog(
      store: overlord.store, snaps: overlord.snaps, services: overlord.services,
      directories: overlord.directories)
  }

  /// The routes as the HTTP server takes them: each with its check of who may call, made on the head of the request
  /// before any of its body is read.
  var router: Router { Router(routes.map(endpoint)) }

  private func endpoint(_ route: Route) -> Endpoint {
    Endpoint(route.method, route.pattern, body: route.body, waits: route.waits) { [self] request in
      gate(route, request)
    } handler: { [self] request in
      do {
        return try render(try await route.handler(request))
      } catch let gone as ClientGone {
        throw gone
      } catch is CancellationError {
        throw ClientGone()
      } catch {
        return render(APIFailure(error))
      }
    }
  }

  private func gate(_ route: Route, _ request: Request) -> Response? {
    let verdict = route.access.allows(request.peer, isLoggedIn: user(of: request) != nil) { interface in
      guard let snap = owners.confined(request.peer.pid) else { return false }
      return overlord.interfaces.current.hasConnectedPlug(of: snap, interface: interface)
    }
    switch verdict {
    case .allowed: return nil
    case .unauthorized: return render(APIFailure(401, "access denied", kind: .loginRequired))
    case .forbidden: return render(APIFailure(403, "access denied", kind: .loginRequired))
    }
  }

  // MARK: Envelopes

  /// What the server says by itself, in the API's form.
  func render(_ failure: ServerFailure) -> Response {
    if case .handler(let error) = failure { return render(APIFailure(error)) }
    return render(APIFailure(failure.status, "\(failure)"))
  }

  private func render(_ answer: Answer) throws -> Response {
    switch answer {
    case .bytes(let bytes, let contentType):
      return Response(headers: ["Content-Type": contentType], body: .bytes(bytes))
    case .content(let bytes, let headers): return Response(headers: headers, body: .bytes(bytes))
    case .file(let file, let status, let headers, let offset, let length):
      return Response(status: status, headers: headers, body: .file(file, offset: offset, length: length))
    case .stream(let contentType, let write):
      return Response(headers: ["Content-Type": contentType], body: .stream(length: nil, write))
    case .sync(let result): return synchronous(result)
    case .found(let result): return synchronous(result, #""sources":["store"],"#)
    case .async(let change):
      let (count, timestamp) = overlord.store.read { $0.warningSummary }
      let envelope = Envelope<NoResult>(
        statusCode: 202, reply: .async(change: change.description),
        warningTimestamp: timestamp, warningCount: count)
      return json(202, try Answer.json(envelope))
    }
  }

  /// The result is JSON already: the rest of the envelope is written around it.
  private func synchronous(_ result: [UInt8], _ more: String = "") -> Response {
    let (count, timestamp) = overlord.store.read { $0.warningSummary }
    var text = #"{"type":"sync","status-code":200,"status":"OK",\#(more)"#
    if count > 0, let timestamp { text += #""warning-count":\#(count),"warning-timestamp":"\#(timestamp)","# }
    text += #""result":"#
    return json(200, [UInt8](text.utf8) + result + [UInt8(ascii: "}")])
  }

  private func render(_ failure: APIFailure) -> Response {
    let envelope = Envelope<NoResult>(
      statusCode: failure.status,
      reply: .error(ErrorResult(message: failure.message, kind: failure.kind, value: failure.value)))
    return json(failure.status, (try? Answer.json(envelope)) ?? [])
  }

  private func json(_ status: Int, _ body: [UInt8]) -> Response {
    Response(status: status, headers: ["Content-Type": "application/json"], body: .bytes(body))
  }
}

/// One method of one path: who may call it, what its body is, what answers.
struct Route: Sendable {
  let method: String
  let pattern: String
  let access: Access
  let body: BodyPolicy
  let waits: Bool
  let handler: @Sendable (Request) async throws -> Answer

  static func get(
    _ pattern: String, _ access: Access, waits: Bool = false,
    _ handler: @escaping @Sendable (Request) async throws -> Answer
  ) -> Route {
    Route(method: "GET", pattern: pattern, access: access, body: .json, waits: waits, handler: handler)
  }

  static func put(
    _ pattern: String, _ access: Access, _ handler: @escaping @Sendable (Request) async throws -> Answer
  ) -> Route {
    Route(method: "PUT", pattern: pattern, access: access, body: .json, waits: false, handler: handler)
  }

  static func post(
    _ pattern: String, _ access: Access, body: BodyPolicy = .json,
    _ handler: @escaping @Sendable (Request) async throws -> Answer
  ) -> Route {
    Route(method: "POST", pattern: pattern, access: access, body: body, waits: false, handler: handler)
  }
}
