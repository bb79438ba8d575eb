internal import Assertions
internal import Snap
internal import StoreClient
internal import StoreProtocol

/// A store over the network, as the requests of people know it. Who looks for something sits and waits: when the store
/// is away, they are told soon.
struct ClientOfStore: RemoteStore {
  let client: StoreClient
  /// How often it is asked; nil for as often as the kind of request is.
  var retries: RetryPolicy? = .impatient

  func find(_ search: StoreSearch, _ user: DaemonUser?) throws -> [StoreSnap] {
    try asking { try client.find(search, context(user)) }
  }

  func info(_ name: SnapName, _ user: DaemonUser?) throws -> SnapInfoResponse {
    try asking(about: name.rawValue) { try client.info(name, context(user)) }
  }

  func sections() throws -> [String] { try asking { try client.sections(context(nil)) } }

  func categories() throws -> [String] { try asking { try client.categories(context(nil)).map(\.name) } }

  func logIn(email: String, password: String, oneTimePassword: String) throws -> StoreLogin {
    let user = try asking {
      try client.logIn(email: email, password: password, oneTimePassword: oneTimePassword, context(nil))
    }
    return StoreLogin(
      macaroon: user.macaroon, discharges: user.discharges, store: client.configuration.api.description)
  }

  func createCohorts(_ snaps: [SnapName], _ user: DaemonUser?) throws -> [String: String] {
    try asking(about: snaps.first?.rawValue ?? "") { try client.createCohorts(snaps, context(user)) }
  }

  func assertion(_ reference: AssertionReference) throws -> Assertion {
    let bytes: [UInt8]
    do {
      let type = reference.type
      if type.isSequence, let number = reference.key.last.flatMap({ Int($0) }) {
        bytes = try client.sequence(
          type.rawValue, Array(reference.key.dropLast()), sequence: number, maxFormat: type.maximumFormat,
          context(nil))
      } else {
        bytes = try client.assertion(
          type.rawValue, reference.shortKey, maxFormat: type.maximumFormat, context(nil))
      }
    } catch {
      if case .assertionNotFound = error { throw AssertionNotFound(reference) }
      throw RemoteStoreError(error, about: "")
    }
    let assertion = try decode(bytes)
    guard assertion.reference == reference else {
      throw RemoteStoreError.other("cannot fetch assertion: got \(assertion.reference) for \(reference)")
    }
    return assertion
  }

  /// The last of a sequence.
  ///
  /// - Parameter key: the primary key without the number.
  func newest(_ type: AssertionType, _ key: [String]) throws -> Assertion {
    let bytes: [UInt8]
    do {
      bytes = try client.sequence(type.rawValue, key, sequence: nil, maxFormat: type.maximumFormat)
    } catch {
      if case .assertionNotFound = error {
        throw AssertionNotFound(type, Dictionary(zip(type.primaryKey, key).map { ($0, $1) }, uniquingKeysWith: { $1 }))
      }
      throw RemoteStoreError(error, about: "")
    }
    let assertion = try decode(bytes)
    guard assertion.type == type, Array(assertion.reference.key.dropLast()) == key else {
      throw RemoteStoreError.other("cannot fetch assertion: got \(assertion.reference)")
    }
    return assertion
  }

  private func decode(_ bytes: [UInt8]) throws -> Assertion {
    do { return try Assertion.decode(bytes) } catch {
      throw RemoteStoreError.other("cannot fetch assertion: cannot decode the store's answer: \(error)")
    }
  }

  private func context(_ user: DaemonUser?) -> StoreClient.Context {
    StoreClient.Context(user: user.flatMap { client.user($0.id, $0.login) }, retries: retries)
  }

  private func asking<Result>(about name: String = "", _ body: () throws -> Result) throws -> Result {
    do { return try body() } catch let error as StoreError { throw RemoteStoreError(error, about: name) }
  }
}

extension StoreClient {
  /// Somebody as this store knows them; nil for who is logged in to another: that one's credentials are not its affair.
  func user(_ id: Int, _ login: StoreLogin) -> StoreUser? {
    guard login.store == configuration.api.description else { return nil }
    return StoreUser(id: id, macaroon: login.macaroon, discharges: login.discharges)
  }
}

extension AssertionReference {
  /// The key without the values at its end that go without saying.
  fileprivate var shortKey: [String] {
    var key = key
    while let name = type.primaryKey.prefix(key.count).last, key.last == type.optionalKeys[name] { key.removeLast() }
    return key
  }
}

extension RemoteStoreError {
  /// - Parameter name: of the snap that was asked for.
  init(_ error: StoreError, about name: String) {
    let text = "\(error)"
    switch error {
    case .snapNotFound: self = .snapNotFound(name)
    case .badQuery: self = .badQuery
    case .loginNeeded, .invalidCredentials: self = .loginNeeded(text)
    case .twoFactorNeeded: self = .twoFactorNeeded
    case .twoFactorFailed: self = .twoFactorFailed
    case .invalidLoginData(let fields): self = .invalidLoginData(text, fields)
    case .passwordPolicy(let fields): self = .passwordPolicy(text, fields)
    case .tooSlow: self = .timeout(text)
    case .network, .unreachable: self = .unreachable(text)
    default: self = .other(text)
    }
  }
}
