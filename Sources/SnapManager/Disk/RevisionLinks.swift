internal import FoundationEssentials
internal import Host
internal import Linux
internal import SessionAgents
internal import Snap

/// What makes one revision the one in use: the `current` links, the commands, the service definitions and the list
/// of revisions for tools that run without the daemon.
struct RevisionLinks {
  let directories: Directories
  let services: any ServiceManager
  let userServices: UserServices
  let instance: InstanceName

  /// The contents of `/var/lib/snapd/sequence/<instance>.json`.
  private struct Sequence: Encodable {
    let sequence: [SnapState.Installed]
    let current: String
  }

  /// Makes a revision current and its commands and services known to the host. Services are not started.
  func link(_ info: SnapInfo, revision: Revision, definitions: [ServiceDefinition]) throws {
    try CurrentLinks(directories: directories).set(revision: revision.description, of: instance.description)
    try services.setServices(definitions, of: instance.description)
    try userServices.define(definitions, of: instance.description)
    try Commands(directories: directories).set(info.commandNames(for: instance), of: instance.description)
  }

  /// Takes the commands and services away, then the links: a command that still exists never points nowhere.
  ///
  /// - Parameter enduring: the services that go on meanwhile.
  func unlink(keeping enduring: [ServiceDefinition] = []) throws {
    try Commands(directories: directories).set([], of: instance.description)
    // They were stopped before; but a restart of the machine in between starts what is enabled.
    let kept = Set(enduring.map(\.name))
    let running = try services.services(of: instance.description).filter { !kept.contains($0) }
    if !running.isEmpty { try services.stop(running) }
    try services.setServices(enduring, of: instance.description)
    try userServices.define(enduring, of: instance.description)
    try CurrentLinks(directories: directories).remove(of: instance.description)
  }

  /// Writes down the revisions, or removes the list when there is none left.
  func writeSequence(_ state: SnapState?) throws {
    let path = directories.sequence(of: instance)
    guard let state, !state.sequence.isEmpty else { return try Files.remove(path) }
    try Files.makeDirectories(directories.sequence, mode: 0o755)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    let bytes = try encoder.encode(Sequence(sequence: state.sequence, current: state.current.description))
    try Files.writeAtomically([UInt8](bytes), to: path, mode: 0o600)
  }
}
