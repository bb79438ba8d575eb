public import ConfigurationManager
public import JSONValues
public import Snap
public import SnapManager
internal import Synchronization

/// What `snapctl` works in: the run of a hook, or for apps and services the snap by itself.
public final class HookContext: Sendable {
  /// What has been asked for, and is not written yet.
  public struct Session: Sendable {
    public var configuration: ConfigurationTransaction
    /// What the hook said of the snap.
    public var health: SnapHealth?
    /// What a hook before a connection said of its side.
    public var attributes: [String: JSONValue] = [:]
    /// What the hook said of updates that concern the snap.
    public var updates: UpdateChoice?

    /// What a snap that is asked about updates can say.
    public enum UpdateChoice: Sendable { case hold, proceed }
  }

  /// The secret by which it is addressed.
  public let cookie: String
  /// The snap that it is of.
  public let instance: InstanceName
  /// The hook that runs; nil for apps and services.
  public let run: HookRun?
  private let session: Mutex<Session>

  init(cookie: String, instance: InstanceName, run: HookRun?, configuration: ConfigurationTransaction) {
    self.cookie = cookie
    self.instance = instance
    self.run = run
    session = Mutex(Session(configuration: configuration))
  }

  /// What has been asked for so far.
  public var current: Session { session.withLock { $0 } }

  /// Asks for more.
  ///
  /// - Throws: what the body throws; nothing has changed then.
  public func update(_ body: (inout Session) throws -> Void) throws {
    try session.withLock { session in
      var draft = session
      try body(&draft)
      session = draft
    }
  }
}
