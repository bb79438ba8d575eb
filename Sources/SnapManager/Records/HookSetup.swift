public import Snap

/// What a `run-hook` task is told.
public struct HookSetup: Codable, Equatable, Sendable {
  /// Whose hook it is.
  public var instance: InstanceName
  /// The revision whose hook runs; it must be the one that the launch plans are of.
  public var revision: Revision
  public var hook: HookName
  /// Whether a snap without the hook is fine.
  public var isOptional = true
  /// Whether a failure is only noted.
  public var ignoreError: Bool
  /// When the hook is killed, counted from its start.
  public var timeout: Duration
  /// The hook that takes back what this one did, when the change is undone; a snap without it is fine.
  public var undoHook: HookName?
  /// What is set in the configuration before the hook looks at it, a JSON object as text: numbers stay as they are.
  public var patch: String?
  /// Whether what the gadget says of the snap's options is set, in place of a patch: the snap is new.
  public var usesDefaults = false
  /// The connection that an interface hook is about: `plugsnap:plug slotsnap:slot`.
  public var connection: String?

  public init(
    instance: InstanceName, revision: Revision, hook: HookName, ignoreError: Bool = false,
    timeout: Duration = HookTimeout.preset
  ) {
    self.instance = instance
    self.revision = revision
    self.hook = hook
    self.ignoreError = ignoreError
    self.timeout = timeout
  }

  enum CodingKeys: String, CodingKey {
    case instance, revision, hook, ignoreError, undoHook, patch, usesDefaults, connection
    case isOptional = "optional"
    /// Seconds, as it was first.
    case timeout
    case milliseconds
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    instance = try container.decode(InstanceName.self, forKey: .instance)
    revision = try container.decode(Revision.self, forKey: .revision)
    hook = try container.decode(HookName.self, forKey: .hook)
    isOptional = try container.decodeIfPresent(Bool.self, forKey: .isOptional) ?? true
    ignoreError = try container.decodeIfPresent(Bool.self, forKey: .ignoreError) ?? false
    undoHook = try container.decodeIfPresent(HookName.self, forKey: .undoHook)
    patch = try container.decodeIfPresent(String.self, forKey: .patch)
    usesDefaults = try container.decodeIfPresent(Bool.self, forKey: .usesDefaults) ?? false
    connection = try container.decodeIfPresent(String.self, forKey: .connection)
    if let milliseconds = try container.decodeIfPresent(Int64.self, forKey: .milliseconds) {
      timeout = .milliseconds(milliseconds)
    } else {
      timeout = .seconds(try container.decodeIfPresent(Int64.self, forKey: .timeout) ?? 600)
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(instance, forKey: .instance)
    try container.encode(revision, forKey: .revision)
    try container.encode(hook, forKey: .hook)
    try container.encode(isOptional, forKey: .isOptional)
    try container.encode(ignoreError, forKey: .ignoreError)
    try container.encodeIfPresent(undoHook, forKey: .undoHook)
    try container.encodeIfPresent(patch, forKey: .patch)
    if usesDefaults { try container.encode(true, forKey: .usesDefaults) }
    try container.encodeIfPresent(connection, forKey: .connection)
    try container.encode(timeout.milliseconds, forKey: .milliseconds)
  }
}
