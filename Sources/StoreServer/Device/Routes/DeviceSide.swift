internal import ByteText
internal import HTTP
internal import Snap
internal import StoreProtocol
internal import StoreState
internal import Time

/// The device side of the store: what its routes need, and the list of them.
struct DeviceSide: Sendable {
  let store: StoreContext
  /// Whose a user's token is.
  let authorizer: any UserAuthorizer
  let device: StoredDeviceState
  let catalogue: Catalogue
  let assertions: AssertionAnswers
  let refresh: RefreshService
  let sessions: DeviceSessions
  let search: SnapSearch
  let downloads = DownloadCounts()
  let cohortSecret: [UInt8]
  let sessionSecret: [UInt8]

  init(_ store: StoreContext, authorizer: any UserAuthorizer) throws {
    (self.store, self.authorizer) = (store, authorizer)
    device = StoredDeviceState(state: store.state)
    (cohortSecret, sessionSecret) = try store.state.write {
      (try $0.secret("cohorts"), try $0.secret("device-sessions"))
    }
    catalogue = Catalogue(device)
    assertions = AssertionAnswers(known: device)
    refresh = RefreshService(catalogue: catalogue, assertions: assertions, cohortSecret: cohortSecret)
    sessions = DeviceSessions(
      state: store.state, assertions: device, signing: store.signing, secret: sessionSecret)
    search = SnapSearch(catalogue: catalogue, state: store.state)
  }

  /// Every route of the device side.
  var endpoints: [Endpoint] {
    refreshEndpoints + infoEndpoints + findEndpoints + nameEndpoints + assertionEndpoints + sessionEndpoints
      + downloadEndpoints + cohortEndpoints
  }

  /// A route whose failures are told in the store's form.
  func endpoint(
    _ method: String, _ pattern: String, limit: Int = 1 << 20, handler: @escaping @Sendable (Request) throws -> Response
  ) -> Endpoint {
    Endpoint(method, pattern, body: .collected(limit: limit)) { request in
      do { return try handler(request) } catch let failure as DeviceFailure { return failure.response }
    }
  }

  /// Who asks: the device, and the user whose token came along.
  ///
  /// - Throws: ``DeviceFailure`` when a token came that is none, or is over.
  func context(_ request: Request) throws -> DeviceContext {
    let headers = request.headers
    let now = store.now()
    let architecture =
      headers[StoreHeader.architecture] ?? headers[StoreHeader.architectureV1] ?? request.query["architecture"]
    if let architecture { try DeviceNames.checkArchitecture(architecture) }
    for series in [headers[StoreHeader.series], headers[StoreHeader.seriesV1]] where series != nil && series != "16" {
      throw DeviceFailure.badRequest("cannot answer devices of another series than 16")
    }
    var device = DeviceContext(
      architecture: architecture.map { Architecture($0) } ?? Architecture("amd64"), now: now.seconds,
      base: try base(request))
    device.knowsDefaultTracks = DeviceNames.has("default-tracks", in: headers[StoreHeader.capabilities])
    device.takesDeltas = DeviceNames.has(StoreMediaType.xdelta3, in: headers[StoreHeader.acceptDeltaFormat])
    device.account = try authorizer.account(of: request)
    if let address = request.origin.address { device.address = "\(address)" }
    if let text = headers[StoreHeader.deviceAuthorization] ?? headers[StoreHeader.deviceAuthorizationV1] {
      guard let token = try? AuthorizationHeader(text),
        let session = SessionToken(token.root, secret: sessionSecret, now: now.seconds)
      else { throw DeviceFailure.session("cannot use the device's session: it is over, or not one of this store") }
      device.serial = session.device.seed
    }
    return device
  }

  /// The address that downloads are told by.
  private func base(_ request: Request) throws -> String {
    if let address = store.configuration.url { return address + "/" }
    guard let host = request.headers["Host"], DeviceNames.isHost(host) else {
      throw DeviceFailure.badRequest("cannot answer a request without a \"Host\" that it is for")
    }
    return "\(request.isEncrypted ? "https" : "http")://\(host)/"
  }
}

/// Texts in headers of devices.
enum DeviceNames {
  /// The words of a header that has a list, apart by commas or spaces.
  static func list(_ header: String?) -> [Substring] {
    guard let header, header.utf8.count <= 1024 else { return [] }
    return header.utf8.split { $0 == 0x2C || $0 == 0x20 }.map { Substring($0) }
  }

  static func has(_ word: String, in header: String?) -> Bool { list(header).contains { $0 == word } }

  /// Refuses what no architecture is called.
  static func checkArchitecture(_ text: String) throws(DeviceFailure) {
    guard (1...32).contains(text.utf8.count), text.utf8.allSatisfy(\.isASCIIAlphanumeric) else {
      throw .badRequest("cannot answer a device of an architecture without a name")
    }
  }

  /// Whether a text is a host with perhaps a port, and nothing else that an address could have.
  static func isHost(_ text: String) -> Bool {
    (1...255).contains(text.utf8.count)
      && text.utf8.allSatisfy {
        $0.isASCIIAlphanumeric
          || [UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: ":"), UInt8(ascii: "["), UInt8(ascii: "]")].contains(
            $0)
      }
  }
}
