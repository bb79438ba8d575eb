internal import CLinux
internal import Glibc
internal import Linux

/// A socket that is open before its service and starts it: what a `.socket` unit is for systemd.
///
/// While it listens, a second process holds it as well, which does nothing else. When the daemon is killed, connections
/// wait there for the next daemon, which takes the socket back from it.
final class ListeningSocket {
  let name: String
  let service: String
  var definition: SocketDefinition
  private let host: ServiceHost

  private(set) var descriptor: Int32 = -1
  private(set) var hasFailed = false
  private(set) var holder: TrackedProcess?

  init(name: String, service: String, definition: SocketDefinition, host: ServiceHost) {
    self.name = name
    self.service = service
    self.definition = definition
    self.host = host
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  var isListening: Bool { descriptor >= 0 }

  var activity: ServiceStatus.Activity { isListening ? .active : hasFailed ? .failed : .inactive }

  /// Begins to listen; one that does goes on.
  func start() throws {
    guard !isListening else { return }
    hasFailed = false
    do {
      let address = try ListenAddress(definition.listenStream, places: host.place)
      descriptor = try address.listen(mode: definition.mode, prefix: host.servicesPrefix).release()
    } catch {
      hasFailed = true
      throw error
    }
    hold()
  }

  /// Who connects from now on is refused. The file of a path stays, as with systemd.
  func stop() {
    hasFailed = false
    letGo()
    host.removeRecord(of: name)
    if descriptor >= 0 { close(descriptor) }
    descriptor = -1
  }

  /// Takes the socket over from the process that held it while there was no daemon. If that is gone, too, it listens
  /// anew: a service that still has the old one keeps those who are connected.
  func adopt(_ record: SocketRecord) throws {
    guard record.bootID == host.bootID else { return host.removeRecord(of: name) }
    if let process = TrackedProcess(adopting: record.holder, startTime: record.holderStartTime) {
      let copy = cl_copy_descriptor(process.descriptor.raw, 3)
      if copy >= 0, cl_is_listening(copy) != 0 {
        descriptor = copy
        holder = process
        return
      }
      if copy >= 0 { close(copy) }
      process.signal(SIGKILL)
    }
    try start()
  }

  /// The holder ended although nobody asked it to.
  func checkHolder() {
    guard let process = holder, process.end() != nil else { return }
    holder = nil
    if isListening { hold() }
  }

  /// Without a holder the socket works all the same, but not over the end of the daemon.
  private func hold() {
    holder = try? host.spawnHolder(of: descriptor)
    guard let holder else { return host.removeRecord(of: name) }
    host.write(
      SocketRecord(bootID: host.bootID, holder: holder.pid, holderStartTime: holder.startTime), for: name)
  }

  private func letGo() {
    guard let process = holder else { return }
    holder = nil
    process.signal(SIGKILL)
    // It is killed while it sleeps: the wait is short. One that is no child is another's to reap.
    var descriptor = pollfd(fd: process.descriptor.raw, events: Int16(POLLIN), revents: 0)
    _ = poll(&descriptor, 1, 1000)
    _ = process.end()
  }
}
