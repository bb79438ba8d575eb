package import Snap
package import Time

// What the store knows, by subject. Each has two sides: what can be asked, and what can be changed. Lists are in the
// order of their keys unless something else is said.

/// Accounts, their log-ins, and what was tried with them.
package protocol AccountReader {
  func account(id: String) throws -> AccountRecord?
  /// - Parameter username: in lower case.
  func account(username: String) throws -> AccountRecord?
  /// - Parameter email: in any case.
  func account(email: String) throws -> AccountRecord?
  func accounts() throws -> [AccountRecord]
  func session(id: String) throws -> SessionRecord?
  func sessions(of accountID: String) throws -> [SessionRecord]
  /// How many events of a kind (a wrong password) a subject has had since.
  func events(_ kind: String, of subject: String, since: Timestamp) throws -> Int
}

/// Changes what ``AccountReader`` tells.
package protocol AccountWriter {
  /// - Throws: ``StateConflict``.
  func insert(_ account: AccountRecord) throws
  func update(_ account: AccountRecord) throws
  func insert(_ session: SessionRecord) throws
  func revokeSession(id: String) throws
  /// Remembers an event, and forgets those of the kind that are older than an hour.
  func addEvent(_ kind: String, of subject: String, at: Timestamp) throws
  /// Takes one event back; nothing when there is none.
  func removeEvent(_ kind: String, of subject: String, at: Timestamp) throws
}

/// Names, what is said of snaps, who works on them, and what changed.
package protocol SnapReader {
  /// A number that grows with each change of a snap, its revisions, channels, deltas, collaborators or its
  /// publisher's account.
  func generation() throws -> Int64
  /// The snaps that changed after a generation; nil when that is not known any more, and all may have.
  func snapsChanged(since generation: Int64) throws -> [String]?

  func snap(id: String) throws -> SnapRecord?
  func snap(name: String) throws -> SnapRecord?
  func snapID(name: String) throws -> String?
  /// What devices need to know of a snap to find a revision of it.
  func outline(id: String) throws -> SnapOutline?
  func snaps(publisher accountID: String) throws -> [SnapRecord]
  /// Snaps by id, for those who go through all of them piece by piece.
  func snaps(afterID: String, limit: Int) throws -> [SnapRecord]
  /// Ids of all snaps in their order, piece by piece.
  func snapIDs(after id: String, limit: Int) throws -> [String]
  /// Ids of snaps that an account works on.
  func snapIDs(developedBy accountID: String, limit: Int) throws -> [String]
  func collaborators(of snapID: String) throws -> [CollaboratorRecord]
  func collaborations(of accountID: String) throws -> [CollaboratorRecord]
  /// Whether an account publishes the snap, or works on it with who does.
  func mayDevelop(snapID: String, accountID: String) throws -> Bool
  func tracks(of snapID: String) throws -> [TrackRecord]
  func reservedName(_ name: String) throws -> ReservedName?
  func reservedNames() throws -> [ReservedName]
  func disputes() throws -> [NameDispute]
}

/// Changes what ``SnapReader`` tells.
package protocol SnapWriter {
  /// - Throws: ``StateConflict``.
  func insert(_ snap: SnapRecord) throws
  /// - Throws: ``StateConflict``.
  func update(_ snap: SnapRecord) throws
  /// Forgets a snap without revisions, and all that is said of it.
  func removeUnused(_ snap: SnapRecord) throws
  func set(_ collaborator: CollaboratorRecord) throws
  func removeCollaborator(snapID: String, accountID: String) throws
  func set(_ track: TrackRecord) throws
  func reserve(_ name: ReservedName) throws
  func unreserve(_ name: String) throws
  func insert(_ dispute: NameDispute) throws
  func removeDispute(name: String, accountID: String) throws
}

/// Revisions, deltas between them, and what was counted.
package protocol RevisionReader {
  func revision(_ number: UInt32, of snapID: String) throws -> RevisionRecord?
  /// The revision that has a file.
  func revision(_ digest: BlobDigest, of snapID: String) throws -> RevisionRecord?
  /// Latest first.
  func revisions(of snapID: String, before: UInt32?, limit: Int) throws -> [RevisionRecord]
  func revisionsInReview() throws -> [RevisionRecord]
  func deltas(of snapID: String, from source: UInt32, to target: UInt32) throws -> [DeltaRecord]
  func deltas(of snapID: String) throws -> [DeltaRecord]
  /// Whether a delta was made once and is not worth it.
  func isDeltaRefused(snapID: String, source: UInt32, target: UInt32) throws -> Bool
  /// Deltas that somebody began to make and has not been heard of since.
  func abandonedDeltas(now: Int64, limit: Int) throws -> [DeltaClaim]
  /// Whether a revision, a delta or an upload has this blob: what nobody has may be deleted.
  func isUsed(_ digest: BlobDigest) throws -> Bool
  /// How much there is in the whole store.
  func totals() throws -> StoreTotals
  /// Metrics of a snap from one day to another, both `YYYY-MM-DD`.
  func metrics(of snapID: String, name: String, from: String, to: String) throws -> [MetricRecord]
}

/// Changes what ``RevisionReader`` tells.
package protocol RevisionWriter {
  /// The number that the next revision of a snap gets.
  func nextRevision(of snapID: String) throws -> UInt32
  func insert(_ revision: RevisionRecord) throws
  /// Changes status and notes.
  func update(_ revision: RevisionRecord) throws
  func insert(_ delta: DeltaRecord) throws
  func remove(_ delta: DeltaRecord) throws
  /// Takes it on oneself to make a delta.
  ///
  /// - Returns: false when somebody else has, whose time is not over.
  func claim(_ claim: DeltaClaim, now: Int64) throws -> Bool
  /// The delta is made, or will not be.
  ///
  /// - Returns: false when somebody else has taken it over meanwhile: what was made is not to be used.
  func end(_ claim: DeltaClaim) throws -> Bool
  /// Remembers that a delta is not worth it.
  func refuseDelta(snapID: String, source: UInt32, target: UInt32) throws
  /// Adds to what was counted.
  func add(_ metric: MetricRecord) throws
}

/// Channels, what was done to them, and what waits.
package protocol ReleaseReader {
  /// The open channels, as devices find them; those that have expired too.
  func releases(of snapID: String) throws -> [ReleaseRecord]
  /// Whether the revision was ever released, and so is for everybody who sees the snap.
  func wasReleased(_ number: UInt32, of snapID: String) throws -> Bool
  /// What was done to the channels of a snap, latest first.
  ///
  /// - Parameters:
  ///   - architecture: nil for all.
  ///   - channel: nil for all.
  ///   - until: nothing later; nil for all.
  func history(
    of snapID: String, architecture: Architecture?, channel: Channel?, until: Timestamp?, limit: Int
  ) throws -> [HistoryRecord]
  /// The open channels as they were at a time.
  func releases(of snapID: String, at time: Timestamp) throws -> [ReleaseRecord]
  /// Holds that have not ended; with nil of all snaps.
  func holds(of snapID: String?) throws -> [HoldRecord]
  func heldReleases(of snapID: String?) throws -> [HeldRelease]
}

/// Changes what ``ReleaseReader`` tells.
package protocol ReleaseWriter {
  /// Opens a channel or changes what it has, and remembers it; see ``Holds`` for who calls it.
  func set(_ release: ReleaseRecord, by accountID: String) throws
  /// Closes a channel and remembers it; nothing when it is closed.
  func close(_ channel: Channel, of snapID: String, architecture: Architecture, at: Timestamp, by: String) throws
  func insertHold(snapID: String, reason: HoldRecord.Reason, at: Timestamp, until: Timestamp) throws
  /// - Parameter by: the administrator; nil when the time is over.
  func endHold(id: Int, at: Timestamp, by: String?) throws
  func insertHeld(_ release: ReleaseRecord, by: String) throws
  func removeHeld(id: Int) throws
}

/// Assertions, newest revisions only.
package protocol AssertionReader {
  /// The newest revision in a format of at most this number, as it is sent.
  func assertion(_ type: String, key: [String], maximumFormat: Int) throws -> StoredAssertion?
  /// The newest revisions of those with a header, by key. For headers that ``StoredAssertion`` keeps an index of;
  /// nil for all of the type.
  func assertions(_ type: String, header: (name: String, value: String)?, maximumFormat: Int) throws
    -> [StoredAssertion]
  /// The member of a sequence: that one, or the last of all.
  func sequenceMember(
    _ type: String, sequenceKey: [String], sequence: Int?, maximumFormat: Int
  ) throws -> StoredAssertion?
  /// Assertions that a key signed, at most so many.
  func assertions(signedBy keyID: String, limit: Int) throws -> [StoredAssertion]
  /// How many a key signed.
  func assertionCount(signedBy keyID: String) throws -> Int
}

/// Changes what ``AssertionReader`` tells.
package protocol AssertionWriter {
  /// Keeps an assertion in place of older ones with its key and format.
  ///
  /// - Returns: false when one as new or newer is there, and nothing is done.
  func put(_ assertion: StoredAssertion) throws -> Bool
}

/// Keys, secrets, nonces, devices and settings of the whole store.
package protocol SecretReader {
  /// The store's keys, first the ones that sign: the newest of a role that is not revoked.
  func storeKeys() throws -> [StoreKeyRecord]
  func device(brandID: String, model: String, serial: String) throws -> DeviceRecord?
  func device(brandID: String, model: String, keyID: String) throws -> DeviceRecord?
  /// A setting that all processes share.
  func setting(_ name: String) throws -> String?
}

/// Changes what ``SecretReader`` tells.
package protocol SecretWriter {
  func set(_ key: StoreKeyRecord) throws
  /// A secret that all processes share, made when it is asked for first: 32 bytes.
  func secret(_ name: String) throws -> [UInt8]
  func insertNonce(_ nonce: String, until: Timestamp) throws
  /// Uses a nonce up.
  ///
  /// - Returns: false when there is none such, it has been used, or it is too late.
  func takeNonce(_ nonce: String, now: Timestamp) throws -> Bool
  /// - Returns: false when the brand's model has the serial already.
  func insert(_ device: DeviceRecord) throws -> Bool
  func setSetting(_ name: String, _ value: String?) throws
}

/// Files that came in and are not, or not yet, a revision.
package protocol UploadReader {
  func upload(id: String) throws -> UploadRecord?
  /// Oldest first.
  func uploads(_ status: UploadRecord.Status) throws -> [UploadRecord]
  /// Latest first.
  func uploads(of snapID: String, limit: Int) throws -> [UploadRecord]
}

/// Changes what ``UploadReader`` tells.
package protocol UploadWriter {
  func insert(_ upload: UploadRecord) throws
  func update(_ upload: UploadRecord) throws
  func removeUpload(id: String) throws
}

/// What is found by what it says.
package protocol SearchReader {
  /// Ids of released snaps that everybody may see, best first: the name itself, names that begin so, then what says it
  /// in title, summary and description, popular ones before others.
  func search(_ query: SearchQuery) throws -> [String]
  /// Names of categories that released snaps are in.
  func categories() throws -> [String]
  /// The catalogue, by name, piece by piece.
  func catalogue(afterName: String, limit: Int) throws -> [CatalogueEntry]
  /// The generation up to which snaps have been indexed; nil for none.
  func indexedGeneration() throws -> Int64?
}

/// Changes what ``SearchReader`` tells.
package protocol SearchWriter {
  /// Remembers what of a snap's revision is searched for; nil when none is released.
  func index(_ snapID: String, _ entry: CatalogueEntry?, commonIDs: [String]) throws
  func setIndexedGeneration(_ generation: Int64) throws
  /// Counts downloads for the order of what is found.
  func addDownloads(_ counts: [String: Int]) throws
}
