internal import Snap

/// Which names a publisher may register.
enum NameRules {
  /// Names of what systems are made of: whoever has one of them runs everything on a device, so only an administrator
  /// of the store registers it. Source: the names that the reference treats specially (`spec/engine.md` §3).
  static let system: Set<String> = [
    "core", "core16", "core18", "core20", "core22", "core24", "core26", "snapd", "snap", "system", "bare", "pc",
    "pc-kernel", "ubuntu-core", "canonical", "root", "store",
  ]

  /// - Parameters:
  ///   - isAdmin: who may have the names of systems.
  ///   - reserved: names that the store keeps back by an administrator's word.
  static func check(_ name: String, isAdmin: Bool, reserved: Bool) throws(PublisherError) -> SnapName {
    let snap: SnapName
    do throws(InvalidText) { snap = try SnapName(name) } catch {
      throw PublisherError(
        400, "invalid",
        "the name \(quoted(name)) is not valid: it has 2 to 40 lower-case letters, digits and single "
          + "dashes between them, with at least one letter")
    }
    if !isAdmin, reserved || system.contains(name) {
      throw PublisherError(
        409, "reserved_name",
        "the name \(quoted(name)) is reserved; if it is yours by right, ask an administrator of this store for it")
    }
    return snap
  }
}
