internal import Host
internal import Linux
public import Snap
public import State

/// What automatic updates need of operations on snaps, beside ``SnapManager/findUpdates(_:)`` and
/// ``SnapManager/start(_:only:with:)``.
extension SnapManager {
  /// Brings a revision that an update will want, so that it needs no download then: it goes to what is kept of earlier
  /// downloads, where `download-snap` looks first.
  ///
  /// - Parameter context: of the task that does it; an image that has come in part is taken up when it runs again.
  public func preDownload(_ update: StoreUpdates, _ instance: InstanceName, in context: TaskContext) throws {
    guard case .success(let offer)? = update.offers[instance] else { return }
    let download = offer.download(isRateLimited: true)
    let path = "\(directories.blob(of: instance, offer.revision)).early"
    let label = "\(instance)"
    try snapStore.download(
      download, over: [:], to: path,
      progress: { done, total in context.progress(label: label, done: done, total: total) },
      isCancelled: { context.isAborted })
    defer { try? Files.remove(path) }
    try snapStore.keep(path, sha3: download.sha3)
  }

  /// What runs of a snap and puts its automatic refresh off; remembers since when it does. Nil when nothing runs, or when
  /// it has been put off for as long as it can be.
  public func inhibitingApps(of instance: InstanceName) throws -> Refusal? {
    guard let record = store.read({ $0[snap: instance] }) else { return nil }
    do {
      _ = try refuseRefreshWhileRunning(instance, record, isAutomatic: true)
      return nil
    } catch let refusal as Refusal { return refusal }
  }

  /// The same, only looking.
  public func runningApps(of instance: InstanceName) throws -> Refusal? {
    guard let record = store.read({ $0[snap: instance] }) else { return nil }
    do {
      _ = try refuseRefreshWhileRunning(instance, record, isAutomatic: false)
      return nil
    } catch let refusal as Refusal { return refusal }
  }
}
