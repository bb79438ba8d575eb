internal import JSONValues
internal import Snap
internal import StoreState
internal import Time

/// How channels, releases and revisions are told to publishers.
enum ChannelView {
  static let risks: [Channel.Risk] = [.stable, .candidate, .beta, .edge]

  /// The channels of a track's risks and of the branches that are open, each with what it falls back to.
  static func channels(tracks: [String], open: [Channel]) -> JSONValue {
    var list: [JSONValue] = []
    for track in tracks {
      var safer: String?
      for risk in risks {
        let name = "\(track)/\(risk.rawValue)"
        list.append(entry(name, track: track, risk: risk, branch: nil, fallback: safer))
        for branch in Set(open.filter { $0.track == track && $0.risk == risk }.compactMap(\.branch)).sorted() {
          list.append(entry("\(name)/\(branch)", track: track, risk: risk, branch: branch, fallback: name))
        }
        safer = name
      }
    }
    return .array(list)
  }

  private static func entry(
    _ name: String, track: String, risk: Channel.Risk, branch: String?, fallback: String?
  ) -> JSONValue {
    [
      "name": .string(name), "track": .string(track), "risk": .string(risk.rawValue), "branch": .text(branch),
      "fallback": .text(fallback),
    ]
  }

  /// One line of a channel map, in the words of `api/v2/snaps/{name}/channel-map` and `v1/snap/{name}/releases` both.
  static func release(_ release: ReleaseRecord) -> JSONValue {
    [
      "architecture": .string(release.architecture.description), "channel": .string(release.channel.fullName),
      "expiration-date": .text(release.expiresAt?.wholeSeconds), "revision": .integer(Int64(release.revision)),
      "when": .string(release.releasedAt.wholeSeconds), "progressive": progress(release.progress),
    ]
  }

  static func progress(_ progress: ReleaseProgress?) -> JSONValue {
    guard let progress else { return ["paused": .null, "percentage": .null, "current-percentage": .null] }
    let percentage = JSONValue.number(Double(progress.share) / 100)
    return ["paused": .bool(progress.isPaused), "percentage": percentage, "current-percentage": percentage]
  }

  /// One line of `api/v2/snaps/{name}/releases`.
  static func event(_ event: HistoryRecord) -> JSONValue {
    [
      "architecture": .string(event.architecture.description), "branch": .text(event.channel.branch),
      "channel": .string(event.channel.fullName), "expiration-date": .text(event.expiresAt?.wholeSeconds),
      "revision": event.revision.map { .integer(Int64($0)) } ?? .null,
      "risk": .string(event.channel.risk.rawValue), "track": .string(event.channel.track),
      "when": .string(event.at.wholeSeconds), "progressive": progress(event.progress), "by": .string(event.by),
    ]
  }

  /// A revision in the words of both families: `created-at` and `created_at`, `sha3-384` and `sha3_384`.
  static func revision(_ revision: RevisionRecord, apps: [String]) -> JSONValue {
    let created = JSONValue.string(revision.createdAt.wholeSeconds)
    let digest = JSONValue.string(revision.digest.hex)
    return [
      "revision": .integer(Int64(revision.number)), "version": .string(revision.version),
      "architectures": .array(revision.architectures.map { .string($0.description) }),
      "apps": .array(apps.map { .string($0) }), "base": revision.base.isEmpty ? .null : .string(revision.base),
      "build-url": .null, "build_url": .null, "confinement": .string(revision.confinement.rawValue),
      "created-at": created, "created_at": created, "created-by": .string(revision.uploadedBy),
      "grade": .string(revision.grade.rawValue), "sha3-384": digest, "sha3_384": digest,
      "size": .integer(revision.size), "status": .string(status(revision.status)),
      "type": .string(revision.type.rawValue),
      "errors": .array(revision.notes.map { ["code": "review", "message": .string($0)] }),
    ]
  }

  static func status(_ status: RevisionRecord.Status) -> String {
    switch status {
    case .ready: "approved"
    case .review: "needs-review"
    case .rejected: "rejected"
    }
  }
}

extension JSONValue {
  /// A text, or null.
  static func text(_ text: String?) -> JSONValue { text.map { .string($0) } ?? .null }
}
