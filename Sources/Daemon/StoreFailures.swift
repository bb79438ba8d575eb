internal import API
internal import Snap
internal import SnapManager

/// What a client is told when nothing comes from a store. Source: `spec/features.md` §3, "Error kinds".
extension APIFailure {
  init(_ refusal: StoreRefusal) {
    func about(_ snap: InstanceName) -> JSONValue { .string(snap.description) }
    let message = "\(refusal)"
    switch refusal {
    case .notFound(let snap): self.init(404, message, kind: .snapNotFound, value: about(snap))
    case .noUpdate(let snap): self.init(400, message, kind: .snapNoUpdateAvailable, value: about(snap))
    case .local(let snap): self.init(400, message, kind: .snapLocal, value: about(snap))
    case .notAvailable(let snap, let action, let channel?, let releases) where !releases.isEmpty:
      self.init(snap, action, channel, releases)
    case .notAvailable(let snap, _, _, _):
      self.init(404, message, kind: .snapRevisionNotAvailable, value: about(snap))
    case .noStore, .unknownStore: self.init(400, message)
    default: self.init(400, message)
    }
  }

  /// The snap is there, but not in that channel, or not for this machine.
  private init(
    _ snap: InstanceName, _ action: StoreRefusal.Action, _ channel: String, _ releases: [StoreRefusal.Release]
  ) {
    let host = Architecture.host.description
    let isForHost = releases.contains { $0.architecture == host || $0.architecture == "all" }
    let value: [String: JSONValue] = [
      "snap-name": .string(snap.description), "action": .string(action.rawValue), "channel": .string(channel),
      "architecture": .string(host),
      "releases": .array(
        releases.map {
          .object(["architecture": .string($0.architecture), "channel": .string($0.channel)])
        }),
    ]
    self.init(
      404,
      isForHost ? "no snap revision on specified channel" : "no snap revision on specified architecture",
      kind: isForHost ? .snapChannelNotAvailable : .snapArchitectureNotAvailable, value: .object(value))
  }
}
