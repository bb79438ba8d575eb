internal import ByteText
internal import Macaroons
internal import StoreProtocol
internal import Synchronization

/// Log-in of users, and sessions of the device. Source: `spec/assertions-and-store.md` §6.
extension StoreClient {
  /// Where users log in.
  private var logInAddress: WebAddress { configuration.logIn ?? configuration.api }

  // MARK: Users

  /// Logs somebody in.
  ///
  /// - Parameter oneTimePassword: the second factor; empty when there is none yet.
  /// - Returns: the root macaroon and its discharges; `id` is 0.
  public func logIn(
    email: String, password: String, oneTimePassword: String = "", _ context: Context = Context()
  ) throws(StoreError) -> StoreUser {
    let macaroon = try storeMacaroon(context)
    let caveat = try Self.logInCaveat(of: macaroon, host: logInAddress.host)
    let request = DischargeRequest(
      email: email, password: password, caveatID: caveat, oneTimePassword: oneTimePassword)
    let prefix = "cannot authenticate to snap store: "
    let call = logInCall("authenticate to snap store", "api/v2/tokens/discharge", request.json)
    let discharge = try self.discharge(call, prefix, context)
    return StoreUser(id: 0, macaroon: macaroon, discharges: [discharge])
  }

  /// A macaroon that says nothing of who has it yet.
  private func storeMacaroon(_ context: Context) throws(StoreError) -> String {
    let prefix = "cannot get snap access permission from store: "
    var call = Call(
      doing: "get snap access permission from store", method: "POST",
      address: configuration.api.appending(fixed: "dev/api/acl/"),
      body: ACLRequest(permissions: ["package_access", "package_purchase"]).json)
    (call.isAuthorized, call.version, call.limit) = (false, .none, 1 << 20)
    call.answers = Set(201...599).subtracting([429])
    let response = try perform(call, anonymous(context))
    guard response.status == 200 else { throw .other(prefix + "store server returned status \(response.status)") }
    let macaroon: MacaroonResponse = try decode(response, call.doing)
    guard !macaroon.macaroon.isEmpty else { throw .other(prefix + "empty macaroon returned") }
    return macaroon.macaroon
  }

  /// The caveat that the log-in server must discharge.
  private static func logInCaveat(of text: String, host: String) throws(StoreError) -> String {
    let macaroon: Macaroon
    do { macaroon = try Macaroon(serialized: text) } catch {
      throw .other("cannot get snap access permission from store: the store's macaroon cannot be read")
    }
    let others = macaroon.caveats.filter { $0.thirdParty != nil }
    // By name where the server gives one; else there is only one it can be.
    let named = others.first { caveat in
      guard let location = caveat.thirdParty?.location else { return false }
      return location.hasSameBytes(as: host) || location.hasSameBytes(as: Self.hostWithoutPort(host))
    }
    guard let caveat = named ?? (others.count == 1 ? others.first : nil) else {
      throw .other("missing login caveat")
    }
    return String(decoding: caveat.identifier, as: UTF8.self)
  }

  private static func hostWithoutPort(_ host: String) -> String {
    String(host.byteSplit(":").first ?? Substring(host))
  }

  /// The user with discharges that have not run out.
  func refreshed(_ user: StoreUser, _ context: Context) throws(StoreError) -> StoreUser {
    var fresh = user
    let prefix = "cannot refresh discharge: "
    fresh.discharges = []
    for discharge in user.discharges {
      let call = logInCall(
        "refresh discharge", "api/v2/tokens/refresh", DischargeMacaroon(dischargeMacaroon: discharge).json)
      fresh.discharges.append(try self.discharge(call, prefix, context))
    }
    do { try authority.keep(fresh) } catch { throw .other("cannot keep the credentials of the user: \(error)") }
    return fresh
  }

  private func logInCall(_ doing: String, _ path: String, _ body: [UInt8]) -> Call {
    var call = Call(
      doing: doing, method: "POST", address: logInAddress.appending(fixed: path), body: body)
    (call.isAuthorized, call.version, call.limit) = (false, .none, 1 << 20)
    call.answers = Set(201...499).subtracting([429])
    return call
  }

  private func anonymous(_ context: Context) -> Context {
    Context(clientUserAgent: context.clientUserAgent, retries: context.retries, isCancelled: context.isCancelled)
  }

  private func discharge(_ call: Call, _ prefix: String, _ context: Context) throws(StoreError) -> String {
    let response = try perform(call, anonymous(context))
    if response.status == 200 {
      let answer: DischargeMacaroon = try decode(response, call.doing)
      guard !answer.dischargeMacaroon.isEmpty else { throw .other(prefix + "empty macaroon returned") }
      return answer.dischargeMacaroon
    }
    guard let failure = try? LoginFailure(json: response.body), (400..<500).contains(response.status) else {
      throw .other(prefix + "server returned status \(response.status)")
    }
    switch failure.code {
    case LoginFailure.twoFactorRequired: throw .twoFactorNeeded
    case LoginFailure.twoFactorFailure: throw .twoFactorFailed
    case LoginFailure.invalidCredentials: throw .invalidCredentials
    case LoginFailure.invalidData: throw .invalidLoginData(failure.extra)
    case LoginFailure.passwordPolicyError: throw .passwordPolicy(failure.extra)
    default:
      throw .other(
        prefix + (failure.message.isEmpty ? "server returned status \(response.status)" : failure.message))
    }
  }

  // MARK: The device

  /// A nonce, which a device signs to show who it is.
  public func nonce(_ context: Context = Context()) throws(StoreError) -> String {
    let answer = try perform(
      sessionCall("get nonce from store", "api/v1/snaps/auth/nonces", []), anonymous(context), as: NonceResponse.self)
    guard !answer.nonce.isEmpty else { throw .other("cannot get nonce from store: empty nonce returned") }
    return answer.nonce
  }

  /// The number of a request for a serial.
  public func requestID(_ context: Context = Context()) throws(StoreError) -> String {
    let call = sessionCall("get request-id from store", "api/v1/snaps/auth/request-id", [])
    let answer = try perform(call, anonymous(context), as: RequestIDResponse.self)
    guard !answer.requestID.isEmpty else { throw .other("cannot get request-id from store: empty request-id returned") }
    return answer.requestID
  }

  /// Asks for a serial.
  ///
  /// - Parameter request: a `serial-request`, and what else the store shall see.
  /// - Returns: the `serial`; nil when the store wants to be asked again later.
  public func serial(for request: [UInt8], _ context: Context = Context()) throws(StoreError) -> [UInt8]? {
    var call = sessionCall("get device serial", "api/v1/snaps/auth/devices", request)
    (call.contentType, call.accept) = (StoreMediaType.assertion, StoreMediaType.assertion)
    call.headers = [(StoreHeader.capabilities, "serial-stream")]
    call.answers = [201, 202]
    let response = try perform(call, anonymous(context))
    return response.status == 202 ? nil : response.body
  }

  /// Opens a session for the device and keeps it; false when the device has no serial to open one with.
  @discardableResult
  public func openSession(_ context: Context = Context()) throws(StoreError) -> Bool {
    let request: SessionRequest?
    do { request = try authority.sessionRequest { try nonce(context) } } catch let error as StoreError {
      throw error
    } catch { throw .other("cannot open a session with the store: \(error)") }
    guard let request else { return false }
    var call = sessionCall("get device session from store", "api/v1/snaps/auth/sessions", request.json)
    call.answers = [202]
    if let previous = authority.session(with: configuration.name) {
      call.headers = [(StoreHeader.deviceAuthorizationV1, "Macaroon root=\"\(previous)\"")]
    }
    let answer = try perform(call, anonymous(context), as: SessionResponse.self)
    guard !answer.macaroon.isEmpty else {
      throw .other("cannot get device session from store: empty session returned")
    }
    do { try authority.keep(session: answer.macaroon, with: configuration.name) } catch {
      throw .other("cannot keep the session with the store: \(error)")
    }
    return true
  }

  /// Opens a session when the device has none yet and could have one. A store that gives none is asked what it is asked
  /// without one, and for one again later.
  func ensureSession(_ context: Context) throws(StoreError) {
    guard authority.session(with: configuration.name) == nil else { return }
    if let refused = sessionRefusal.withLock({ $0 }), clock.now() - refused < Self.sessionPause { return }
    do { try openSession(context) } catch { try passOver(error) }
  }

  /// The same in the place of a session that the store takes no more; without any when it gives none.
  ///
  /// - Returns: whether there is anything new to ask it with.
  func renewSession(_ context: Context) throws(StoreError) -> Bool {
    do { if try openSession(context) { return true } } catch { try passOver(error) }
    guard authority.session(with: configuration.name) != nil else { return false }
    do { try authority.forgetSession(with: configuration.name) } catch {
      throw .other("cannot forget the session with the store: \(error)")
    }
    return true
  }

  /// That there is no session is no reason not to ask; that there is no store is.
  private func passOver(_ error: StoreError) throws(StoreError) {
    switch error {
    case .offline, .cancelled, .network, .unreachable, .tls: throw error
    default: sessionRefusal.withLock { $0 = clock.now() }
    }
  }

  /// How soon a store that gave no session is asked for one again.
  static let sessionPause: Duration = .seconds(3600)

  private func sessionCall(_ doing: String, _ path: String, _ body: [UInt8]) -> Call {
    var call = Call(doing: doing, method: "POST", address: configuration.api.appending(fixed: path), body: body)
    (call.isAuthorized, call.version, call.limit) = (false, .first, 1 << 20)
    return call
  }
}
