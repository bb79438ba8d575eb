internal import Desktop
internal import FoundationEssentials
internal import Host
internal import Image
internal import Linux
internal import SessionAgents
internal import Snap

/// What makes one revision the one in use: the `current` links, the commands, the service definitions, what desktops
/// know of it, and the list of revisions for tools that run without the daemon.
struct RevisionLinks {
  let directories: Directories
  let services: any ServiceManager
  let userServices: UserServices
  let desktop: DesktopIntegration
  let instance: InstanceName

  /// The contents of `/var/lib/snapd/sequence/<instance>.json`.
  private struct Sequence: Encodable {
    let sequence: [SnapState.Installed]
    let current: String
  }

  /// Makes a revision current and its commands, services and menu entries known to the host. Services are not started.
  ///
  /// - Parameter checkpoint: told between the steps.
  /// - Returns: what went wrong that keeps nothing from working.
  func link(
    _ info: SnapInfo, revision: Revision, definitions: [ServiceDefinition], checkpoint: (StaticString) -> Void
  ) throws -> [String] {
    try CurrentLinks(directories: directories).set(revision: revision.description, of: instance.description)
    try services.setServices(definitions, of: instance.description)
    try userServices.define(definitions, of: instance.description)
    try Commands(directories: directories).set(info.commandNames(for: instance), of: instance.description)
    checkpoint("commands")
    let image = try DirectoryContainer(path: directories.mount(of: instance, revision))
    return try desktop.set(info, of: instance, in: image)
  }

  /// Takes what desktops know, the commands and services away, then the links: a command that still exists never points
  /// nowhere.
  ///
  /// - Parameters:
  ///   - isReplaced: another revision follows at once: menu entries stay until they are its own.
  ///   - enduring: the services that go on meanwhile.
  func unlink(isReplaced: Bool = false, keeping enduring: [ServiceDefinition] = []) throws {
    if isReplaced { try desktop.suspend(instance) } else { _ = try desktop.remove(instance) }
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
