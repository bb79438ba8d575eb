internal import ByteText

/// A snap of a model.
public struct ModelSnap: Sendable, Hashable {
  public let name: String
  /// Empty in dangerous models only.
  public let id: String
  /// `app`, `base`, `core`, `gadget`, `kernel` or `snapd`.
  public let type: String
  public let defaultChannel: String
  /// `required` or `optional`.
  public let presence: String
  /// `run`, `ephemeral`, `install`, `recover`.
  public let modes: [String]
  /// Whether it is let be unconfined.
  public let isClassic: Bool
  /// Components, with their presence and modes.
  public let components: [String: Component]

  /// A component of a snap of a model.
  public struct Component: Sendable, Hashable {
    public let presence: String
    public let modes: [String]
  }

  static func list(_ headers: HeaderReader, isClassic: Bool) throws(AssertionError) -> [ModelSnap]? {
    guard let maps = try headers.maps("snaps") else { return nil }
    guard !maps.isEmpty else { throw AssertionError("\"snaps\" header must not be empty") }
    var snaps: [ModelSnap] = []
    var ids: Set<String> = []
    for map in maps {
      let snap = try ModelSnap(map)
      guard !snaps.contains(where: { $0.name == snap.name }) else {
        throw AssertionError("cannot list the same snap \(quoted(snap.name)) multiple times")
      }
      guard snap.id.isEmpty || ids.insert(snap.id).inserted else {
        throw AssertionError("cannot specify the same snap id \(quoted(snap.id)) multiple times")
      }
      if ["gadget", "kernel", "snapd"].contains(snap.type), let other = snaps.first(where: { $0.type == snap.type }) {
        throw AssertionError(
          "cannot specify multiple \(snap.type) snaps: \(quoted(other.name)) and \(quoted(snap.name))")
      }
      guard !snap.isClassic || isClassic else {
        throw AssertionError("snap \(quoted(snap.name)) cannot be classic in non-classic model")
      }
      snaps.append(snap)
    }
    return snaps
  }

  private init(_ map: [String: HeaderValue]) throws(AssertionError) {
    let name = try HeaderReader(map, place: "of snap").matching("name", TextForm.name)
    let item = HeaderReader(map, place: "of snap \(quoted(name))")
    self.name = name
    id = try item.optionalMatching("id", TextForm.snapID)
    type =
      item.has("type") ? try item.oneOf("type", ["app", "base", "core", "gadget", "kernel", "snapd"]) : "app"
    defaultChannel = item.has("default-channel") ? try item.notEmpty("default-channel") : "latest/stable"
    guard (1...3).contains(defaultChannel.byteSplit("/", keepingEmpty: true).count), !defaultChannel.hasByte(" ") else {
      throw AssertionError("invalid default channel for snap \(quoted(name)): \(quoted(defaultChannel))")
    }
    presence = item.has("presence") ? try item.oneOf("presence", ["required", "optional"]) : "required"
    modes = try Self.modes(item)
    isClassic = try item.boolean("classic")
    if isClassic, type != "app" { throw AssertionError("snap \(quoted(name)) cannot be classic with type \(type)") }
    var components: [String: Component] = [:]
    for (key, value) in (try item.map("components") ?? [:]).sorted(by: { $0.key < $1.key }) {
      guard let map = value.text.map({ ["presence": HeaderValue.text($0)] }) ?? value.map, TextForm.name(key) else {
        throw AssertionError("component \(quoted(key)) of snap \(quoted(name)) must be a map or a presence")
      }
      let part = HeaderReader(map, place: "of component \(quoted(key)) of snap \(quoted(name))")
      components[key] = Component(
        presence: try part.oneOf("presence", ["required", "optional"]), modes: try Self.modes(part))
    }
    self.components = components
  }

  private static func modes(_ item: HeaderReader) throws(AssertionError) -> [String] {
    let modes = try item.texts("modes", TextForm.words)
    return modes.isEmpty ? ["run"] : modes
  }
}

/// A validation set that a model asks for.
public struct ModelValidationSet: Sendable, Hashable {
  public let accountID: String
  public let name: String
  /// Zero when it follows the newest.
  public let sequence: Int
  /// `enforce` or `prefer-enforce`.
  public let mode: String

  static func list(_ headers: HeaderReader, brand: String) throws(AssertionError) -> [ModelValidationSet] {
    var sets: [ModelValidationSet] = []
    for map in try headers.maps("validation-sets") ?? [] {
      let name = try HeaderReader(map, place: "of validation-set").matching("name", TextForm.words)
      let item = HeaderReader(map, place: "of validation-set \(quoted(name))")
      let set = ModelValidationSet(
        accountID: item.has("account-id") ? try item.matching("account-id", TextForm.accountID) : brand, name: name,
        sequence: try item.integer("sequence", default: 0, atLeast: 1),
        mode: try item.oneOf("mode", ["enforce", "prefer-enforce"]))
      guard !sets.contains(where: { $0.accountID == set.accountID && $0.name == set.name }) else {
        throw AssertionError("cannot add validation set \"\(set.accountID)/\(set.name)\" twice")
      }
      sets.append(set)
    }
    return sets
  }
}
