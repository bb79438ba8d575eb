/// A family of sockets that may be opened, in AppArmor's words: `inet stream`, `netlink raw`.
public struct NetworkRule: Hashable, Sendable {
  public var family: Family
  /// Any type when nil.
  public var type: SocketType?

  public init(_ family: Family, _ type: SocketType? = nil) {
    self.family = family
    self.type = type
  }

  /// Address families; the raw value is AppArmor's name, and `AF_` with it in capitals the constant.
  public enum Family: String, Hashable, Sendable, CaseIterable {
    case unix, inet, inet6, ax25, ipx, appletalk, netrom, bridge, atmpvc, x25, rose, netbeui, security, key, netlink
    case packet, ash, econet, atmsvc, rds, sna, irda, pppox, wanpipe, llc, ib, mpls, can, tipc, bluetooth, iucv, rxrpc
    case isdn, phonet, ieee802154, caif, alg, nfc, vsock, kcm, qipcrtr, smc, xdp
    /// Opened by name services' fallbacks of old; see socket(2).
    case conn

    /// The C constant.
    public var constant: String { "AF_" + rawValue.uppercased() }
  }

  /// Kinds of sockets; the raw value is AppArmor's name.
  public enum SocketType: String, Hashable, Sendable, CaseIterable {
    case stream, dgram, seqpacket, rdm, raw, packet

    /// The C constant.
    public var constant: String { "SOCK_" + rawValue.uppercased() }
  }
}

/// Whose processes a rule is about, when a security module tells them apart.
public enum PeerLabel: Hashable, Sendable {
  case any
  /// Processes of the host.
  case unconfined
  /// Processes with one of these security tags: the other side of a connection.
  case tags([String])
  /// The snap's own processes.
  case own
  /// By AppArmor's own pattern.
  case named(PolicyPattern)
}

/// What may be done with unix sockets beyond the snap's own (AppArmor's `unix` rules).
public struct UnixRule: Hashable, Sendable {
  public enum Operation: String, Hashable, Sendable, CaseIterable {
    case create, bind, listen, accept, connect, shutdown, getattr, setattr, getopt, setopt, send, receive
  }

  /// None: all of them.
  public var operations: [Operation]
  public var type: NetworkRule.SocketType?
  /// The own address: `@` before an abstract name, `none` for unnamed ones.
  public var address: PolicyPattern?
  public var peer: PeerLabel
  public var peerAddress: PolicyPattern?
  public var effect: RuleEffect

  public init(
    _ operations: [Operation], type: NetworkRule.SocketType? = nil, address: PolicyPattern? = nil,
    peer: PeerLabel = .any, peerAddress: PolicyPattern? = nil, effect: RuleEffect = .allow
  ) {
    self.operations = operations
    self.type = type
    self.address = address
    self.peer = peer
    self.peerAddress = peerAddress
    self.effect = effect
  }
}
