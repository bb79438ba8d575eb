/// Who may call a route. One table decides, and what is not in it is denied (`spec/threats.md`, "API
/// authorisation"). Levels as `spec/features.md` §3 names them.
enum Access: Sendable {
  /// Anybody who can reach the main socket.
  case open
  /// Root, or a person whom polkit lets. Until polkit is asked, root.
  case manage
  /// Root only.
  case root

  /// Whether a peer may call.
  ///
  /// The kernel vouches for the peer: its credentials come as a struct from `SO_PEERCRED`, never as text.
  func allows(_ peer: Peer) -> Verdict {
    // No route here is for snaps; those that are come with their interfaces.
    guard peer.socket == ListeningSocket.main.rawValue else { return .forbidden }
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
enum ListeningSocket: String, Sendable { case main, snap }
