/// Whom signals may reach, or come from, beyond the snap's own processes.
public struct SignalRule: Hashable, Sendable {
  public enum Operation: String, Hashable, Sendable { case send, receive }

  /// None: both.
  public var operations: [Operation]
  /// Names of signals as AppArmor writes them (`term`); none: all.
  public var signals: [PolicyPattern]
  public var peer: PeerLabel

  public init(_ operations: [Operation], signals: [PolicyPattern] = [], peer: PeerLabel = .any) {
    self.operations = operations
    self.signals = signals
    self.peer = peer
  }
}

/// Who may be looked at or controlled with ptrace(2), beyond what belongs to the sandbox.
public struct PtraceRule: Hashable, Sendable {
  public enum Operation: String, Hashable, Sendable { case read, trace, readby, tracedby }

  /// None: all.
  public var operations: [Operation]
  public var peer: PeerLabel
  public var effect: RuleEffect

  public init(_ operations: [Operation], peer: PeerLabel = .any, effect: RuleEffect = .allow) {
    self.operations = operations
    self.peer = peer
    self.effect = effect
  }
}

/// AppArmor's profiles a process may change to.
public struct ChangeProfileRule: Hashable, Sendable {
  /// The program whose execution changes it; nil: whenever the process asks.
  public var program: PolicyPattern?
  public var target: PolicyPattern
  /// Whether the environment is handed on unscrubbed.
  public var unsafe: Bool

  public init(program: PolicyPattern? = nil, to target: PolicyPattern, unsafe: Bool = false) {
    self.program = program
    self.target = target
    self.unsafe = unsafe
  }
}
