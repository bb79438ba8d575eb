internal import API
internal import Host
internal import Linux
internal import Snap
internal import SnapManager
internal import State
internal import Synchronization

/// The installed snaps as JSON for clients.
///
/// What is said of a snap changes only with its record, and lists are asked for often: each snap's JSON is kept
/// until its record changes, so a list of many costs a comparison and a copy each.
final class SnapCatalog: Sendable {
  private struct Entry {
    let record: SnapState
    let json: [UInt8]
  }

  private let store: StateStore
  private let snaps: SnapManager
  private let directories: Directories
  private let services: any ServiceManager
  private let known = Mutex<[String: Entry]>([:])

  init(store: StateStore, snaps: SnapManager, directories: Directories, services: any ServiceManager) {
    self.store = store
    self.snaps = snaps
    self.directories = directories
    self.services = services
  }

  /// An array of the snaps in use, or with `all` of every revision.
  func list(all: Bool, only wanted: Set<String>?) throws -> [UInt8] {
    var json: [UInt8] = [UInt8(ascii: "[")]
    var first = true
    func append(_ element: [UInt8]) {
      if !first { json.append(UInt8(ascii: ",")) }
      first = false
      json += element
    }
    for (key, record) in store.read({ $0.all(RecordKind<SnapState>.snaps) }) {
      if let wanted, !wanted.contains(key) { continue }
      if all {
        for installed in record.sequence { append(try encode(key, record, installed.revision)) }
      } else if record.active {
        append(try current(key, record))
      }
    }
    json.append(UInt8(ascii: "]"))
    return json
  }

  /// One snap, active or not, and how its services are right now.
  func one(_ instance: InstanceName) throws -> [UInt8] {
    guard let record = store.read({ $0[RecordKind<SnapState>.snaps, instance.description] }) else {
      throw APIFailure(404, "snap not installed", kind: .snapNotFound, value: .string(instance.description))
    }
    var json = try describe(instance, record, record.current)
    guard json.status == "active" else { return try Answer.json(json) }
    for index in json.apps.indices where json.apps[index].daemonScope == ServiceScope.system.rawValue {
      let unit = UnitName.service(instance: instance.description, app: json.apps[index].name)
      guard let status = try? services.status([unit]).first else { continue }
      json.apps[index].enabled = status.isEnabled
      json.apps[index].active = status.isActive
    }
    return try Answer.json(json)
  }

  private func current(_ key: String, _ record: SnapState) throws -> [UInt8] {
    if let entry = known.withLock({ $0[key] }), entry.record == record { return entry.json }
    let json = try encode(key, record, record.current)
    known.withLock { $0[key] = Entry(record: record, json: json) }
    return json
  }

  private func encode(_ key: String, _ record: SnapState, _ revision: Revision) throws -> [UInt8] {
    try Answer.json(try describe(try InstanceName(key), record, revision))
  }

  private func describe(_ instance: InstanceName, _ record: SnapState, _ revision: Revision) throws -> SnapJSON {
    var json = SnapJSON(name: instance.description)
    let isCurrent = record.active && revision == record.current
    json.status = isCurrent ? "active" : "installed"
    json.type = record.type.description
    json.revision = revision.description
    json.trackingChannel = record.channel
    json.channel = record.sequence.first { $0.revision == revision }?.channel ?? ""
    json.devmode = record.flags.devmode
    json.jailmode = record.flags.jailmode
    json.trymode = record.flags.trymode
    let blob = directories.blob(of: instance, revision)
    if let status = try? Files.status(blob, followSymlinks: false) {
      json.installedSize = Int64(status.size)
      json.mountedFrom = blob
    }
    let link = isCurrent ? "\(directories.mounts(of: instance))/current" : directories.mount(of: instance, revision)
    if let status = try? Files.status(link, followSymlinks: false) {
      json.installDate = API.Timestamp(seconds: status.modifiedSeconds)
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
    json.apps = info.apps.map { app in
      var listed = AppJSON(snap: instance.description, name: app.name.description)
      listed.daemon = app.daemon?.rawValue ?? ""
      if app.daemon != nil { listed.daemonScope = app.daemonScope.rawValue }
      listed.commonID = app.commonID ?? ""
      return listed
    }
    if hasIcon { json.icon = "/v2/icons/\(instance)/icon" }
  }
}
