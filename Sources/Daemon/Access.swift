/// Who may call a route. One table decides, and what is not in it is denied (`spec/threats.md`, "API
/// authorisation"). Levels as `spec/features.md` §3 names them.
enum Access: Sendable {
  /// Anybody who can reach the main socket.
  case open
  /// Root, or a person whom polkit lets. Until polkit is asked, root.
  case manage
  /// Root only.
  case root

  /// Whether a peer may call, given which socket the call came in on.
  ///
  /// The kernel vouches for the peer: its credentials come as a struct from `SO_PEERCRED`, never as text.
  func allows(_ peer: Peer, on socket: ListeningSocket) -> Verdict {
    // No route here is for snaps; those that are come with their interfaces.
    guard socket == .main else { return .forbidden }
    switch self {
    case .open: return .allowed
    case .manage: return peer.uid == 0 ? .allowed : .unauthorized
    case .root: return peer.uid == 0 ? .allowed : .forbidden
    }
  }

  enum Verdict: Sendable {
    case allowed
    /// 401: logging in, or root's rights, would help.
    case unauthorized
    /// 403: nothing would help on this socket.
    case forbidden
  }
}

/// Which of the daemon's sockets a call came in on.
enum ListeningSocket: Sendable { case main, snap }
