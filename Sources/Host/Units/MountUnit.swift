/// The unit that mounts one revision of one snap at boot. Pure data: writing it is the service manager's job.
///
/// The paths are those seen from the root, without its prefix: the unit is read on the machine whose root it is.
/// Source of the text: `spec/features.md` §7.
public struct MountUnit: Hashable, Sendable, Codable {
  /// The snap, with its instance key.
  public var instance: String
  /// The revision, as text.
  public var revision: String
  /// The image, or the directory of a snap that is tried in place.
  public var what: String
  /// The mount point.
  public var `where`: String
  /// The file system type; `none` for a directory.
  public var type: String
  /// Mount options, in order.
  public var options: [String]
  /// Further units that must come after the mount.
  public var before: [String]
  /// What made the unit, when it is not an ordinary snap.
  public var origin: String?

  /// What the reference puts into every mount of an image.
  public static let imageOptions = ["nodev", "ro", "x-gdu.hide", "x-gvfs-hide"]

  public init(
    instance: String, revision: String, what: String, where: String, type: String = "squashfs",
    options: [String] = imageOptions, before: [String] = [], origin: String? = nil
  ) {
    self.instance = instance
    self.revision = revision
    self.what = what
    self.where = `where`
    self.type = type
    self.options = options
    self.before = before
    self.origin = origin
  }

  /// The unit of an image that is at its usual place.
  public static func image(instance: String, revision: String) -> MountUnit {
    MountUnit(
      instance: instance, revision: revision, what: "/var/lib/snapd/snaps/\(instance)_\(revision).snap",
      where: mountPoint(instance: instance, revision: revision))
  }

  /// The unit of a directory that is tried in place.
  /// - Parameter directory: its absolute path.
  public static func tried(instance: String, revision: String, directory: String) -> MountUnit {
    MountUnit(
      instance: instance, revision: revision, what: directory,
      where: mountPoint(instance: instance, revision: revision), type: "none", options: ["bind"] + imageOptions)
  }

  /// Where a revision is mounted, as seen from the root.
  public static func mountPoint(instance: String, revision: String) -> String { "/snap/\(instance)/\(revision)" }

  /// The file name of the unit.
  public var name: String { UnitName.mount(path: self.where) }

  /// The targets that want the mount: those of the `[Install]` section.
  public static let wantedBy = ["snapd.mounts.target", "multi-user.target"]

  /// The text of the unit.
  public func render() -> String {
    var text = UnitText()
    text.section("Unit")
    text.set("Description", "Mount unit for \(instance), revision \(revision)")
    text.set("After", "snapd.mounts-pre.target")
    text.set("Before", "snapd.mounts.target")
    for unit in before { text.set("Before", unit) }
    text.section("Mount")
    text.set("What", UnitText.escapePercent(what))
    text.set("Where", UnitText.escapePercent(self.where))
    text.set("Type", type)
    text.set("Options", options.joined(separator: ","))
    text.set("LazyUnmount", "yes")
    text.section("Install")
    for target in Self.wantedBy { text.set("WantedBy", target) }
    if let origin { text.set("X-SnapdOrigin", origin) }
    return text.rendered
  }
}
