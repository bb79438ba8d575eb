public import Snap
public import StoreProtocol

/// Installs, refreshes, downloads, as questions; what there is to know about a snap; cohorts.
/// Source: `spec/assertions-and-store.md` §6.
extension StoreClient {
  /// What more a store is told about a request.
  public struct ActionOptions: Sendable {
    /// Nobody waits for the answer: the machine refreshes by itself.
    public var isScheduled = false
    /// Updates are decided on elsewhere.
    public var isManaged = false

    public init(isScheduled: Bool = false, isManaged: Bool = false) {
      (self.isScheduled, self.isManaged) = (isScheduled, isManaged)
    }
  }

  /// Asks what shall be done about snaps. What single actions were refused is in the response.
  ///
  /// - Throws: ``StoreError/refused(_:)`` when the store refused all of it.
  public func act(
    _ request: SnapActionRequest, _ options: ActionOptions = ActionOptions(), _ context: Context = Context()
  ) throws(StoreError) -> SnapActionResponse {
    try ensureSession(context)
    var (request, context) = (request, context)
    var call = Call(
      doing: "query the store for updates", method: "POST",
      address: configuration.api.appending(fixed: "v2/snaps/refresh"), body: request.json)
    call.limit = 64 << 20
    call.answers = [400]
    if options.isScheduled { call.headers.append((StoreHeader.refreshReason, "scheduled")) }
    if options.isManaged { call.headers.append((StoreHeader.refreshManaged, "true")) }
    if configuration.appliesDeltas { call.headers.append((StoreHeader.acceptDeltaFormat, StoreMediaType.xdelta3)) }

    var hasRenewed = false
    while true {
      let response = try perform(call, renewing: &context)
      guard response.status != 400 else {
        // A store from before there were holds refuses them.
        let version = response.head[StoreHeader.storeVersion].flatMap { Int($0) }
        guard let version, version < 55, request.context.contains(where: { !$0.heldBy.isEmpty }) else {
          throw refusal(of: response, call)
        }
        for index in request.context.indices { request.context[index].heldBy = [] }
        call.body = request.json
        continue
      }
      let answer: SnapActionResponse = try decode(response, call.doing)
      guard !answer.errorList.isEmpty else { return answer }
      if !hasRenewed, try renew(after: answer.errorList, &context) {
        hasRenewed = true
        continue
      }
      guard answer.results.isEmpty else { return answer }
      throw .refused(answer.errorList)
    }
  }

  /// What a store says about a request that was wrong.
  private func refusal(of response: WebResponse, _ call: Call) -> StoreError {
    if let list = try? ErrorListResponse(json: response.body).errorList, !list.isEmpty { return .refused(list) }
    return .status(
      doing: call.doing, code: response.status, method: call.method, url: response.head.address.shown, oops: "")
  }

  /// All that a store has of a snap, in all its channels.
  public func info(_ name: SnapName, _ context: Context = Context()) throws(StoreError) -> SnapInfoResponse {
    var call = Call(
      doing: "get details for snap \"\(name)\"",
      address: configuration.api.appending(
        ["v2", "snaps", "info", name.rawValue],
        query: [
          ("architecture", configuration.architecture.description),
          ("fields", StoreFields.info.names.joined(separator: ",")),
        ]))
    call.answers = [404]
    let response = try perform(call, context)
    guard response.status != 404 else { throw .snapNotFound }
    let answer: SnapInfoResponse = try decode(response, call.doing)
    // What is said of another snap is not what was asked for.
    guard answer.name == name || answer.snap.name == name else {
      throw .undecodable(doing: call.doing, "it is about another snap")
    }
    return answer
  }

  /// Makes cohorts: by name of snap, the key with which other devices get the same revisions.
  public func createCohorts(
    _ snaps: [SnapName], _ context: Context = Context()
  ) throws(StoreError) -> [String: String] {
    var call = Call(
      doing: "create cohorts", method: "POST", address: configuration.api.appending(fixed: "v2/cohorts"),
      body: CohortsRequest(snaps: snaps.map(\.rawValue)).json)
    call.answers = [404]
    let response = try perform(call, context)
    guard response.status != 404 else { throw .snapNotFound }
    let answer: CohortsResponse = try decode(response, call.doing)
    return answer.cohortKeys
  }

  /// Whether the store's servers answer, by name of host (`snap debug connectivity`).
  public func connectivity(_ context: Context = Context()) -> [String: StoreError?] {
    var hosts: [String: StoreError?] = [:]
    for address in Set([configuration.api, configuration.assertions, configuration.logIn].compactMap { $0 }) {
      var call = Call(doing: "check connectivity", address: address.appending(fixed: "/"))
      (call.isAuthorized, call.version, call.limit) = (false, .none, 1 << 20)
      // Any answer is one.
      (call.answers, call.retries) = (Set(201...599), .connectivity)
      let result: StoreError?
      do {
        _ = try perform(call, context)
        result = nil
      } catch { result = error }
      hosts[address.host] = .some(result)
    }
    return hosts
  }
}
