public import Permissions
public import Snap

/// What one plug or slot gives to the apps and hooks that have it, with its connections' grants in it.
public struct GrantPart: Sendable {
  /// The interface, for people who read the files.
  public var interface: String
  public var tags: [SecurityTag]
  public var grants: PermissionSet

  public init(interface: String, tags: [SecurityTag], grants: PermissionSet) {
    self.interface = interface
    self.tags = tags
    self.grants = grants
  }
}

extension [GrantPart] {
  /// What one app or hook may do beyond the defaults: all that the plugs and slots give that it has.
  public func grants(for tag: SecurityTag) -> PermissionSet {
    reduce(into: PermissionSet()) { all, part in
      if part.tags.contains(tag) { all.formUnion(part.grants) }
    }
  }
}

/// A snap as the parts of the machine are told of it.
public struct ArtefactSubject: Sendable {
  public var instance: InstanceName
  public var revision: Revision
  public var confinement: AppArmorProfile.Confinement
  public var base: AppArmorTemplate.Base
  /// Users of `system-usernames`.
  public var users: [SystemUser]
  /// Every app and hook that can be run.
  public var tags: [SecurityTag]
  /// What each plug and slot gives.
  public var parts: [GrantPart]
  /// Where the revision is mounted on the host.
  public var image: String

  public init(
    instance: InstanceName, revision: Revision, confinement: AppArmorProfile.Confinement, base: AppArmorTemplate.Base,
    users: [SystemUser] = [], tags: [SecurityTag], parts: [GrantPart], image: String
  ) {
    self.instance = instance
    self.revision = revision
    self.confinement = confinement
    self.base = base
    self.users = users
    self.tags = tags
    self.parts = parts
    self.image = image
  }

  /// What one app or hook has.
  public func grants(of tag: SecurityTag) -> PermissionSet {
    var all = PermissionSet()
    for part in parts where part.tags.contains(tag) { all.formUnion(part.grants) }
    return all
  }

  /// What the snap has as a whole, also by sides that no app has.
  public var grants: PermissionSet {
    var all = PermissionSet()
    for part in parts { all.formUnion(part.grants) }
    return all
  }

  /// Whether nothing is refused to the snap.
  public var isNonStrict: Bool { confinement == .devmode || confinement == .classic }

  func policySubject(_ tag: SecurityTag) throws(PolicyName.Invalid) -> PolicySubject {
    try PolicySubject(
      tag: tag.description, snap: instance.name.rawValue, instance: instance.rawValue, revision: revision.rawValue)
  }
}
