/// The profile of one app or hook, complete, as the file `/var/lib/snapd/apparmor/profiles/<tag>` has it
/// (`spec/confinement.md` §7).
public struct AppArmorProfile: Hashable, Sendable {
  public enum Confinement: Hashable, Sendable {
    case strict
    /// All rules, and what they refuse is logged and allowed.
    case devmode
    /// Everything is allowed; the profile tells what the process is.
    case classic
    /// A classic snap under the rules.
    case jailmode
  }

  public var subject: PolicySubject
  public var confinement: Confinement
  public var base: AppArmorTemplate.Base
  public var users: [SystemUser]
  /// The union of what the connections grant.
  public var grants: PermissionSet
  public var features: AppArmorFeatures
  /// The machine's root is the OS snap.
  public var onCore: Bool

  public init(
    _ subject: PolicySubject, confinement: Confinement = .strict, base: AppArmorTemplate.Base = .core,
    users: [SystemUser] = [], grants: PermissionSet = PermissionSet(), features: AppArmorFeatures = .version3,
    onCore: Bool = false
  ) {
    self.subject = subject
    self.confinement = confinement
    self.base = base
    self.users = users
    self.grants = grants
    self.features = features
    self.onCore = onCore
  }

  /// The file's text.
  public var text: String {
    var lines = ["#include <tunables/global>", ""]
    lines += Self.variables(subject)
    lines += ["", "profile \"\(subject.tag)\" (\(flags.joined(separator: ","))) {"]
    lines += body.map { $0.isEmpty ? "" : "  " + $0 }
    lines += ["}", ""]
    return lines.joined(separator: "\n")
  }

  private var flags: [String] {
    var flags = ["attach_disconnected", "mediate_deleted"]
    if grants.traits.contains(.appArmorUnconfined), features.parser.contains(.unconfined) {
      // A profile cannot complain of what it does not look at.
      flags.append("unconfined")
    } else if confinement == .devmode {
      flags.append("complain")
    }
    return flags
  }

  static func variables(_ subject: PolicySubject) -> [String] {
    [
      "@{SNAP_NAME}=\"\(subject.snap)\"",
      "@{SNAP_INSTANCE_NAME}=\"\(subject.instance)\"",
      "@{SNAP_INSTANCE_DESKTOP}=\"\(subject.instance.rawValue.map { $0 == "_" ? "+" : String($0) }.joined())\"",
      "@{SNAP_COMMAND_NAME}=\"\(subject.command)\"",
      "@{SNAP_REVISION}=\"\(subject.revision)\"",
      "@{PROFILE_DBUS}=\"\(subject.busLabel)\"",
      "@{INSTALL_DIR}=\"/{,var/lib/snapd/}snap\"",
      "@{SNAP_COREUTIL_DIRS}=\"/{,usr/}bin/\" \"/{,usr/}lib/cargo/bin/coreutils/\"",
    ]
  }

  private var body: [String] {
    let rules = AppArmorRules(features: features, runsDirectories: base == .other)
    if confinement == .classic { return classicRules }
    let template = AppArmorTemplate(
      base: base, users: users, onCore: onCore, jailmode: confinement == .jailmode)
    var lines = ["#include <abstractions/base>", "#include <abstractions/consoles>", "#include <abstractions/openssl>"]
    lines += rules.lines(template.permissions)
    lines += ["", "# What connections grant."]
    let known = Set(lines)
    lines += rules.lines(grants).filter { !known.contains($0) }
    lines += [""] + rules.lines(AppArmorTemplate.refusals(against: grants))
    // With `unsafe` it would be in conflict with the base's own `ix`; nothing is refused here anyway.
    if confinement == .devmode { lines.append("change_profile,") }
    if features.parser.contains(.includeIfExists) {
      lines.append("#include if exists \"/var/lib/snapd/apparmor/snap-tuning\"")
    }
    return lines
  }

  private var changeAnyProfile: String {
    features.parser.contains(.unsafe) ? "change_profile unsafe /**," : "change_profile,"
  }

  /// The reference's `classicTemplate`: grants and abstractions would only be in conflict with its broad rules.
  private var classicRules: [String] {
    var lines = [
      "/ rwkl,", "/** rwlkm,", "/** pix,", "capability,", changeAnyProfile, "dbus,",
      "network,", "mount,", "remount,", "umount,", "pivot_root,", "ptrace,", "signal,", "unix,",
    ]
    if features.parser.contains(.userns) { lines.append("userns,") }
    if features.parser.contains(.mqueue) { lines.append("mqueue,") }
    if features.parser.contains(.ioUring) { lines.append("io_uring,") }
    if features.parser.contains(.includeIfExists) {
      lines.append("#include if exists \"/var/lib/snapd/apparmor/snap-tuning\"")
    }
    return lines
  }
}
