internal import Snap
internal import State
internal import StoreProtocol

/// What is to be done with one snap that a store offers, before it is a change.
struct StorePlan: Sendable {
  var setup: SnapSetup
  /// What was installed when the store was asked.
  let installed: SnapState?
  /// The revisions that running apps are of.
  let inUse: Set<Revision>
  /// Whether another epoch comes with it, so that another refresh may follow.
  var changesEpoch = false
  /// The snaps that it wants content of.
  let providers: [InstanceName]
}

/// How what a store offers is to be installed.
struct StoreOptions: Sendable {
  var flags = SnapFlags()
  /// The channel that was asked for; nil for none.
  var channel: String?
  var cohortKey: String?
  var ignoreValidation: Bool?
  var ignoreRunning = false
  var aliasing: SnapSetup.Aliasing?
  var asking = StoreAsking()
}

extension SnapManager {
  /// Checks what a store offers as far as can be before it is here, and says what is to be done.
  func plan(_ offer: StoreOffer, over installed: SnapState?, _ options: StoreOptions) throws -> StorePlan {
    let (instance, snap) = (offer.instance, offer.snap)
    if instance.key != nil && snap.type != .app { throw Refusal.instanceOfSystemSnap(instance, type: snap.type) }
    let supported = snap.architectures.map { Architecture($0) }
    guard supported.isEmpty || supported.contains(where: { $0.isSupported(on: .host) }) else {
      throw Refusal.architecture(instance, supported: snap.architectures, host: Architecture.host.description)
    }
    switch snap.confinement {
    case .devmode where !options.flags.devmode && !options.flags.jailmode: throw Refusal.needsDevmode(instance)
    case .classic where !options.flags.classic && !options.flags.devmode: throw Refusal.needsClassic(instance)
    default: break
    }
    guard !snap.download.sha3_384.isEmpty, !snap.download.url.isEmpty else {
      throw StoreRefusal.storeChanged(instance, found: "a snap without download")
    }
    var (changesEpoch, ignoreRunning) = (false, options.ignoreRunning)
    if let installed {
      guard installed.active else { throw Refusal.refreshOfDisabled(instance) }
      guard installed.type == snap.type else {
        throw Refusal.typeChanged(instance, from: installed.type.description, to: snap.type.description)
      }
      let current = try infos.info(of: instance, installed.current)
      guard snap.epoch.canRead(current.epoch) else {
        throw Refusal.epoch(
          instance, offer.revision, new: snap.epoch.description, current: current.epoch.description)
      }
      changesEpoch = snap.epoch != current.epoch
      if !(options.ignoreValidation ?? installed.ignoreValidation ?? false) {
        let others = store.read { $0.all(.snaps).compactMap { name, record in record.snapID.map { (name, $0) } } }
        try signatures.refuseUnvalidated(
          instance, snap.snapID, offer.revision, installed: Dictionary(others, uniquingKeysWith: { $1 }),
          store: offer.store)
      }
      if !ignoreRunning {
        ignoreRunning = try refuseRefreshWhileRunning(instance, installed, isAutomatic: options.asking.isScheduled)
      }
    }
    let isHere = installed?.has(offer.revision) == true
    var download = offer.download(isRateLimited: options.asking.isScheduled)
    download.userID = options.asking.userID
    var setup = SnapSetup(
      instance: instance, revision: offer.revision, type: snap.type, version: snap.version, base: offer.base,
      source: isHere ? .installed : .store(download),
      flags: options.flags, ignoreRunning: ignoreRunning, purpose: installed == nil ? .install : .refresh)
    setup.aliasing = options.aliasing ?? (instance.key != nil && installed == nil ? .unaliased : nil)
    setup.isAutomatic = options.asking.isScheduled ? true : nil
    let followed = try Channel.following(installed?.channel ?? "", wanted: options.channel ?? "")
    setup.tracking = SnapSetup.Tracking(
      snapID: snap.snapID, store: offer.store, channel: (offer.redirect ?? followed).fullName,
      revisionChannel: (offer.channel ?? followed).fullName, cohortKey: options.cohortKey,
      ignoreValidation: options.ignoreValidation, userID: options.asking.userID)
    let content = offer.info?.wantedContent ?? []
    setup.wantedContent = content.isEmpty ? nil : content
    return StorePlan(
      setup: setup, installed: installed, inUse: installed == nil ? [] : try revisionsInUse(of: instance),
      changesEpoch: changesEpoch, providers: content.providers)
  }

  /// By type, and providers of content before those who want it.
  func inOrder(_ plans: [StorePlan]) -> [StorePlan] {
    Dictionary(grouping: plans, by: \.setup.type.installOrder).sorted { $0.key < $1.key }.flatMap { _, group in
      inOrderOfNeed(group) { item in
        item.providers.compactMap { name in group.firstIndex { $0.setup.instance == name } }
      }
    }
  }

  /// Lays out the tasks of plans, in their order.
  ///
  /// - Parameter lane: shared by all; nil gives each its own.
  func addTasks(
    of plans: [StorePlan], to change: ChangeID, in shared: Lane?, _ state: inout State
  ) throws {
    let names = plans.map(\.setup.instance)
    for (index, var item) in plans.enumerated() {
      // The store was asked without the lock, and what it was told may not be so any more.
      guard state[snap: item.setup.instance] == item.installed else {
        throw Refusal.changeInProgress(item.setup.instance, kind: "")
      }
      if item.installed == nil { try state.checkCommands(of: item.setup.instance) }
      item.setup.providers = item.providers.filter { provider in
        state[snap: provider] == nil && (names[..<index].contains(provider) || state.isOnItsWay(provider))
      }
      try addInstallTasks(item.setup, keeping: item.inUse, to: change, in: shared ?? state.newLane(), &state)
    }
  }
}
