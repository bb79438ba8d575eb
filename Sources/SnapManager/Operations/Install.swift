internal import Assertions
internal import Linux
public import Snap
public import State

/// What a request to install images from files asks for.
public struct InstallRequest: Sendable {
  /// An image the daemon has received, or a directory to try.
  public struct Content: Sendable {
    /// Where the content is.
    public var source: SnapSetup.Source
    /// What the image is called by the person who installs it, for the summary.
    public var fileName: String
    /// The name to install it under, when it is a parallel instance.
    public var instance: InstanceName?

    public init(source: SnapSetup.Source, fileName: String, instance: InstanceName? = nil) {
      self.source = source
      self.fileName = fileName
      self.instance = instance
    }
  }

  /// How the snaps are to be confined.
  public var flags: SnapFlags
  /// Whether to accept an image that no assertion vouches for.
  public var dangerous: Bool
  /// Whether running apps do not stand in the way.
  public var ignoreRunning: Bool
  /// Whether all snaps of the request stand and fall together.
  public var isTransaction: Bool
  /// Whether nobody asked for it: running apps put it off for some days only.
  public var isAutomatic = false
  /// What becomes of aliases, when it is not the usual.
  public var aliasing: SnapSetup.Aliasing?

  public init(
    flags: SnapFlags = SnapFlags(), dangerous: Bool = false, ignoreRunning: Bool = false, isTransaction: Bool = false,
    aliasing: SnapSetup.Aliasing? = nil
  ) {
    self.aliasing = aliasing
    self.flags = flags
    self.dangerous = dangerous
    self.ignoreRunning = ignoreRunning
    self.isTransaction = isTransaction
  }
}

extension SnapManager {
  /// Starts the installation of images from files, over what is installed under their names.
  ///
  /// - Returns: the change, and the instance names it is about.
  /// - Throws: ``Refusal`` or an error of reading the image; nothing has changed then.
  public func install(
    _ contents: [InstallRequest.Content], _ request: InstallRequest
  ) throws -> (change: ChangeID, snaps: [InstanceName]) {
    let given = try contents.map { try plan($0, request) }
    // By type, and providers of content before those who want it.
    let planned = Dictionary(grouping: given, by: \.info.type.installOrder).sorted { $0.key < $1.key }
      .flatMap { _, group in
        inOrderOfNeed(group) { item in
          item.info.defaultProviders.compactMap { name in group.firstIndex { $0.setup.instance == name } }
        }
      }
    let names = planned.map(\.setup.instance)
    for setup in planned.map(\.setup) { try refuseWithoutBase(setup, installing: names) }
    for (index, name) in names.enumerated() where names[..<index].contains(name) { throw Refusal.givenTwice(name) }
    let change = try store.write(durable: true) { state in
      try state.refuseConflicts(with: names)
      for item in planned {
        // The image was read without the lock, and what it was checked against may be gone since.
        guard state[snap: item.setup.instance] == item.installed else {
          throw Refusal.changeInProgress(item.setup.instance, kind: "")
        }
        if item.installed == nil { try state.checkCommands(of: item.setup.instance) }
        if let base = item.setup.requiredBase, let kind = state.removal(of: base) {
          throw Refusal.changeInProgress(base, kind: kind)
        }
      }
      let quoted = names.map { "\"\($0)\"" }.joined(separator: ", ")
      let change: ChangeID
      if case .directory(let path) = contents.first?.source {
        change = state.newChange(kind: "try-snap", summary: "Try \(quoted) snap from \(path)")
      } else if let only = planned.first, planned.count == 1 {
        change = state.newChange(
          kind: "install-snap", summary: "Install \(quoted) snap from file \"\(only.fileName)\"")
      } else {
        let files = planned.map { "\"\($0.fileName)\"" }.joined(separator: ", ")
        change = state.newChange(kind: "install-snap", summary: "Install snaps \(quoted) from files \(files)")
      }
      let shared = request.isTransaction ? state.newLane() : nil
      for (index, var item) in planned.enumerated() {
        item.setup.providers = state.providersToAwait(item.info, after: Array(names[..<index]))
        // The revision is given out under the lock, so that no two changes can want the same.
        if item.setup.tracking == nil {
          item.setup.revision = SnapState.nextLocalRevision(after: state[snap: item.setup.instance])
        }
        let lane = shared ?? state.newLane()
        try addInstallTasks(item.setup, keeping: item.inUse, to: change, in: lane, &state)
      }
      state.setChangeData(names.map(\.description), State.affectedSnaps, of: change)
      return change
    }
    // What is installed already is not taken from the file.
    for (content, item) in zip(contents, given) where item.setup.source == .installed {
      if case .image(let path) = content.source { try? Files.remove(path) }
    }
    runner.ensure()
    return (change, names)
  }

  /// A snap whose base is neither here nor on its way cannot be installed: nothing could run.
  private func refuseWithoutBase(_ setup: SnapSetup, installing names: [InstanceName]) throws {
    guard let base = setup.requiredBase, !names.contains(base) else { return }
    let isComing = store.read { $0[snap: base] != nil || $0.isOnItsWay(base) }
    // A store may have it; that is found out as the snap is installed.
    if try !isComing && !snapStore.names().isEmpty { return }
    guard isComing else { throw Refusal.missingBase(base.description, of: setup.instance) }
  }

  private struct Planned {
    var setup: SnapSetup
    let info: SnapInfo
    let fileName: String
    /// What was installed when the content was checked.
    let installed: SnapState?
    /// The revisions that running apps are of.
    let inUse: Set<Revision>
  }

  private func plan(_ content: InstallRequest.Content, _ request: InstallRequest) throws -> Planned {
    var isTry = false
    if case .directory = content.source { isTry = true }
    var info = try readInfo(content.source)
    let signed = isTry || request.dangerous ? nil : try signed(content, info)
    guard request.dangerous || request.flags.devmode || isTry || signed != nil else {
      throw Refusal.unsigned(fileName: content.fileName)
    }
    let instance = content.instance ?? InstanceName(info.name)
    guard instance.name == info.name else {
      throw Refusal.instanceNameMismatch(given: instance.description, inImage: info.name.description)
    }
    if instance.key != nil && info.type != .app { throw Refusal.instanceOfSystemSnap(instance, type: info.type) }
    info.instanceKey = instance.key
    let installed = store.read { $0[snap: instance] }
    var ignoreRunning = request.ignoreRunning
    if let installed {
      guard installed.active else { throw Refusal.refreshOfDisabled(instance) }
      // Who is being changed already is told that, not what runs meanwhile.
      try store.read { try $0.refuseConflicts(with: [instance]) }
      if !ignoreRunning {
        ignoreRunning = try refuseRefreshWhileRunning(instance, installed, isAutomatic: request.isAutomatic)
      }
    }
    var flags = request.flags
    flags.trymode = isTry
    // What somebody has signed for has a number already.
    let revision = signed?.revision ?? SnapState.nextLocalRevision(after: installed)
    if installed?.current == revision { throw Refusal.alreadyInstalled(instance) }
    let source = installed?.has(revision) == true ? SnapSetup.Source.installed : content.source
    var setup = SnapSetup(
      instance: instance, revision: revision, type: info.type,
      version: info.version.description, base: info.base, source: source, flags: flags,
      ignoreRunning: ignoreRunning, purpose: installed == nil ? .install : .refresh)
    // The aliases of a further instance would be in the way of the first one's.
    setup.aliasing = request.aliasing ?? (instance.key != nil && installed == nil ? .unaliased : nil)
    if let signed { setup.tracking = SnapSetup.Tracking(snapID: signed.snapID) }
    setup.wantedContent = info.wantedContent.isEmpty ? nil : info.wantedContent
    try check(info, for: setup)
    try connections.checkInstallation(
      info, instance, setup.revision, snapID: signed?.snapID, dangerous: signed == nil)
    return Planned(
      setup: setup, info: info, fileName: content.fileName, installed: installed,
      inUse: installed == nil ? [] : try revisionsInUse(of: instance))
  }

  /// What has been signed for of a file, by assertions that are known.
  private func signed(_ content: InstallRequest.Content, _ info: SnapInfo) throws -> SignedSnap? {
    guard case .image(let path) = content.source else { return nil }
    let digest = try FileDigest(path: path)
    let signed = try signatures.known(
      sha3: digest.hexadecimal, size: UInt64(digest.size), provenance: info.provenance, fileName: content.fileName)
    guard let signed else { return nil }
    guard signed.name == info.name else {
      throw Refusal.instanceNameMismatch(given: signed.name.description, inImage: info.name.description)
    }
    return signed
  }
}
