internal import Artefacts
internal import Desktop
internal import Host
internal import Image
internal import LaunchPlanning
internal import Linux
internal import SessionAgents
internal import Snap
internal import State

extension SnapManager {
  /// Every place where the disk and the record disagree, one sentence each; none on a healthy system at rest.
  ///
  /// This is what "never half done" means, written down as a check: `GET /v2/debug?aspect=consistency` shows it, and
  /// the tests that kill the daemon ask it afterwards.
  public func inconsistencies() throws -> [String] {
    var found: [String] = []
    let installed = store.read { $0.all(.snaps) }
    let units = try services.mountUnits()
    for (key, record) in installed {
      guard let instance = try? InstanceName(key) else { continue }
      try check(instance, record, units.filter { $0.instance == key }, &found)
    }
    try checkStrangers(Set(installed.map(\.key)), units, &found)
    return found
  }

  private func check(
    _ instance: InstanceName, _ record: SnapState, _ units: [MountUnit], _ found: inout [String]
  ) throws {
    for revision in record.sequence.map(\.revision) {
      let mountPoint = directories.mount(of: instance, revision)
      if try !Mounts.isMounted(mountPoint) { found.append("\(mountPoint) is not mounted") }
      if !units.contains(where: { $0.revision == "\(revision)" }) {
        found.append("\(mountPoint) has no mount unit")
      }
      if try !isTried(instance, revision), try !exists(directories.blob(of: instance, revision)) {
        found.append("\(directories.blob(of: instance, revision)) is missing")
      }
      if record.active, revision == record.current, try !exists(directories.data(of: instance, revision)) {
        found.append("\(directories.data(of: instance, revision)) is missing")
      }
    }
    try checkEntries(of: instance, record, &found)
    if let fault = try cookieFault(of: instance) { found.append(fault) }
    // A file alone is what a launcher leaves that is killed before it binds; it keeps nothing.
    for path in try namespaces.stale(instance) where try ProcessTable.namespaceNumber(atFile: path) != nil {
      found.append("\(path) keeps a namespace that no launch would join")
    }
    let links = CurrentLinks(directories: directories)
    let current = record.active ? record.current.description : nil
    if try links.revision(of: instance.description) != current {
      found.append("\(directories.mounts(of: instance))/current does not point at \(current ?? "nothing")")
    }
    let info: SnapInfo
    do {
      info = try infos.info(of: instance, record.current)
    } catch {
      found.append("\(instance) is broken: \(error)")
      return
    }
    let commands = record.active ? info.commandNames(for: instance).sorted() : []
    if try Commands(directories: directories).list(of: instance.description).sorted() != commands {
      found.append("the commands of \(instance) are not \(commands)")
    }
    let aliases = try AliasLinks(directories: directories).list(of: instance.description)
    if aliases != (record.active ? commandsByAlias(of: instance) : [:]) {
      found.append("the aliases of \(instance) are not \(commandsByAlias(of: instance).sorted { $0.key < $1.key })")
    }
    if record.active, record.aliases.isPending { found.append("the aliases of \(instance) are pending") }
    let expected = record.active ? serviceNames(info, in: instance).sorted() : []
    if try services.services(of: instance.description).sorted() != expected {
      found.append("the services of \(instance) are not \(expected)")
    }
    let sessions = record.active ? sessionUnits(info, in: instance).map(\.service).sorted() : []
    if try userServices.services(of: instance.description).sorted() != sessions {
      found.append("the services of \(instance) for users' sessions are not \(sessions)")
    }
    let tags = record.active ? info.tags(in: instance).map(\.description).sorted() : []
    if try plans.tags(of: instance).sorted() != tags { found.append("the launch plans of \(instance) are not \(tags)") }
    if record.active {
      found += try artefacts.inconsistencies(
        artefactSubject(
          info, instance, record.current, record.flags, parts: try connections.parts(of: instance)))
    } else {
      found += try artefacts.files(of: instance).map { "\($0) is of a snap that is disabled" }
    }
    let image = record.active ? try DirectoryContainer(path: directories.mount(of: instance, record.current)) : nil
    found += try desktop.inconsistencies(info, of: instance, in: image)
    if record.active, try isInhibited(instance) { found.append("\(instance) is inhibited without a change") }
  }

  /// Nothing but installed revisions is among the images, mount points and data.
  private func checkEntries(of instance: InstanceName, _ record: SnapState, _ found: inout [String]) throws {
    let known = Set(record.sequence.map(\.revision.description))
    for name in try list(directories.mounts(of: instance)) where name != "current" && !known.contains(name) {
      found.append("\(directories.mounts(of: instance))/\(name) belongs to no installed revision")
    }
    for name in try list(directories.data(of: instance))
    where name != "current" && name != "common" && !known.contains(name) {
      found.append("\(directories.data(of: instance))/\(name) belongs to no installed revision")
    }
  }

  /// Nothing is left of snaps that are not installed.
  private func checkStrangers(_ installed: Set<String>, _ units: [MountUnit], _ found: inout [String]) throws {
    for name in try list(directories.blobs) {
      let owner =
        name.hasSuffix(".snap") ? name.dropLast(5).split(separator: "_").dropLast().joined(separator: "_") : ""
      if !installed.contains(owner) { found.append("\(directories.blobs)/\(name) belongs to no installed snap") }
    }
    for name in try list(directories.snaps) where name != "bin" && name != "README" && !installed.contains(name) {
      found.append("\(directories.snaps)/\(name) belongs to no installed snap")
    }
    for name in try list(directories.data) where !installed.contains(name) {
      found.append("\(directories.data)/\(name) belongs to no installed snap")
    }
    for (alias, command) in try AliasLinks(directories: directories).all()
    where !installed.contains(String(command.prefix { $0 != "." })) {
      found.append("alias \(alias) belongs to no installed snap")
    }
    for unit in units where !installed.contains(unit.instance) {
      found.append("\(unit.name) belongs to no installed snap")
    }
    for name in try list(directories.launchPlans) {
      let parts = name.split(separator: ".")
      if parts.count < 3 || !installed.contains(String(parts[1])) {
        found.append("\(directories.launchPlans)/\(name) belongs to no installed snap")
      }
    }
    for path in try artefacts.strangers(installed) + desktop.strangers(installed) {
      found.append("\(path) belongs to no installed snap")
    }
    for name in try namespaces.names() {
      guard let owner = Namespaces.Entry(name)?.instance, !installed.contains(owner) else { continue }
      found.append("\(directories.namespaces)/\(name) belongs to no installed snap")
    }
    for name in try list(directories.userServices) where !installed.contains(String(name.dropLast(5))) {
      found.append("\(directories.userServices)/\(name) belongs to no installed snap")
    }
    for name in try list(directories.cookies) where !installed.contains(String(name.dropFirst(5))) {
      found.append("\(directories.cookies)/\(name) belongs to no installed snap")
    }
    for name in try list(directories.sequence) where !installed.contains(String(name.dropLast(5))) {
      found.append("\(directories.sequence)/\(name) belongs to no installed snap")
    }
  }

  private func exists(_ path: String) throws -> Bool { try Files.status(path, followSymlinks: false) != nil }

  private func list(_ path: String) throws -> [String] { try exists(path) ? try Files.list(path) : [] }
}
