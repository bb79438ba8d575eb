internal import API
internal import HTTP
internal import Overlord
internal import RefreshManager
internal import Snap
internal import SnapManager
internal import State
internal import Time

/// What stores have for installed snaps.
extension DaemonService {
  /// `GET /v2/find?select=refresh`, with `explain=true` also what each update would bring and what holds it.
  func listUpdates(_ request: Request) async throws -> Answer {
    let overlord = self.overlord
    guard request.query["explain"] == "true" else {
      let updates = try await asking { try overlord.refreshes.listUpdates() }
      return try .sync(updates.map { json($0) })
    }
    let explanations = try await asking { try overlord.explainUpdates() }
    return try .sync(
      explanations.map { explanation in
        var json = json(explanation.update)
        json.update = UpdateJSON(explanation, fromVersion: version(of: explanation.installed))
        return json
      })
  }

  private func version(of snap: RefreshableSnap) -> String {
    ((try? overlord.snaps.info(of: snap.instance, snap.revision))?.version.description) ?? ""
  }

  private func json(_ update: AvailableUpdate) -> SnapJSON {
    var json = SnapJSON(name: update.instance.description)
    json.id = update.snapID
    json.version = update.version
    json.revision = update.revision.description
    json.type = update.type.description
    json.base = update.base ?? ""
    json.channel = update.channel
    json.status = "available"
    json.downloadSize = update.size
    if let publisher = update.publisher {
      json.publisher = StoreAccountJSON(
        id: publisher.id, username: publisher.username, displayName: publisher.displayName,
        validation: publisher.validation)
      json.developer = publisher.username
    }
    (json.hold, json.gatingHold) = overlord.store.read { RefreshManager.shownHolds(on: update.instance, in: $0) }
    if let info = update.metadata.flatMap({ try? SnapInfo(yaml: Array($0.utf8)) }) {
      json.summary = info.summary
      json.confinement = info.confinement.description
    }
    return json
  }
}

extension UpdateJSON {
  fileprivate init(_ explanation: RefreshExplanation, fromVersion: String) {
    self.init(downloadSize: explanation.downloadSize, delta: explanation.downloadSize != explanation.update.size)
    fromRevision = explanation.installed.revision.description
    self.fromVersion = fromVersion
    permissions = explanation.permissions.map {
      UpdatePermissionJSON(plug: $0.plug, interface: $0.interface, summary: $0.summary)
    }
    publisher = explanation.publisher.map { UpdateIdentityJSON(from: $0.from, to: $0.to) }
    key = explanation.key.map { UpdateIdentityJSON(from: $0.from, to: $0.to) }
    held = explanation.obstacles.map(\.sentence)
  }
}

extension RefreshExplanation.Obstacle {
  /// The obstacle for people.
  fileprivate var sentence: String {
    switch self {
    case .systemHold(let until): "automatic refreshes of all snaps are held \(Self.end(until))"
    case .hold(let until, let isGeneral):
      "\(isGeneral ? "refreshes" : "automatic refreshes") of it are held \(Self.end(until))"
    case .heldBySnap(let snap, let until): "snap \"\(snap)\" holds it \(Self.end(until))"
    case .backOff(let until, let failures, let reason):
      "it failed \(failures == 1 ? "once" : "\(failures) times") and is tried again after "
        + "\(until.wholeSeconds)\(Self.why(reason))"
    case .avoided(let reason):
      "it failed by itself and is left alone until there is another revision\(Self.why(reason))"
    case .runningApps(let apps, let until):
      "it waits until \(apps.isEmpty ? "its apps" : apps.joined(separator: ", ")) end, and no longer than "
        + until.wholeSeconds
    case .metered: "the connection is metered"
    case .validationSets(let sets): "validation sets want another revision: \(sets.joined(separator: ", "))"
    case .schedule(let next): "the next automatic refresh is at \(next.wholeSeconds)"
    case .managed: "a snap manages the refreshes of this system"
    case .offline: "stores are not asked (store.access is \"offline\")"
    }
  }

  private static func end(_ time: HoldTime) -> String { end(time.timestamp) }

  /// A hundred years are for ever.
  private static func end(_ time: Timestamp) -> String {
    time.seconds > 4_000_000_000 + 3_155_760_000 ? "forever" : "until \(time.wholeSeconds)"
  }

  private static func why(_ reason: String) -> String { reason.isEmpty ? "" : ": \(reason)" }
}
