/// What may be done on a message bus (AppArmor's `dbus` rules): sending, receiving, owning a name.
public struct DBusRule: Hashable, Sendable {
  /// The two that everybody has, and two that desktops start beside them.
  public enum Bus: String, Hashable, Sendable { case system, session, accessibility, fcitx }

  public enum Operation: String, Hashable, Sendable { case send, receive }

  /// What is ruled.
  public enum Action: Hashable, Sendable {
    /// Messages; an empty list means both ways.
    case messages([Operation])
    /// Owning a well-known name.
    case own(PolicyPattern)
  }

  /// Either bus when nil.
  public var bus: Bus?
  public var action: Action
  public var path: PolicyPattern?
  public var interface: PolicyPattern?
  public var member: PolicyPattern?
  /// The well-known name of the other side.
  public var peerName: PolicyPattern?
  /// Whose process is on the other side.
  public var peer: PeerLabel
  public var effect: RuleEffect

  public init(
    _ bus: Bus?, _ action: Action, path: PolicyPattern? = nil, interface: PolicyPattern? = nil,
    member: PolicyPattern? = nil, peerName: PolicyPattern? = nil, peer: PeerLabel = .any, effect: RuleEffect = .allow
  ) {
    self.bus = bus
    self.action = action
    self.path = path
    self.interface = interface
    self.member = member
    self.peerName = peerName
    self.peer = peer
    self.effect = effect
  }
}
