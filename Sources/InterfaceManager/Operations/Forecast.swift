public import Interfaces
public import Snap
internal import State

extension InterfaceManager {
  /// The connections that the system would make by itself if a snap were of other metadata, and that are neither made
  /// nor known today: what a refresh gives it without anybody being asked.
  ///
  /// - Parameter info: the metadata after the refresh.
  public func newConnections(of instance: InstanceName, with info: SnapInfo) -> [(
    plug: EndReference, interface: String
  )] {
    var repository = current
    guard let facts = repository.facts(of: instance) else { return [] }
    let remembered = remembered(repository)
    _ = repository.remove(instance)
    _ = repository.add(info, facts)
    return repository.autoConnections(of: instance, remembered: remembered).connections.compactMap { wanted in
      guard wanted.id.plug.snap == instance, let plug = repository.plug(wanted.id.plug) else { return nil }
      let isAllowed = store.read { snaps.mayAutoConnect(plug.interface, plugOf: instance, in: $0) }
      return isAllowed ? (wanted.id.plug, plug.interface) : nil
    }
  }
}
