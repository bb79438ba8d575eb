/// The files that every confined process has: paths inside the sandbox, with rights for all that lies beneath.
///
/// The mount view already leaves out what is not granted, so the rules are few. They keep apart what one view must
/// hold together: this revision's data from older ones, reading from writing, and kernel files from each other.
/// Source: `spec/default-access.tsv`, file rows of `templateCommon` and the two base templates.
public struct DefaultFileGrants: Hashable, Sendable {
  /// The snap's name without instance key: paths in the sandbox never have it (features.md §6).
  public var name: String
  /// With instance key; used where the sandbox shares a place with others.
  public var instance: String
  public var revision: String
  /// The name of the base snap, if its own mount is to be seen below `/snap`.
  public var base: String?

  public init(name: String, instance: String, revision: String, base: String?) {
    self.name = name
    self.instance = instance
    self.revision = revision
    self.base = base
  }

  /// Where a rule's path begins.
  public enum Anchor: Hashable, Sendable {
    case root
    /// The home of the user who starts the app.
    case home
    /// `/run/user/<uid>` of that user.
    case userRuntime
  }

  /// One right. `path` is absolute for `.root`, else relative to the anchor without a leading slash.
  public struct Rule: Hashable, Sendable {
    /// Where ``path`` begins.
    public var anchor: Anchor
    public var path: String
    /// `LANDLOCK_ACCESS_FS_*`.
    public var access: UInt64

    public init(_ path: String, _ access: UInt64, anchor: Anchor = .root) {
      self.anchor = anchor
      self.path = path
      self.access = access
    }
  }

  /// The rules, for a base of any kind; what does not exist in the sandbox is skipped there.
  public var rules: [Rule] { common + kernelFiles + devices + ownData + userData }

  private var common: [Rule] {
    let program = FileAccess.readExecute.landlock
    var rules: [Rule] = [
      // Names only: whatever the view holds may be listed.
      Rule("/", Landlock.readDirectory)
    ]
    for path in ["/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/usr", "/opt", "/snap/\(name)"] {
      rules.append(Rule(path, program))
    }
    // A parallel instance is found under both names (confinement.md §4).
    if instance != name { rules.append(Rule("/snap/\(instance)", program)) }
    if let base, base != name { rules.append(Rule("/snap/\(base)", program)) }
    for path in [
      "/etc", "/var/lib", "/var/cache", "/srv", "/run/systemd/resolve", "/run/systemd/users", "/run/udev/tags",
    ] {
      rules.append(Rule(path, FileAccess.read.landlock))
    }
    rules.append(Rule("/tmp", FileAccess.own.landlock))
    for place in ["/run/snap.", "/run/lock/snap."] {
      for owner in Set([name, instance]).sorted() { rules.append(Rule(place + owner, FileAccess.own.landlock)) }
    }
    rules.append(Rule("/run/snapd-snap.socket", FileAccess([.read, .write]).landlock))
    return rules
  }

  /// `/proc` can only be given as a whole, since the directories of future processes have no path yet; its mount
  /// hides other users' processes. Nothing of it is writable (the kernel's settings belong to uid 0, which a
  /// service is) but the names of the first process's threads. Of `/sys` the template's few places.
  private var kernelFiles: [Rule] {
    var rules = [Rule("/proc", FileAccess.read.landlock), Rule("/proc/self/task", Landlock.writeFile)]
    let read = [
      "/sys/devices/system/cpu", "/sys/devices/system/node", "/sys/kernel/mm/transparent_hugepage/enabled",
      "/sys/kernel/mm/transparent_hugepage/defrag", "/sys/kernel/mm/transparent_hugepage/hpage_pmd_size",
      "/sys/devices/virtual/tty", "/sys/module/apparmor/parameters/enabled",
      "/sys/kernel/security/apparmor/features/dbus/mask", "/sys/fs/cgroup/memory/memory.limit_in_bytes",
      "/sys/fs/cgroup/memory/user.slice/memory.limit_in_bytes", "/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us",
      "/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us", "/sys/fs/cgroup/cpu,cpuacct/cpu.shares",
    ]
    rules += read.map { Rule($0, FileAccess.read.landlock) }
    return rules
  }

  /// The private `/dev` holds granted nodes only; each still needs its right, so that a node that appears by
  /// mistake is no grant.
  private var devices: [Rule] {
    let node = FileAccess([.read, .write, .control]).landlock
    var rules = ["null", "zero", "full", "random", "urandom", "tty", "console", "ptmx", "pts"].map {
      Rule("/dev/" + $0, node & ~(Self.directoryChanges))
    }
    rules.append(Rule("/dev/shm", FileAccess.own.landlock))
    return rules
  }

  private var ownData: [Rule] {
    let keep = FileAccess.readExecute.landlock
    let own = FileAccess.own.landlock
    var rules: [Rule] = []
    for owner in Set([name, instance]).sorted() {
      // Other revisions are there to be read after a refresh, not to be changed.
      rules.append(Rule("/var/snap/\(owner)", keep))
      rules.append(Rule("/var/snap/\(owner)/\(revision)", own))
      rules.append(Rule("/var/snap/\(owner)/common", own))
    }
    return rules
  }

  private var userData: [Rule] {
    let keep = FileAccess.readExecute.landlock
    let own = FileAccess.own.landlock
    var rules: [Rule] = []
    for directory in ["snap/\(instance)", ".snap/data/\(instance)"] {
      rules.append(Rule(directory, keep, anchor: .home))
      rules.append(Rule(directory + "/" + revision, own, anchor: .home))
      rules.append(Rule(directory + "/common", own, anchor: .home))
    }
    rules.append(Rule("Snap/\(instance)", own, anchor: .home))
    rules.append(Rule("snap.\(instance)", own, anchor: .userRuntime))
    return rules
  }

  private static let directoryChanges =
    Landlock.removeDirectory | Landlock.removeFile | Landlock.makeDirectory | Landlock.makeRegular
    | Landlock.makeSocket | Landlock.makeFIFO | Landlock.makeSymlink | Landlock.refer
}
