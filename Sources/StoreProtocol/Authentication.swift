public import JSONValues

/// `POST v2/cohorts`: keys by which several devices get the same revisions. Source: `spec/assertions-and-store.md` §6.
public struct CohortsRequest: WireType {
  public var snaps: [String] = []

  public init(snaps: [String] = []) { self.snaps = snaps }

  public init(from reader: inout JSONReader) throws(JSONError) {
    guard try reader.beginObject() else { return }
    while let name = try reader.nextMember() {
      if name == "snaps" { snaps = try reader.texts() } else { try reader.skip() }
    }
  }

  public func write(to builder: inout JSONBuilder) { builder.object { builder in builder.member("snaps", snaps) } }
}

public struct CohortsResponse: WireType {
  /// By the snap's name.
  public var cohortKeys: [String: String] = [:]

  public init(cohortKeys: [String: String] = [:]) { self.cohortKeys = cohortKeys }

  public init(from reader: inout JSONReader) throws(JSONError) {
    guard try reader.beginObject() else { return }
    while let name = try reader.nextMember() {
      if name == "cohort-keys" {
        cohortKeys = try reader.map { reader throws(JSONError) in try reader.text() }
      } else {
        try reader.skip()
      }
    }
  }

  public func write(to builder: inout JSONBuilder) {
    builder.object { builder in builder.member("cohort-keys", cohortKeys) }
  }
}

/// `POST api/v1/snaps/auth/nonces`.
public struct NonceResponse: WireType {
  public var nonce = ""

  public init(nonce: String = "") { self.nonce = nonce }

  public init(from reader: inout JSONReader) throws(JSONError) {
    guard try reader.beginObject() else { return }
    while let name = try reader.nextMember() {
      if name == "nonce" { nonce = try reader.text() } else { try reader.skip() }
    }
  }

  public func write(to builder: inout JSONBuilder) { builder.object { builder in builder.member("nonce", nonce) } }
}

/// `POST api/v1/snaps/auth/request-id`.
public struct RequestIDResponse: WireType {
  public var requestID = ""

  public init(requestID: String = "") { self.requestID = requestID }

  public init(from reader: inout JSONReader) throws(JSONError) {
    guard try reader.beginObject() else { return }
    while let name = try reader.nextMember() {
      if name == "request-id" { requestID = try reader.text() } else { try reader.skip() }
    }
  }

  public func write(to builder: inout JSONBuilder) {
    builder.object { builder in builder.member("request-id", requestID) }
  }
}

/// `POST api/v1/snaps/auth/sessions`: each the text of an assertion.
public struct SessionRequest: WireType {
  public var deviceSessionRequest = ""
  public var serialAssertion = ""
  public var modelAssertion = ""

  public init(deviceSessionRequest: String = "", serialAssertion: String = "", modelAssertion: String = "") {
    (self.deviceSessionRequest, self.serialAssertion) = (deviceSessionRequest, serialAssertion)
    self.modelAssertion = modelAssertion
  }

  public init(from reader: inout JSONReader) throws(JSONError) {
    guard try reader.beginObject() else { return }
    while let name = try reader.nextMember() {
      switch name {
      case "device-session-request": deviceSessionRequest = try reader.text()
      case "serial-assertion": serialAssertion = try reader.text()
      case "model-assertion": modelAssertion = try reader.text()
      default: try reader.skip()
      }
    }
  }

  public func write(to builder: inout JSONBuilder) {
    builder.object { builder in
      builder.member("device-session-request", deviceSessionRequest)
      builder.member("model-assertion", modelAssertion)
      builder.member("serial-assertion", serialAssertion)
    }
  }
}

/// What sessions and `dev/api/acl/` answer: a macaroon.
public struct MacaroonResponse: WireType {
  public var macaroon = ""

  public init(macaroon: String = "") { self.macaroon = macaroon }

  public init(from reader: inout JSONReader) throws(JSONError) {
    guard try reader.beginObject() else { return }
    while let name = try reader.nextMember() {
      if name == "macaroon" { macaroon = try reader.text() } else { try reader.skip() }
    }
  }

  public func write(to builder: inout JSONBuilder) {
    builder.object { builder in builder.member("macaroon", macaroon) }
  }
}

public typealias SessionResponse = MacaroonResponse

/// `POST dev/api/acl/`: what the macaroon shall allow.
public struct ACLRequest: WireType {
  public var permissions: [String] = []

  public init(permissions: [String] = []) { self.permissions = permissions }

  public init(from reader: inout JSONReader) throws(JSONError) {
    guard try reader.beginObject() else { return }
    while let name = try reader.nextMember() {
      if name == "permissions" { permissions = try reader.texts() } else { try reader.skip() }
    }
  }

  public func write(to builder: inout JSONBuilder) {
    builder.object { builder in builder.member("permissions", permissions) }
  }
}

/// `POST api/v2/tokens/discharge`: who somebody is.
public struct DischargeRequest: WireType {
  public var email = ""
  public var password = ""
  /// The caveat of the macaroon that is for the log-in server.
  public var caveatID = ""
  /// The second factor.
  public var oneTimePassword = ""

  public init(email: String = "", password: String = "", caveatID: String = "", oneTimePassword: String = "") {
    (self.email, self.password, self.caveatID) = (email, password, caveatID)
    self.oneTimePassword = oneTimePassword
  }

  public init(from reader: inout JSONReader) throws(JSONError) {
    guard try reader.beginObject() else { return }
    while let name = try reader.nextMember() {
      switch name {
      case "email": email = try reader.text()
      case "password": password = try reader.text()
      case "caveat_id": caveatID = try reader.text()
      case "otp": oneTimePassword = try reader.text()
      default: try reader.skip()
      }
    }
  }

  public func write(to builder: inout JSONBuilder) {
    builder.object { builder in
      builder.member("caveat_id", caveatID)
      builder.member("email", email)
      builder.member("otp", unlessEmpty: oneTimePassword)
      builder.member("password", password)
    }
  }
}

/// What `tokens/discharge` answers, and what `tokens/refresh` takes and answers.
public struct DischargeMacaroon: WireType {
  public var dischargeMacaroon = ""

  public init(dischargeMacaroon: String = "") { self.dischargeMacaroon = dischargeMacaroon }

  public init(from reader: inout JSONReader) throws(JSONError) {
    guard try reader.beginObject() else { return }
    while let name = try reader.nextMember() {
      if name == "discharge_macaroon" { dischargeMacaroon = try reader.text() } else { try reader.skip() }
    }
  }

  public func write(to builder: inout JSONBuilder) {
    builder.object { builder in builder.member("discharge_macaroon", dischargeMacaroon) }
  }
}

/// Why a log-in failed.
public struct LoginFailure: WireType {
  /// `TWOFACTOR_REQUIRED`, `TWOFACTOR_FAILURE`, `INVALID_CREDENTIALS`, `INVALID_DATA`, `PASSWORD_POLICY_ERROR`, …
  public var code: StoreErrorCode = ""
  public var message = ""
  /// Of `INVALID_DATA`: what is wrong with which field.
  public var extra: [String: [String]] = [:]

  public init(code: StoreErrorCode = "", message: String = "", extra: [String: [String]] = [:]) {
    (self.code, self.message, self.extra) = (code, message, extra)
  }

  public init(from reader: inout JSONReader) throws(JSONError) {
    guard try reader.beginObject() else { return }
    while let name = try reader.nextMember() {
      switch name {
      case "code": code = StoreErrorCode(rawValue: try reader.line())
      case "message": message = try reader.line()
      case "extra":
        // Its form depends on the code.
        let value = try reader.value()
        extra = (value.object ?? [:]).compactMapValues { value in
          let texts = value.array?.compactMap(\.string) ?? value.string.map { [$0] }
          return texts?.map { $0.withoutControls(keepingLines: false) }
        }
      default: try reader.skip()
      }
    }
  }

  public func write(to builder: inout JSONBuilder) {
    builder.object { builder in
      builder.member("code", code.rawValue)
      if !extra.isEmpty {
        builder.name("extra")
        builder.object { builder in
          for (field, texts) in extra.sorted(by: { $0.key < $1.key }) { builder.member(field, texts) }
        }
      }
      builder.member("message", message)
    }
  }

  public static let twoFactorRequired: StoreErrorCode = "TWOFACTOR_REQUIRED"
  public static let twoFactorFailure: StoreErrorCode = "TWOFACTOR_FAILURE"
  public static let invalidCredentials: StoreErrorCode = "INVALID_CREDENTIALS"
  public static let invalidData: StoreErrorCode = "INVALID_DATA"
  public static let passwordPolicyError: StoreErrorCode = "PASSWORD_POLICY_ERROR"
}

/// Whoever logs a message must not log who somebody is.
extension MacaroonResponse: CustomStringConvertible, CustomReflectable {
  public var description: String { "a macaroon" }
  public var customMirror: Mirror { Mirror(self, children: []) }
}

extension DischargeRequest: CustomStringConvertible, CustomReflectable {
  public var description: String { "a request for a discharge" }
  public var customMirror: Mirror { Mirror(self, children: []) }
}

extension DischargeMacaroon: CustomStringConvertible, CustomReflectable {
  public var description: String { "a discharge" }
  public var customMirror: Mirror { Mirror(self, children: []) }
}
