internal import ByteText
internal import Crypto
internal import JSONValues
public import Time

/// A message to devices from somebody who manages them.
public struct RequestMessage: AssertionValue {
  public let accountID: String
  public let messageID: String
  public let kind: String
  public let devices: [DeviceID]
  public let assumes: [String]
  public let validSince: Timestamp
  public let validUntil: Timestamp
  public let timestamp: Timestamp?

  public init(_ content: AssertionContent) throws(AssertionError) {
    let headers = content.headers
    accountID = try content.requireAuthority("account-id", "account")
    messageID = try headers.matching("message-id", MessageID.isValid)
    kind = try headers.matching("message-kind", TextForm.words)
    var devices: [DeviceID] = []
    for text in try headers.texts("devices") { devices.append(try DeviceID(text)) }
    guard !devices.isEmpty else { throw AssertionError("\"devices\" header must not be empty") }
    self.devices = devices
    assumes = try headers.texts("assumes")
    validSince = try headers.time("valid-since")
    validUntil = try headers.time("valid-until")
    guard validUntil >= validSince else {
      throw AssertionError("'valid-until' time cannot be before 'valid-since' time")
    }
    timestamp = try headers.optionalTime("timestamp")
  }
}

/// What a device answers; signed by the key of its serial.
public struct ResponseMessage: AssertionValue {
  public let accountID: String
  public let messageID: String
  public let device: DeviceID
  /// `success`, `error`, `unauthorized` or `rejected`.
  public let status: String
  public let timestamp: Timestamp?

  public init(_ content: AssertionContent) throws(AssertionError) {
    let headers = content.headers
    accountID = try headers.matching("account-id", TextForm.accountID)
    messageID = try headers.matching("message-id", MessageID.isValid)
    device = try DeviceID(headers.notEmpty("device"))
    status = try headers.oneOf("status", ["success", "error", "unauthorized", "rejected"])
    timestamp = try headers.optionalTime("timestamp")
  }
}

enum MessageID {
  /// A name, with the number of a sequence behind a hyphen perhaps.
  static func isValid(_ text: String) -> Bool { TextForm.model(text) && text.utf8.count <= 128 }
}

/// A device: serial, model and brand with dots between.
public struct DeviceID: Sendable, Hashable, CustomStringConvertible {
  public let serial: String
  public let model: String
  public let brandID: String

  init(_ text: String) throws(AssertionError) {
    // A serial may have dots itself.
    let parts = text.byteSplit(".", keepingEmpty: true).map(String.init)
    guard parts.count >= 3, let brand = parts.last, TextForm.accountID(brand),
      TextForm.model(parts[parts.count - 2]), parts.dropLast(2).contains(where: { !$0.isEmpty })
    else { throw AssertionError("invalid device id format: \(quoted(text))") }
    brandID = brand
    model = parts[parts.count - 2]
    serial = parts.dropLast(2).joined(separator: ".")
  }

  public var description: String { "\(serial).\(model).\(brandID)" }
}

/// Whom a device lets at its configuration databases; signed by the key of its serial.
public struct ConfdbControl: AssertionValue {
  public let brandID: String
  public let model: String
  public let serial: String
  public let groups: [Group]

  /// Operators and what each may do.
  public struct Group: Sendable, Hashable {
    public let operators: [String]
    public let authentications: [String]
    public let views: [String]
  }

  public init(_ content: AssertionContent) throws(AssertionError) {
    let headers = content.headers
    brandID = try headers.notEmpty("brand-id")
    model = try headers.matching("model", TextForm.model)
    serial = try headers.notEmpty("serial")
    guard let maps = try headers.maps("groups") else { throw AssertionError("\"groups\" stanza is mandatory") }
    var groups: [Group] = []
    for (index, map) in maps.enumerated() {
      let item = HeaderReader(map, place: "of group at position \(index + 1)")
      let group = Group(
        operators: try item.texts("operators", TextForm.accountID),
        authentications: try item.texts("authentications") { ["operator-key", "store"].contains($0) },
        views: try item.texts("views") { $0.byteSplit("/", keepingEmpty: true).count == 3 })
      guard !group.authentications.isEmpty else { throw item.error("authentications", "must be provided") }
      guard !group.views.isEmpty else { throw item.error("views", "must be provided") }
      groups.append(group)
    }
    self.groups = groups
  }
}

/// How a configuration database is laid out, and what of it is seen by whom.
public struct ConfdbSchema: AssertionValue {
  public let accountID: String
  public let name: String
  public let summary: String
  /// Views by name, as they are written: what makes views of them comes with confdb itself.
  public let views: [String: HeaderValue]
  public let timestamp: Timestamp?

  public init(_ content: AssertionContent) throws(AssertionError) {
    let headers = content.headers
    accountID = try content.requireAuthority("account-id", "issuer account")
    name = try headers.matching("name", TextForm.words)
    summary = try headers.optional("summary")
    guard let views = try headers.map("views"), !views.isEmpty else {
      throw AssertionError("\"views\" stanza is mandatory")
    }
    for (name, view) in views.sorted(by: { $0.key < $1.key }) {
      guard let rules = view.map?["rules"]?.list, !rules.isEmpty, rules.allSatisfy({ $0.map?["storage"]?.text != nil })
      else { throw AssertionError("cannot define view \(quoted(name)): view rules must be a non-empty list") }
    }
    self.views = views
    guard try CanonicalJSON.parse(content.body)["storage"]?.object != nil else {
      throw AssertionError("body must contain a \"storage\" stanza")
    }
    timestamp = try headers.time("timestamp")
  }
}

/// Devices that work together.
public struct Cluster: AssertionValue {
  public let clusterID: String
  public let sequence: Int
  public let devices: [Device]
  public let subclusters: [Subcluster]
  public let timestamp: Timestamp?

  /// A member.
  public struct Device: Sendable, Hashable {
    public let id: Int
    public let brandID: String
    public let model: String
    public let serial: String
    public let addresses: [String]
  }

  /// Some of the members, and the snaps they have.
  public struct Subcluster: Sendable, Hashable {
    public let name: String
    public let devices: [Int]
    public let snaps: [HeaderValue]
  }

  public init(_ content: AssertionContent) throws(AssertionError) {
    let headers = content.headers
    clusterID = try headers.notEmpty("cluster-id")
    sequence = try headers.sequence("sequence")
    var devices: [Device] = []
    for map in try headers.maps("devices") ?? [] {
      let item = HeaderReader(map, place: "of device")
      let device = Device(
        id: try item.integer("id", atLeast: 1), brandID: try item.matching("brand-id", TextForm.accountID),
        model: try item.matching("model", TextForm.model), serial: try item.notEmpty("serial"),
        addresses: try item.texts("addresses"))
      guard !devices.contains(where: { $0.id == device.id }) else {
        throw AssertionError("\"devices\" header contains duplicate device id \(device.id)")
      }
      devices.append(device)
    }
    guard !devices.isEmpty else { throw AssertionError("\"devices\" header must not be empty") }
    self.devices = devices
    var subclusters: [Subcluster] = []
    for map in try headers.maps("subclusters") ?? [] {
      let item = HeaderReader(map, place: "of subcluster")
      let name = try item.notEmpty("name")
      var ids: [Int] = []
      for text in try item.texts("devices", TextForm.positive) {
        guard let id = Int(text), devices.contains(where: { $0.id == id }) else {
          throw AssertionError("\"subclusters\" references unknown device id \(quoted(text))")
        }
        ids.append(id)
      }
      guard !subclusters.contains(where: { $0.name.hasSameBytes(as: name) }) else {
        throw AssertionError("\"subclusters\" header contains duplicate subcluster name \(quoted(name))")
      }
      subclusters.append(Subcluster(name: name, devices: ids, snaps: item.headers["snaps"]?.list ?? []))
    }
    self.subclusters = subclusters
    timestamp = try headers.time("timestamp")
  }
}

/// Which key a piece of hardware has, as its maker says.
public struct HardwareIdentity: AssertionValue {
  public let issuerID: String
  public let manufacturer: String
  public let hardwareName: String
  public let hardwareID: String
  public let keyID: String
  /// As it is written; what kind of key it is depends on the hardware.
  public let key: String

  public init(_ content: AssertionContent) throws(AssertionError) {
    let headers = content.headers
    issuerID = try content.requireAuthority("issuer-id", "issuer")
    manufacturer = try headers.notEmpty("manufacturer")
    hardwareName = try headers.notEmpty("hardware-name")
    hardwareID = try headers.notEmpty("hardware-id")
    key = try headers.notEmpty("hardware-id-key")
    keyID = try headers.digest("hardware-id-key-sha3-384")
    guard let bytes = Base64.decode(key.utf8.filter { $0 != UInt8(ascii: "\n") }) else {
      throw AssertionError("\"hardware-id-key\" header cannot be decoded: illegal base64 data")
    }
    guard Base64.encodeForURL(Digest.of(bytes, .sha3_384)) == keyID else {
      throw AssertionError("hardware id key does not match provided key id")
    }
  }
}
