public import Time

/// Revisions of snaps that go together.
public struct ValidationSet: AssertionValue {
  public let accountID: String
  public let name: String
  public let sequence: Int
  public let snaps: [Member]
  public let timestamp: Timestamp?

  /// A snap in a set.
  public struct Member: Sendable, Hashable {
    public let name: String
    public let id: String
    public let presence: Presence
    /// Zero is any.
    public let revision: Int
    public let components: [String: Component]
  }

  /// A component of a snap in a set.
  public struct Component: Sendable, Hashable {
    public let presence: Presence
    public let revision: Int
  }

  public enum Presence: String, Sendable, CaseIterable { case required, optional, invalid }

  public init(_ content: AssertionContent) throws(AssertionError) {
    let headers = content.headers
    _ = try headers.series()
    accountID = try content.requireAuthority("account-id", "issuer account")
    name = try headers.matching("name", TextForm.words)
    sequence = try headers.sequence("sequence")
    timestamp = try headers.time("timestamp")
    var snaps: [Member] = []
    for map in try headers.maps("snaps") ?? [] { snaps.append(try Member(map)) }
    guard !snaps.isEmpty else { throw AssertionError("\"snaps\" header must be a non-empty list of maps") }
    var names: Set<String> = []
    var ids: [String: String] = [:]
    for snap in snaps {
      guard names.insert(snap.name).inserted else {
        throw AssertionError("cannot list the same snap \(quoted(snap.name)) multiple times")
      }
      if let other = ids.updateValue(snap.name, forKey: snap.id) {
        throw AssertionError(
          "cannot specify the same snap id \(quoted(snap.id)) multiple times, specified for snaps \(quoted(other)) and "
            + quoted(snap.name))
      }
    }
    self.snaps = snaps
  }
}

extension ValidationSet.Member {
  init(_ map: [String: HeaderValue]) throws(AssertionError) {
    let name = try HeaderReader(map, place: "of snap").matching("name", TextForm.name)
    let item = HeaderReader(map, place: "of snap \(quoted(name))")
    self.name = name
    id = try item.matching("id", TextForm.snapID)
    presence = try ValidationSet.Presence(item)
    revision = try item.integer("revision", default: 0, atLeast: 1)
    if presence == .invalid, revision != 0 {
      throw AssertionError(
        "cannot specify revision of snap \(quoted(name)) at the same time as stating its presence is invalid")
    }
    var components: [String: ValidationSet.Component] = [:]
    for (key, value) in (try item.map("components") ?? [:]).sorted(by: { $0.key < $1.key }) {
      let place = "of component \(quoted(key)) of snap \(quoted(name))"
      // The name alone, or a map.
      let map = value.text.map { ["presence": HeaderValue.text($0)] } ?? value.map
      guard let map, TextForm.name(key) else {
        throw AssertionError("\(place.dropFirst(3)) must be a map or a presence")
      }
      let part = HeaderReader(map, place: place)
      let presence = try part.oneOf("presence", ValidationSet.Presence.allCases.map(\.rawValue))
      let revision = try part.integer("revision", default: 0, atLeast: 1)
      guard presence != "invalid" || revision == 0 else {
        throw AssertionError("cannot specify revision \(place) at the same time as stating its presence is invalid")
      }
      guard (revision == 0) == (self.revision == 0) || presence == "invalid" || presence == "optional" && revision == 0
      else {
        throw AssertionError(
          "cannot have a component revision \(place) without a snap revision, or the other way round")
      }
      components[key] = ValidationSet.Component(presence: .init(rawValue: presence) ?? .required, revision: revision)
    }
    self.components = components
  }
}

extension ValidationSet.Presence {
  fileprivate init(_ item: HeaderReader) throws(AssertionError) {
    guard item.has("presence") else {
      self = .required
      return
    }
    self = .init(rawValue: try item.oneOf("presence", Self.allCases.map(\.rawValue))) ?? .required
  }
}
