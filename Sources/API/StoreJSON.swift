/// A store that snaps come from: an element of `GET /v2/stores`. Not in the reference, which has one store.
public struct StoreJSON: Codable, Hashable, Sendable {
  @Present public var name: String
  /// Where it is, with a slash at the end.
  @Present public var url: String
  /// The `public-key-sha3-384` of its root key; empty where no file says it.
  @OmitEmpty public var key: String
  /// Lower is asked first.
  @Present public var priority: Int
  /// Who wants it: `packager`, `administrator` or `environment`.
  @Present public var origin: String

  public init(name: String, url: String, key: String, priority: Int, origin: String) {
    self.name = name
    self.url = url
    self.key = key
    self.priority = priority
    self.origin = origin
  }
}

/// The body of `POST /v2/stores`.
public struct StoreInstruction: Codable, Hashable, Sendable {
  /// `add` or `remove`.
  @Present public var action: String
  @OmitEmpty public var name: String
  @OmitEmpty public var url: String
  @OmitEmpty public var key: String
  public var priority: Int?

  public init(action: String, name: String = "", url: String = "", key: String = "", priority: Int? = nil) {
    self.action = action
    self.name = name
    self.url = url
    self.key = key
    self.priority = priority
  }
}
