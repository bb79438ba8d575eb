internal import JSONValues
internal import Snap
internal import StoreProtocol
internal import StoreState
internal import Time

/// How accounts and their snaps are told to publishers.
enum AccountView {
  static func account(_ account: AccountRecord) -> JSONValue {
    [
      "id": .string(account.id), "username": .string(account.username),
      "display-name": .string(account.displayName), "email": .string(account.email),
      "validation": .string(account.validation.rawValue),
    ]
  }

  /// `v1/tokens/whoami` and `api/v2/tokens/whoami`: who a token is of, and what it is for.
  static func whoami(_ account: AccountRecord, _ grant: TokenGrant) -> JSONValue {
    let permissions = grant.permissions.map(\.rawValue).sorted().map { JSONValue.string($0) }
    let packages: JSONValue =
      grant.packages.map { names in
        .array(names.sorted().map { ["name": .string($0), "series": "16", "type": "snap"] })
      } ?? .null
    let channels: JSONValue = grant.channels.map { .array($0.map { .string($0) }) } ?? .null
    return [
      "account": Self.account(account), "permissions": .array(permissions), "packages": packages,
      "channels": channels, "expires": .string(grant.expires.wholeSeconds),
    ]
  }

  /// A name as `craft-store` lists it (its model `RegisteredNameModel`).
  static func registered(
    _ snap: SnapRecord, publisher: AccountRecord?, store: String, tracks: [TrackRecord], type: String, isReleased: Bool
  ) -> JSONValue {
    let metadata = snap.metadata
    return [
      "id": .string(snap.id), "name": .string(snap.name.rawValue), "private": .bool(snap.isPrivate),
      "unlisted": .bool(snap.isUnlisted),
      "publisher": publisher.map { account($0) } ?? ["id": .string(snap.publisherID)],
      "status": .string(isReleased ? "published" : "registered"), "store": .string(store), "type": .string(type),
      "authority": .null, "contact": empty(metadata.contact), "default-track": .text(snap.defaultTrack),
      "description": empty(metadata.description), "summary": empty(metadata.summary), "title": empty(metadata.title),
      "website": empty(metadata.website),
      "links": .object(metadata.links.mapValues { .array($0.map { .string($0) }) }),
      "media": .array(
        metadata.media.filter { $0.type == "icon" }.map { ["type": "icon", "url": .string($0.url)] }),
      "track-guardrails": [],
      "tracks": .array(
        [track("latest", at: snap.createdAt, pattern: nil)]
          + tracks.map {
            track($0.name, at: $0.createdAt, pattern: $0.versionPattern)
          }),
    ]
  }

  private static func track(_ name: String, at time: Timestamp, pattern: String?) -> JSONValue {
    [
      "name": .string(name), "created-at": .string(time.wholeSeconds), "creation-date": .string(time.wholeSeconds),
      "version-pattern": .text(pattern), "automatic-phasing-percentage": .null, "status": "active",
    ]
  }

  /// A name as `dev/api/account` lists it.
  static func listed(_ snap: SnapRecord) -> JSONValue {
    [
      "snap-id": .string(snap.id), "snap_id": .string(snap.id), "status": "Approved", "private": .bool(snap.isPrivate),
      "unlisted": .bool(snap.isUnlisted), "price": .null, "since": .string(snap.createdAt.wholeSeconds),
      "store": "Global", "title": .string(snap.metadata.title),
    ]
  }

  private static func empty(_ text: String) -> JSONValue { text.isEmpty ? .null : .string(text) }
}
