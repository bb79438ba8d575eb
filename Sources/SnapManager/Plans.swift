internal import Artefacts
internal import ByteText
internal import Desktop
internal import Glibc
internal import Host
internal import Image
internal import LaunchPlanning
internal import Linux
public import Snap
internal import State

/// How launch plans follow what is installed.
extension SnapManager {
  /// Compiles and writes what the launcher enforces for a revision.
  ///
  /// - Returns: what went wrong that keeps nothing from working.
  func writePlans(of instance: InstanceName, _ revision: Revision, flags: SnapFlags) throws -> [String] {
    try writePlans(
      try infos.info(of: instance, revision), instance, revision, flags, parts: try connections.parts(of: instance))
  }

  private func writePlans(
    _ info: SnapInfo, _ instance: InstanceName, _ revision: Revision, _ flags: SnapFlags, parts: [GrantPart]
  ) throws -> [String] {
    try writePlans(
      info, instance, revision, flags, base: try base(of: info, instance, revision), parts: parts)
    return try artefacts.write(artefactSubject(info, instance, revision, flags, parts: parts))
  }

  /// Compiles anew what is enforced for a snap in use, after its connections changed.
  ///
  /// - Returns: what went wrong that keeps nothing from working.
  public func rewriteProfiles(of instance: InstanceName) throws -> [String] {
    guard let state = store.read({ $0[snap: instance] }), state.active else { return [] }
    let info = try infos.info(of: instance, state.current)
    let parts = try connections.parts(of: instance)
    let remarks = try writePlans(info, instance, state.current, state.flags, parts: parts)
    try rewriteServices(
      info, instance, state.current, state.flags, parts: parts, vitalityRank: vitalityRank(of: instance))
    try namespaces.update(instance)
    return remarks
  }

  /// Takes a revision's plugs and slots, and writes its plans and those of the snaps it is connected with.
  ///
  /// - Returns: what a person should know: plugs and slots that are left out, and what went wrong on the way.
  func adoptAndWritePlans(
    of instance: InstanceName, _ revision: Revision, snapID: String?, flags: SnapFlags
  ) throws -> [String] {
    let (peers, remark) = connections.adopt(try infos.info(of: instance, revision), instance, revision, snapID: snapID)
    var remarks = [remark].compactMap { $0 }
    remarks += try writePlans(of: instance, revision, flags: flags)
    for peer in peers { remarks += try rewriteProfiles(of: peer) }
    return remarks + (try writeSystemArtefacts())
  }

  /// The snap's plugs and slots are gone, and so is what others had of them.
  ///
  /// - Returns: what went wrong that keeps nothing from working.
  func forgetAndRemovePlans(of instance: InstanceName) throws -> [String] {
    let peers = connections.forget(instance)
    try removePlans(of: instance)
    var remarks = try artefacts.remove(instance)
    for peer in peers { remarks += try rewriteProfiles(of: peer) }
    return remarks + (try writeSystemArtefacts())
  }

  /// The plans name the base's revision, so they follow when the base changes.
  func rewritePlansOfSnaps(on base: InstanceName, at revision: Revision) throws {
    let users = store.read { state in
      state.users(of: base).compactMap { user in state[snap: user].map { (user, $0) } }
    }
    let location = BaseLocation(name: base.description, revision: revision.description)
    for (user, state) in users {
      // One that is disabled has no plans; one in the middle of its own refresh has, though it is not active.
      guard try state.active || !plans.tags(of: user).isEmpty else { continue }
      do {
        let info = try infos.info(of: user, state.current)
        try writePlans(
          info, user, state.current, state.flags, base: location, parts: try connections.parts(of: user))
      } catch {
        // A snap that is broken already does not keep its base from being refreshed.
        warn("cannot prepare snap \"\(user)\" for the new revision of its base: \(error)")
      }
    }
  }

  private func writePlans(
    _ info: SnapInfo, _ instance: InstanceName, _ revision: Revision, _ flags: SnapFlags, base: BaseLocation?,
    parts: [GrantPart]
  ) throws {
    var runnable = info
    // An app without a command cannot be run; the reference installs it all the same.
    runnable.apps.removeAll { $0.command.isEmpty }
    var subject = PlanSubject(
      runnable, instance: instance, revision: revision, confinement: flags.effective(info.confinement)
    ) { parts.grants(for: $0) }
    subject.setDesktopFiles(try desktopFiles(of: info, instance, revision))
    let result = try planner.plans(for: subject, base: base)
    for source in result.layoutSources { try Self.create(source.path, below: source.place, isFile: source.isFile) }
    try plans.write(result.plans, of: instance)
    try namespaces.discardStale(instance)
  }

  /// The desktop files that a revision's apps have once it is linked, by app.
  private func desktopFiles(
    of info: SnapInfo, _ instance: InstanceName, _ revision: Revision
  ) throws -> [String: String] {
    let image = try DirectoryContainer(path: directories.mount(of: instance, revision))
    return desktop.desktopFiles(try desktop.content(info, of: instance, in: image), of: instance)
  }

  /// The snap cannot be launched any more.
  private func removePlans(of instance: InstanceName) throws {
    try plans.remove(instance: instance)
    try namespaces.discardStale(instance)
  }

  /// Where a snap's root file system is: in its base, or for an OS snap or base in itself.
  private func base(of info: SnapInfo, _ instance: InstanceName, _ revision: Revision) throws -> BaseLocation? {
    if info.type.isBase { return BaseLocation(name: instance.description, revision: revision.description) }
    let setup = SnapSetup(
      instance: instance, revision: revision, type: info.type, base: info.base, purpose: .install)
    guard let base = setup.requiredBase else { return nil }
    guard let state = store.read({ $0[snap: base] }) else {
      throw Refusal.missingBase(base.description, of: instance)
    }
    return BaseLocation(name: base.description, revision: state.current.description)
  }

  /// Makes what a layout shows exist in the snap's data. The data is the snap's own to fill, with links too, so every
  /// step is below a descriptor and follows none.
  static func create(_ path: String, below top: String, isFile: Bool) throws(SyscallError) {
    var place = try OwnedFD.open(top, O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
    var names = PathBytes.components(path)
    let last = isFile ? names.popLast() : nil
    for name in names {
      if mkdirat(place.raw, name, 0o755) != 0, errno != EEXIST {
        throw SyscallError("make directory", path: top + path, errno: errno)
      }
      place = try place.openBeneath(name, O_RDONLY | O_DIRECTORY)
    }
    if let last { _ = try place.openBeneath(last, O_RDONLY | O_CREAT | O_NOFOLLOW, mode: 0o644) }
  }
}
