/// The types of assertions. Source: `spec/assertions-and-store.md` §4.
public enum AssertionType: String, CaseIterable, Hashable, Sendable, CustomStringConvertible {
  case account
  case accountKey = "account-key"
  case accountKeyRequest = "account-key-request"
  case baseDeclaration = "base-declaration"
  case cluster
  case confdbControl = "confdb-control"
  case confdbSchema = "confdb-schema"
  case deviceSessionRequest = "device-session-request"
  case hardwareIdentity = "hardware-identity"
  case model
  case preseed
  case repair
  case requestMessage = "request-message"
  case responseMessage = "response-message"
  case serial
  case serialRequest = "serial-request"
  case snapBuild = "snap-build"
  case snapDeclaration = "snap-declaration"
  case snapDeveloper = "snap-developer"
  case snapResourcePair = "snap-resource-pair"
  case snapResourceRevision = "snap-resource-revision"
  case snapRevision = "snap-revision"
  case store
  case systemUser = "system-user"
  case validation
  case validationSet = "validation-set"

  /// - Throws: ``AssertionError`` for a name that is no type's.
  public init(named name: String) throws(AssertionError) {
    guard let type = AssertionType(rawValue: name), type.rawValue.utf8.elementsEqual(name.utf8) else {
      throw AssertionError("unknown assertion type: \(quoted(name))")
    }
    self = type
  }

  public var description: String { rawValue }

  /// The headers that make the primary key, in order.
  public var primaryKey: [String] {
    switch self {
    case .account: ["account-id"]
    case .accountKey, .accountKeyRequest: ["public-key-sha3-384"]
    case .baseDeclaration: ["series"]
    case .cluster: ["cluster-id", "sequence"]
    case .confdbControl, .deviceSessionRequest: ["brand-id", "model", "serial"]
    case .confdbSchema: ["account-id", "name"]
    case .hardwareIdentity: ["issuer-id", "hardware-id-key-sha3-384"]
    case .model: ["series", "brand-id", "model"]
    case .preseed: ["series", "brand-id", "model", "system-label"]
    case .repair: ["brand-id", "repair-id"]
    case .requestMessage: ["account-id", "message-id"]
    case .responseMessage: ["account-id", "message-id", "device"]
    case .serial: ["brand-id", "model", "serial"]
    case .serialRequest: []
    case .snapBuild: ["snap-sha3-384"]
    case .snapDeclaration: ["series", "snap-id"]
    case .snapDeveloper: ["snap-id", "publisher-id"]
    case .snapResourcePair: ["snap-id", "resource-name", "resource-revision", "snap-revision", "provenance"]
    case .snapResourceRevision: ["snap-id", "resource-name", "resource-sha3-384", "provenance"]
    case .snapRevision: ["snap-sha3-384", "provenance"]
    case .store: ["store"]
    case .systemUser: ["brand-id", "email"]
    case .validation: ["series", "snap-id", "approved-snap-id", "approved-snap-revision"]
    case .validationSet: ["series", "account-id", "name", "sequence"]
    }
  }

  /// Headers of the primary key that may be left out, with what they then are.
  public var optionalKeys: [String: String] {
    primaryKey.contains("provenance") ? ["provenance": "global-upload"] : [:]
  }

  /// Whether somebody with an account signs; else the key is one that the assertion itself or a device has.
  public var hasAuthority: Bool {
    switch self {
    case .accountKeyRequest, .confdbControl, .deviceSessionRequest, .responseMessage, .serialRequest: false
    default: true
    }
  }

  /// Whether the last header of the primary key counts the members of a sequence.
  public var isSequence: Bool {
    switch self {
    case .cluster, .repair, .validationSet: true
    default: false
    }
  }

  /// Whether the body is JSON in the one form that is signed.
  var hasJSONBody: Bool { self == .confdbSchema }

  /// The newest format that is understood.
  public var maximumFormat: Int {
    switch self {
    case .snapDeclaration: 7
    case .systemUser: 2
    case .accountKey: 1
    default: 0
    }
  }

  /// The largest body, in bytes.
  var bodyLimit: Int { AssertionLimits.body }

  var valueType: any AssertionValue.Type {
    switch self {
    case .account: Account.self
    case .accountKey: AccountKey.self
    case .accountKeyRequest: AccountKeyRequest.self
    case .baseDeclaration: BaseDeclaration.self
    case .cluster: Cluster.self
    case .confdbControl: ConfdbControl.self
    case .confdbSchema: ConfdbSchema.self
    case .deviceSessionRequest: DeviceSessionRequest.self
    case .hardwareIdentity: HardwareIdentity.self
    case .model: Model.self
    case .preseed: Preseed.self
    case .repair: Repair.self
    case .requestMessage: RequestMessage.self
    case .responseMessage: ResponseMessage.self
    case .serial: Serial.self
    case .serialRequest: SerialRequest.self
    case .snapBuild: SnapBuild.self
    case .snapDeclaration: SnapDeclaration.self
    case .snapDeveloper: SnapDeveloper.self
    case .snapResourcePair: SnapResourcePair.self
    case .snapResourceRevision: SnapResourceRevision.self
    case .snapRevision: SnapRevision.self
    case .store: StoreAssertion.self
    case .systemUser: SystemUser.self
    case .validation: Validation.self
    case .validationSet: ValidationSet.self
    }
  }
}
