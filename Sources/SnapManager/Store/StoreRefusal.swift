public import Snap

/// Why nothing comes from a store. The texts are the reference's, where it has them.
public enum StoreRefusal: Error, Equatable, Sendable, CustomStringConvertible {
  /// What a store has of a snap, where it has not what was asked for.
  public struct Release: Equatable, Sendable {
    public var architecture: String
    public var channel: String

    public init(architecture: String, channel: String) {
      self.architecture = architecture
      self.channel = channel
    }
  }

  /// What a person, or another snap, wants of a store.
  public enum Action: String, Equatable, Sendable { case install, refresh, download, `switch` }

  case noStore(Action, InstanceName)
  case unknownStore(String)
  case notFound(InstanceName)
  /// The channel is nil when a revision was asked for.
  case notAvailable(InstanceName, Action, channel: String?, releases: [Release])
  case noUpdate(InstanceName)
  case local(InstanceName)
  case notSigned(InstanceName)
  case refused(InstanceName, Action, code: String, message: String)
  case store(code: String, message: String)
  case nothingToRefresh([InstanceName])
  case storeChanged(InstanceName, found: String)
  case revisionAndCohort
  case prerequisite(InstanceName, isBase: Bool, reason: String)
  case nothingToSwitch

  public var description: String {
    switch self {
    case .noStore(let action, let snap):
      "cannot \(action.rawValue) \"\(snap)\": no store is set up (see \"snap store add\")"
    case .unknownStore(let name): "cannot use store \"\(name)\": it is not set up (see \"snap store list\")"
    case .notFound: "snap not found"
    case .notAvailable: "no snap revision available as specified"
    case .noUpdate: "snap has no updates available"
    case .local(let snap): "local snap \"\(snap)\" is unknown to the store, use --amend to proceed anyway"
    case .notSigned(let snap): "cannot verify snap \"\(snap)\", no matching signatures found"
    case .refused(let snap, let action, _, let message): "cannot \(action.rawValue) snap \"\(snap)\": \(message)"
    case .store(_, let message): "store: \(message)"
    case .nothingToRefresh(let snaps):
      "cannot refresh \(snaps.map { "\"\($0)\"" }.joined(separator: ", ")): \(snaps.count == 1 ? "it is" : "they are") "
        + "disabled"
    case .storeChanged(let snap, let found):
      "cannot use what the store answers for \"\(snap)\": it is about \"\(found)\""
    case .revisionAndCohort: "cannot specify both cohort and revision"
    case .prerequisite(let snap, let isBase, let reason):
      "cannot install \(isBase ? "snap base" : "prerequisite") \"\(snap)\": \(reason)"
    case .nothingToSwitch: "cannot switch snap: no channel or cohort given"
    }
  }
}

extension Channel {
  /// The channel that a snap follows when something is asked for: a risk alone stays on the track.
  ///
  /// - Parameters:
  ///   - followed: what is followed now; empty for nothing.
  ///   - wanted: what is asked for; empty for no other.
  static func following(_ followed: String, wanted: String) throws(InvalidText) -> Channel {
    let current = followed.isEmpty ? try Channel("latest/stable") : try Channel(followed)
    guard !wanted.isEmpty else { return current }
    let channel = try Channel(wanted)
    guard
      wanted.utf8.split(separator: UInt8(ascii: "/")).first.map({ String(Substring($0)) })
        == channel.risk.rawValue
    else { return channel }
    let branch = channel.branch.map { "/\($0)" } ?? ""
    return try Channel("\(current.track)/\(channel.risk.rawValue)\(branch)")
  }
}
