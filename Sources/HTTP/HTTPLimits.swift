/// A number of requests over time.
public struct Rate: Hashable, Sendable {
  /// On average.
  public var perSecond: Int
  /// At once, after a while without any.
  public var atOnce: Int

  public init(perSecond: Int, atOnce: Int) { (self.perSecond, self.atOnce) = (perSecond, atOnce) }
}

/// What a server grants its clients. Anybody on the machine may connect, so everything has a bound.
public struct HTTPLimits: Sendable {
  /// Time from connecting, or from the first byte expected, to a complete header.
  public var headerTime = Duration.seconds(10)
  /// How long a connection may stay open between requests.
  public var idleTime = Duration.seconds(60)
  /// Time for a collected body; and the window in which a streamed one must bring ``streamMinimum`` bytes.
  public var bodyTime = Duration.seconds(30)
  /// Fewest bytes of a streamed body per ``bodyTime`` that the server waited for it.
  public var streamMinimum = 16 * 1024
  /// How long a client may take nothing of an answer.
  public var writeTime = Duration.seconds(60)
  /// How long, and for how many bytes, an unwanted rest of a body is read so that the client sees the answer.
  public var drainTime = Duration.seconds(2)
  public var drainBytes = 8 << 20
  /// One header field, all of them, and how many.
  public var headerField = 16 * 1024
  public var headerTotal = 64 * 1024
  public var headerCount = 100
  /// Connections in all; those above ``reserved`` short of it are for root.
  public var connections = 256
  public var reserved = 32
  /// Connections of one user that is not root, or of one address.
  public var connectionsPerUser = 64
  /// How many requests one client may make; nil for any number.
  public var rate: Rate?
  /// Proxies that are believed when they say for whom they ask (`X-Forwarded-For`).
  public var proxies: Set<NetworkAddress> = []
  /// Bytes of collected bodies in memory at once, for all connections.
  public var collectedBytes = 64 << 20
  /// Threads for handlers.
  public var threads = 64

  /// What the daemon grants.
  public init() {}
}
