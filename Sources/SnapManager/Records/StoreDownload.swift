/// An image that a store has, as a task is told of it: all that is needed to fetch it, and to know it when it is there.
public struct StoreDownload: Codable, Equatable, Sendable {
  /// The name under which the store is set up.
  public var store: String
  public var url: String
  /// Bytes.
  public var size: UInt64
  /// The digest of the image, in hexadecimal.
  public var sha3: String
  /// Shorter ways from revisions that are installed.
  public var deltas: [Delta]
  /// Whether nobody waits for it: it may be made to take longer.
  public var isRateLimited: Bool
  /// Whose credentials the store is asked with; nil for nobody's.
  public var userID: Int?

  /// How to make the image of another one.
  public struct Delta: Codable, Equatable, Sendable {
    /// `xdelta3`.
    public var format: String
    public var source: Int
    public var target: Int
    public var size: UInt64
    public var sha3: String
    public var url: String

    public init(format: String, source: Int, target: Int, size: UInt64, sha3: String, url: String) {
      self.format = format
      self.source = source
      self.target = target
      self.size = size
      self.sha3 = sha3
      self.url = url
    }
  }

  public init(
    store: String, url: String, size: UInt64, sha3: String, deltas: [Delta] = [], isRateLimited: Bool = false
  ) {
    self.store = store
    self.url = url
    self.size = size
    self.sha3 = sha3
    self.deltas = deltas
    self.isRateLimited = isRateLimited
  }
}
