/// A user that a snap may declare in `system-usernames`. User and group have the same fixed number.
/// Source: `spec/features.md` §4.
public enum SystemUser: String, Hashable, Sendable, CaseIterable {
  case daemon = "_daemon_"
  case snapDaemon = "snap_daemon"
  case microk8s = "snap_microk8s"
  case aziotEdge = "snap_aziotedge"
  case aziotDU = "snap_aziotdu"

  /// uid and gid.
  public var identifier: UInt32 {
    switch self {
    case .daemon: 584_792
    case .snapDaemon: 584_788
    case .microk8s: 584_789
    case .aziotEdge: 584_790
    case .aziotDU: 584_791
    }
  }
}
