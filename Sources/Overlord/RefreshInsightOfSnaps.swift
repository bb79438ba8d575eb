internal import AssertionManager
internal import Assertions
internal import InterfaceManager
internal import Interfaces
public import RefreshManager
internal import Snap
internal import SnapManager
internal import State
internal import ValidationSets

/// What explanations of updates need to know of interfaces and of what is signed.
struct RefreshInsightOfSnaps: RefreshInsight {
  unowned let overlord: Overlord

  func newPermissions(of instance: InstanceName, metadata: String) -> [RefreshExplanation.Permission] {
    // What the store says of the new revision is not what is signed: the image is checked when it comes.
    guard var info = try? SnapInfo(yaml: Array(metadata.utf8)), info.name == instance.name else { return [] }
    info.instanceKey = instance.key
    let repository = overlord.interfaces.current
    return overlord.interfaces.newConnections(of: instance, with: info).map { plug, interface in
      RefreshExplanation.Permission(
        plug: plug.name.rawValue, interface: interface, summary: repository.interface(named: interface)?.summary ?? "")
    }
  }

  func publisher(of instance: InstanceName) -> (id: String, name: String)? {
    guard let signed = signed(instance) else { return nil }
    let account = try? overlord.assertions.account(signed.developerID)
    return (signed.developerID, account?.username ?? signed.developerID)
  }

  func signingKeys(of update: AvailableUpdate) -> (installed: String?, update: String?) {
    let store = overlord.store.read { $0[snap: update.instance]?.store }
    guard let store, let installed = signed(update.instance)?.key,
      let reference = try? AssertionManager.revision(update.sha3, "")
    else { return (nil, nil) }
    // Only looked at: it is checked when the update is made.
    return (installed, try? overlord.snaps.snapStore.assertion(reference, from: store).signKeyID)
  }

  func validationSets(against update: AvailableUpdate) -> [String] {
    guard let constraint = try? overlord.validationSets.enforced()[update.instance.name.rawValue, update.snapID],
      case .store(let number) = update.revision
    else { return [] }
    if !constraint.invalid.isEmpty { return constraint.invalid }
    guard let wanted = constraint.revision, wanted != Int(number) else { return [] }
    return constraint.revisions[wanted] ?? []
  }

  private func signed(_ instance: InstanceName) -> (developerID: String, key: String)? {
    guard let record = overlord.store.read({ $0[snap: instance] }), let id = record.snapID,
      case .store(let number) = record.current
    else { return nil }
    return (try? overlord.assertions.signed(id, revision: Int(number))).flatMap { $0 }
  }
}

extension Overlord {
  /// What each update would bring, and what holds it. Asks stores, so it blocks.
  public func explainUpdates() throws -> [RefreshExplanation] {
    try refreshes.explain(RefreshInsightOfSnaps(overlord: self))
  }
}
