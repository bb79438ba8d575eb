internal import HTTP

/// Who may call a route. One table decides, and what is not in it is denied (`spec/threats.md`, "API
/// authorisation"). Levels as `spec/features.md` §3 names them.
struct Access: Sendable {
  /// What a caller must be.
  enum Level: Sendable {
    /// Anybody who can reach the socket.
    case open
    /// Root, a person who is logged in to a store, or whom polkit lets. Polkit is not asked yet.
    case manage
    /// Root only.
    case root
    /// A process of a snap, on the snaps' socket; what it may is decided by its cookie.
    case snap
  }

  let level: Level
  /// Interfaces of which a connected plug lets a snap call, on the snaps' socket. None: no snap may.
  private(set) var interfaces: [String] = []

  static let open = Access(level: .open)
  static let manage = Access(level: .manage)
  static let root = Access(level: .root)
  static let snap = Access(level: .snap)

  /// The same for people, and for snaps that have one of these plugs connected.
  func orSnaps(with interfaces: String...) -> Access {
    var access = self
    access.interfaces = interfaces
    return access
  }

  /// Whether a peer may call.
  ///
  /// The kernel vouches for the peer: its credentials come as a struct from `SO_PEERCRED`, never as text.
  ///
  /// - Parameters:
  ///   - hasPlug: whether the peer is in the sandbox of a snap that has a plug of an interface connected.
  ///   - isLoggedIn: whether the peer has proved to be somebody who is; asked only when it matters.
  func allows(
    _ peer: Peer, isLoggedIn: @autoclosure () -> Bool = false, hasPlug: (String) -> Bool = { _ in false }
  ) -> Verdict {
    switch ListeningSocket(rawValue: peer.socket) {
    case .main:
      if level == .manage, peer.uid != 0, isLoggedIn() { return .allowed }
      return level == .snap ? .forbidden : allows(uid: peer.uid)
    case .snap:
      if level == .snap { return .allowed }
      return interfaces.contains(where: hasPlug) ? allows(uid: peer.uid) : .forbidden
    case nil: return .forbidden
    }
  }

  private func allows(uid: UInt32) -> Verdict {
    switch level {
    case .open, .snap: .allowed
    case .manage: uid == 0 ? .allowed : .unauthorized
    case .root: uid == 0 ? .allowed : .forbidden
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
