internal import API
internal import Host
internal import Linux
internal import RefreshManager
internal import Snap
internal import SnapManager
internal import State
internal import Synchronization
internal import Time

/// The installed snaps as JSON for clients.
///
/// What is said of a snap changes only with its record, and lists are asked for often: each snap's JSON is kept
/// until its record changes, so a list of many costs a comparison and a copy each.
final class SnapCatalog: Sendable {
  private struct Entry {
    let record: SnapState
    let image: ImageMark
    let health: SnapHealth?
    /// Of what is known to be signed.
    let generation: UInt64
    let refreshes: RefreshFacts
    let content: Content
  }

  /// What is said of a snap's automatic updates.
  private struct RefreshFacts: Equatable {
    let hold: Timestamp?
    let gatingHold: Timestamp?
    let failure: RefreshFailure?

    init(_ instance: InstanceName, in state: State) {
      (hold, gatingHold) = RefreshManager.shownHolds(on: instance, in: state)
      failure = state[refreshFailure: instance]
    }

    func describe(in json: inout SnapJSON) {
      (json.hold, json.gatingHold) = (hold, gatingHold)
      guard let failure else { return }
      var failures = RefreshFailuresJSON(revision: failure.revision.description)
      failures.failureCount = failure.count
      failures.lastFailureTime = failure.lastFailure
      json.refreshFailures = failures
    }
  }

  /// Tells images apart: a snap may be removed and another installed under its name within the second that the record
  /// knows.
  private struct ImageMark: Equatable {
    let inode: UInt64
    let seconds: Int64
    let nanoseconds: Int64

    init?(path: String) throws {
      guard let status = try Files.status(path, followSymlinks: false) else { return nil }
      inode = status.inode
      seconds = status.modifiedSeconds
      nanoseconds = status.modifiedNanoseconds
    }
  }

  /// What is kept of a snap. How its services are doing is asked anew each time.
  private enum Content {
    case encoded([UInt8])
    case withServices(SnapJSON)
  }

  private let store: StateStore
  private let snaps: SnapManager
  private let services: any ServiceManager
  private let directories: Directories
  private let known = Mutex<[String: Entry]>([:])

  init(store: StateStore, snaps: SnapManager, services: any ServiceManager, directories: Directories) {
    self.store = store
    self.snaps = snaps
    self.services = services
    self.directories = directories
  }

  /// Which revisions of which snaps are listed.
  enum Selection {
    /// The current revision of each snap, disabled ones too.
    case current
    /// The current revision of those that are not disabled.
    case enabled
    /// Every revision of each.
    case all
    /// The current revision of those whose refresh waits for running apps.
    case refreshInhibited
  }

  /// An array of snaps.
  func list(_ selection: Selection, only wanted: Set<String>?) throws -> [UInt8] {
    var json: [UInt8] = [UInt8(ascii: "[")]
    var first = true
    func append(_ element: [UInt8]) {
      if !first { json.append(UInt8(ascii: ",")) }
      first = false
      json += element
    }
    for (key, record) in store.read({ $0.all(RecordKind<SnapState>.snaps) }) {
      if let wanted, !wanted.contains(key) { continue }
      switch selection {
      case .all:
        for installed in record.sequence {
          append(
            installed.revision == record.current
              ? try current(key, record) : try Answer.json(try describe(key, record, installed.revision)))
        }
      case .refreshInhibited: if record.refreshInhibited != nil { append(try current(key, record)) }
      case .enabled: if record.active { append(try current(key, record)) }
      case .current: append(try current(key, record))
      }
    }
    json.append(UInt8(ascii: "]"))
    return json
  }

  /// One snap, active or not.
  func one(_ instance: InstanceName) throws -> [UInt8] {
    guard let record = store.read({ $0[RecordKind<SnapState>.snaps, instance.description] }) else {
      throw APIFailure(404, "snap not installed", kind: .snapNotFound, value: .string(instance.description))
    }
    return try current(instance.description, record)
  }

  private func current(_ key: String, _ record: SnapState) throws -> [UInt8] {
    let content = try content(key, record)
    switch content {
    case .encoded(let bytes): return bytes
    case .withServices(var json):
      // A snap is listed even when its services cannot be asked about.
      try? services.tellActivity(of: &json.apps)
      return try Answer.json(json)
    }
  }

  private func content(_ key: String, _ record: SnapState) throws -> Content {
    let image = try ImageMark(path: directories.blob(of: try InstanceName(key), record.current))
    let health = store.read { $0[RecordKind<SnapHealth>.health, key] }
    let generation = record.snapID == nil ? 0 : snaps.signatures.generation
    let refreshes = try store.read { RefreshFacts(try InstanceName(key), in: $0) }
    if let entry = known.withLock({ $0[key] }), entry.record == record, entry.image == image,
      entry.health == health, entry.generation == generation, entry.refreshes == refreshes
    {
      return entry.content
    }
    let json = try describe(key, record, record.current)
    let content: Content =
      json.apps.contains(where: \.isService) ? .withServices(json) : .encoded(try Answer.json(json))
    // A broken snap may be repaired, and a directory being tried changed, without the record changing.
    if json.broken.isEmpty, !record.flags.trymode, let image {
      known.withLock {
        $0[key] = Entry(
          record: record, image: image, health: health, generation: generation, refreshes: refreshes,
          content: content)
      }
    }
    return content
  }

  private func describe(_ key: String, _ record: SnapState, _ revision: Revision) throws -> SnapJSON {
    let instance = try InstanceName(key)
    var json = SnapJSON(name: instance.description)
    let isCurrent = record.active && revision == record.current
    json.status = isCurrent ? "active" : "installed"
    json.type = record.type.description
    json.revision = revision.description
    json.trackingChannel = record.channel
    json.channel = record.sequence.first { $0.revision == revision }?.channel ?? ""
    json.ignoreValidation = record.ignoreValidation ?? false
    json.cohortKey = record.cohortKey ?? ""
    if let snapID = record.snapID(of: revision) {
      json.id = snapID
      if let publisher = snaps.signatures.publisher(of: snapID) {
        json.publisher = StoreAccountJSON(
          id: publisher.id, username: publisher.username, displayName: publisher.displayName,
          validation: publisher.validation)
        json.developer = publisher.username
      }
    }
    if revision == record.current { store.read { RefreshFacts(instance, in: $0) }.describe(in: &json) }
    json.devmode = record.flags.devmode
    json.jailmode = record.flags.jailmode
    json.trymode = record.flags.trymode
    if revision == record.current { json.health = store.read { $0[RecordKind<SnapHealth>.health, key] }?.json }
    if isCurrent, let time = snaps.refreshProceeds(record) {
      json.refreshInhibit = RefreshInhibitJSON(proceedTime: Timestamp(seconds: time))
    }
    let blob = directories.blob(of: instance, revision)
    if let status = try? Files.status(blob, followSymlinks: false) {
      json.installedSize = Int64(status.size)
      json.mountedFrom = blob
    } else if let directory = try snaps.triedDirectory(instance, revision) {
      json.mountedFrom = directory
    }
    let link = isCurrent ? "\(directories.mounts(of: instance))/current" : directories.mount(of: instance, revision)
    if let status = try? Files.status(link, followSymlinks: false) {
      json.installDate = Timestamp(seconds: status.modifiedSeconds)
    }
    do {
      describe(
        try snaps.info(of: instance, revision), of: instance, hasIcon: snaps.hasIcon(instance, revision), into: &json)
    } catch {
      json.broken = "\(error)"
    }
    return json
  }

  private func describe(
    _ info: SnapInfo, of instance: InstanceName, hasIcon: Bool, into json: inout SnapJSON
  ) {
    json.title = info.title
    json.summary = info.summary
    json.description = info.description
    json.version = info.version.description
    json.base = info.base ?? ""
    json.confinement = info.confinement.rawValue
    json.grade = info.grade.rawValue
    json.license = info.license
    json.links = info.links
    json.contact = info.links["contact"]?.first ?? ""
    json.website = info.links["website"]?.first ?? ""
    json.commonIDs = info.apps.compactMap(\.commonID)
    let desktopFiles = snaps.desktopFiles()[instance.description] ?? [:]
    json.apps = info.apps.map { AppJSON($0, info, of: instance, desktopFile: desktopFiles[$0.name.rawValue]) }
    if hasIcon { json.icon = "/v2/icons/\(instance)/icon" }
  }
}

extension SnapHealth {
  /// As the API tells it.
  fileprivate var json: HealthJSON {
    var json = HealthJSON(status: status.rawValue)
    json.revision = revision.description
    json.timestamp = timestamp
    json.message = message
    json.code = code
    return json
  }
}
