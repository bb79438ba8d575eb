public import Artefacts
internal import Desktop
internal import Host
internal import Image
internal import Linux
internal import Permissions
internal import SessionAgents
public import Snap
internal import State

/// How the machine's own parts follow what is connected: always right after the launch plans.
extension SnapManager {
  /// Brings the machine to what its own plugs and slots are connected with: drivers that snaps give to it.
  public func writeSystemArtefacts() throws -> [String] {
    var all = PermissionSet()
    for part in try connections.systemParts() { all.formUnion(part.grants) }
    return try artefacts.write(exports: all.exports, pins: all.pins)
  }

  /// - Parameter parts: what its plugs and slots give.
  func artefactSubject(
    _ info: SnapInfo, _ instance: InstanceName, _ revision: Revision, _ flags: SnapFlags, parts: [GrantPart]
  ) -> ArtefactSubject {
    let confinement: AppArmorProfile.Confinement =
      switch flags.effective(info.confinement) {
      case .strict: flags.jailmode && info.confinement == .classic ? .jailmode : .strict
      case .devmode: .devmode
      case .classic: .classic
      }
    return ArtefactSubject(
      instance: instance, revision: revision, confinement: confinement, base: AppArmorTemplate.Base(name: info.base),
      users: info.systemUsernames.keys.sorted().compactMap { SystemUser(rawValue: $0) }, tags: info.tags(in: instance),
      parts: parts, image: directories.mount(of: instance, revision))
  }

  // MARK: Services

  /// Brings the definitions of a snap's services to what its connections say. Those that run go on.
  func rewriteServices(
    _ info: SnapInfo, _ instance: InstanceName, _ revision: Revision, _ flags: SnapFlags, parts: [GrantPart],
    vitalityRank: Int?
  ) throws {
    let (name, sessions) = (instance.description, try userServices.services(of: instance.description))
    guard try !services.services(of: name).isEmpty || !sessions.isEmpty else { return }
    let definitions = try serviceDefinitions(
      info, in: instance, revision, flags, parts: parts, vitalityRank: vitalityRank)
    try services.setServices(definitions, of: name)
    if !sessions.isEmpty { try userServices.define(definitions, of: name) }
  }

  /// Brings the definitions of a snap's services to a place in the list of those that matter most. It holds for
  /// processes that are started from now on. A snap that is not in use has nothing to change.
  public func rewriteServices(of instance: InstanceName, vitalityRank: Int?) throws {
    guard let state = store.read({ $0[snap: instance] }), state.active else { return }
    try rewriteServices(
      try infos.info(of: instance, state.current), instance, state.current, state.flags,
      parts: try connections.parts(of: instance), vitalityRank: vitalityRank)
  }

  /// Compiles anew what is enforced for all snaps in use, and has AppArmor read the profiles again: what they include
  /// has changed. A snap that is broken does not keep the others from it.
  public func rewriteAllProfiles() throws {
    for (name, state) in store.read({ $0.all(RecordKind<SnapState>.snaps) }) where state.active {
      guard let instance = try? InstanceName(name) else { continue }
      do {
        try artefacts.requireProfiles(of: instance)
        for remark in try rewriteProfiles(of: instance) { warn("snap \"\(instance)\": \(remark)") }
      } catch {
        warn("cannot bring the security profiles of snap \"\(instance)\" up to date: \(error)")
      }
    }
  }

  /// The devices that a service may open; nil for one whose devices nobody rules (`spec/confinement.md` §5).
  func devices(of grants: PermissionSet, _ confinement: Confinement) -> [ServiceDevice]? {
    guard confinement == .strict, grants.hasDeviceGroup else { return nil }
    let resolver = DeviceResolver(dev: tools.dev)
    var rules = DeviceRule.always
    for node in resolver.always() + resolver.nodes(of: grants) where !rules.contains(node.rule) {
      rules.append(node.rule)
    }
    return rules.map(ServiceDevice.init)
  }

  // MARK: Starting

  /// Makes what desktops know of a snap what this version of the system makes of its content.
  private func setDesktop(of instance: InstanceName, _ revision: Revision) throws -> [String] {
    let image = try DirectoryContainer(path: directories.mount(of: instance, revision))
    return try desktop.set(try infos.info(of: instance, revision), of: instance, in: image)
  }

  /// Makes everything that is compiled anew when what it depends on has changed, and hands out the pins again that a
  /// start of the machine takes away. A snap that is broken does not keep the others from it.
  ///
  /// - Parameter key: what it depends on now.
  /// - Returns: whether everything was made anew.
  @discardableResult
  public func refreshProfiles(_ key: SystemKey) throws -> Bool {
    let isStale = SystemKey.read(directories) != key
    var isWhole = true
    for (name, state) in store.read({ $0.all(RecordKind<SnapState>.snaps) }) where state.active {
      guard let instance = try? InstanceName(name) else { continue }
      do {
        let remarks: [String]
        if isStale {
          remarks = try rewriteProfiles(of: instance) + setDesktop(of: instance, state.current)
        } else {
          let info = try infos.info(of: instance, state.current)
          remarks = try artefacts.exportPins(
            artefactSubject(
              info, instance, state.current, state.flags, parts: try connections.parts(of: instance)))
        }
        for remark in remarks { warn("snap \"\(instance)\": \(remark)") }
      } catch {
        isWhole = false
        warn("cannot bring the security profiles of snap \"\(instance)\" up to date: \(error)")
      }
    }
    for remark in try writeSystemArtefacts() { warn(remark) }
    // One that could not be brought up to date is tried again at the next start.
    if isStale, isWhole { try key.write(directories) }
    return isStale
  }
}

extension SnapInfo {
  /// Every app that can be run, and every hook.
  func tags(in instance: InstanceName) -> [SecurityTag] {
    apps.filter { !$0.command.isEmpty }.map { SecurityTag.app($0.name, of: instance) }
      + hooks.map { SecurityTag.hook($0.name, of: instance) }
  }
}
