/// Places of the machine's own parts where snaps have files. Source: `spec/features.md` §7.
extension Directories {
  /// Rules of udev(7).
  public var udevRules: String { prefix + "/etc/udev/rules.d" }
  /// Policies of the system bus: dbus-daemon(1).
  public var busPolicies: String { prefix + "/etc/dbus-1/system.d" }
  /// Kernel modules to load at start: modules-load.d(5).
  public var modulesLoad: String { prefix + "/etc/modules-load.d" }
  /// Parameters of kernel modules: modprobe.d(5).
  public var modprobe: String { prefix + "/etc/modprobe.d" }
  /// What polkit(8) asks about.
  public var polkitActions: String { prefix + "/usr/share/polkit-1/actions" }
  /// How polkit(8) decides.
  public var polkitRules: String { prefix + "/etc/polkit-1/rules.d" }
  /// Where the dynamic linker looks: ldconfig(8).
  public var linkerPaths: String { prefix + "/etc/ld.so.conf.d" }
  /// What snaps give to the machine's own programs.
  public var exports: String { library + "/export" }
  /// AppArmor's profiles, one a security tag.
  public var appArmorProfiles: String { library + "/apparmor/profiles" }
  /// How the devices of a snap are ruled, one file a snap.
  public var deviceGroups: String { library + "/cgroup" }
  /// What profiles depend on beside the snap itself.
  public var systemKey: String { library + "/system-key" }
  /// What has to be done for files that were changed already: see `Artefacts`. Gone with the next start of the machine,
  /// which does it all.
  public var pendingArtefacts: String { runtime + "/artefacts" }
  /// Which pins were exported for whom, as long as the machine runs.
  public var pins: String { runtime + "/pins" }
  /// The services of users' sessions, for session agents that run them where systemd does not: one file a snap, which
  /// everybody may read.
  public var userServices: String { library + "/user-services" }
  /// Where each user's session has its runtime files, a directory a user: pam_systemd(8).
  public var userRuntimes: String { prefix + "/run/user" }
  /// Entries of menus: the `.desktop` files of snaps.
  public var desktopFiles: String { library + "/desktop/applications" }
  /// Icons of snaps, by theme and size.
  public var desktopIcons: String { library + "/desktop/icons" }
  /// What bash completes with snaps' own completers.
  public var completions: String { library + "/desktop/bash-completion/completions" }
  /// Services of the system bus that the use of their names starts.
  public var systemBusServices: String { library + "/dbus-1/system-services" }
  /// The same for the buses of user sessions.
  public var sessionBusServices: String { library + "/dbus-1/services" }
  /// The database of assertions. Source: `spec/assertions-and-store.md` §3.
  public var assertions: String { library + "/assertions" }
  /// The key by which a store knows the machine. Source: `spec/features.md` §7.
  public var device: String { library + "/device" }
  /// Whom the packager, then the administrator trusts to vouch for others.
  public var trustedRoots: [String] { [prefix + "/usr/share/snapd/trusted.d", prefix + "/etc/snapd/trusted.d"] }
}
