internal import ByteText
internal import Host
internal import LaunchPlan
internal import Permissions

/// Decides what a sandbox shows, in the launcher's vocabulary. The view is the same for all apps and hooks of a
/// snap, since they share one kept namespace.
struct ViewPlanner {
  let subject: PlanSubject
  /// The base snap's name, and the host path of its mounted revision.
  let base: String
  let rootfs: String
  let directories: Directories
  let places: SnapPlaces
  let machine: any Tree
  let baseTree: any Tree
  let imageTree: any Tree
  /// What connections mount.
  let contentMounts: [ContentMount]
  /// Where homes are beside `/home` and `/root`.
  let homes: [String]

  /// The steps, and what layouts need to exist before.
  struct Result {
    var steps: [MountStep]
    var dataSources: [LayoutSource]
    /// What content mounts add, beyond the fixed view.
    var granted: [MountStep] = []
  }

  func plan() throws(PlanningError) -> Result {
    switch subject.confinement {
    case .strict: try strict()
    case .devmode: try devmode()
    case .classic: Result(steps: [], dataSources: [])
    }
  }

  var name: String { subject.name }
  var instance: String { subject.instance }

  /// Files of the machine that programs ask about it by; the rest of `/etc` is the base's. `resolv.conf` is always
  /// the machine's: what it links to may not exist yet.
  private static let machineFiles = [
    "environment", "group", "host.conf", "hostname", "hosts", "localtime", "machine-id", "mailname", "passwd",
    "timezone",
  ]

  private func strict() throws(PlanningError) -> Result {
    let own: Set<String> = Self.ownPlaces
    var mimics: [String: Mimic] = [
      "/": Mimic(source: rootfs, excluded: Set(own.map { String($0.dropFirst()) } + ["boot", "lost+found"]))
    ]
    var layouts = LayoutPlanner(
      subject: subject, places: places, own: own.union(["/var/snap", "/var/lib/snapd", "/var/tmp"]),
      areas: [
        .init(target: "", source: rootfs, tree: baseTree),
        .init(target: places.image, source: places.hostImage, tree: imageTree),
      ], mimics: [:])
    let shown = machineFiles()
    for (directory, hidden) in [("/etc", shown), ("/var", ["snap", "tmp", "run", "lock"]), ("/var/lib", ["snapd"])]
    where baseTree.entry(directory) == .directory {
      mimics[directory] = Mimic(source: rootfs + directory, excluded: Set(hidden))
    }
    makeRoomForHomes(in: &mimics, below: own)
    layouts.mimics = mimics.merging(programMimics) { mimic, _ in mimic }
    try layouts.plan()

    var steps = mimicSteps(layouts.mimics) { !$0.isBelow(places.image) && $0 != places.image }
    for file in shown where !layouts.targets.contains(ExactText("/etc/" + file)) {
      steps.append(
        .bind(
          source: "/etc/" + file, target: "/etc/" + file,
          options: [.readOnly, .noSetUID, .noDevices, .noExecute, .optional, .followSymlinks]))
    }
    steps += devices() + kernel() + runtime() + ownPlaces(options: [.recursive, .readOnly, .noSetUID, .noDevices])
    steps += [
      .directory(target: "/home", mode: 0o755), .directory(target: "/root", mode: 0o700),
      .directory(target: "/media", mode: 0o755), .directory(target: "/mnt", mode: 0o755),
      .directory(target: "/var/tmp", mode: 0o755), .directory(target: "/var/lib/snapd/void", mode: 0o111),
    ]
    steps += homes.sorted().map { .directory(target: $0, mode: 0o755) }
    steps.append(.userData(roots: ["/home", "/root"] + homes))
    steps += mimicSteps(layouts.mimics) { $0.isBelow(places.image) || $0 == places.image }
    steps += layouts.steps
    // Deepest first, so that sealing one hides no other; the root last.
    let sealed = Set(layouts.mimics.keys).union(["/dev", "/run"])
    steps += sealed.filter { $0 != "/" }.sorted(by: >).map { MountStep.seal(target: $0) }
    steps.append(.seal(target: "/"))
    return Result(steps: steps, dataSources: layouts.dataSources, granted: content(&layouts, over: steps))
  }

  /// Top-level directories of the view's own.
  private static let ownPlaces: Set<String> = [
    "/dev", "/home", "/media", "/mnt", "/proc", "/root", "/run", "/snap", "/sys", "/tmp",
  ]

  /// Sees to it that directories of homes can be made where the base has something else, or nothing.
  private func makeRoomForHomes(in mimics: inout [String: Mimic], below own: Set<String>) {
    for home in homes {
      let names = PathBytes.components(home)
      var parent = ""
      for (index, name) in names.enumerated() {
        let here = parent + "/" + name
        if own.contains(here) { break }
        let directory = parent.isEmpty ? "/" : parent
        let isHidden = mimics[directory]?.excluded.contains(name) == true
        guard index + 1 < names.count, !isHidden, baseTree.entry(here) == .directory else {
          mimics[directory, default: Mimic(source: rootfs + parent)].excluded.insert(name)
          break
        }
        parent = here
      }
    }
  }

  private func machineFiles() -> [String] {
    ["resolv.conf"] + Self.machineFiles.filter { machine.entry("/etc/" + $0) != nil }
  }

  /// Where the base has a path whose first element is a link into `/usr`, as the merged layout makes them.
  private func placeInBase(_ path: String) -> String {
    guard let first = path.byteSplit("/").first else { return path }
    guard case .symlink(let link) = baseTree.entry("/" + first) else { return path }
    return (link.hasBytePrefix("/") ? link : "/" + link) + Substring(path.utf8.dropFirst(first.utf8.count + 1))
  }

  private func mimicSteps(_ mimics: [String: Mimic], where chosen: (String) -> Bool) -> [MountStep] {
    mimics.filter { chosen($0.key) }.sorted { $0.key < $1.key }.map { target, mimic in
      .baseTree(
        source: mimic.source, target: target, excluding: mimic.excluded.sorted(),
        options: [.recursive, .readOnly, .noSetUID, .noDevices])
    }
  }

  /// A `/dev` with what every program may have. `pts` and `shm` are the sandbox's own.
  private func devices() -> [MountStep] {
    var steps: [MountStep] = [.tmpfs(target: "/dev", mode: 0o755, options: [.noExecute])]
    for node in ["null", "zero", "full", "random", "urandom", "tty"] {
      steps.append(.bind(source: "/dev/" + node, target: "/dev/" + node, options: [.noSetUID, .noExecute]))
    }
    steps += [
      .devpts(target: "/dev/pts"), .tmpfs(target: "/dev/shm", mode: 0o1777, options: []),
      .symlink(target: "/dev/fd", content: "/proc/self/fd"),
      .symlink(target: "/dev/stdin", content: "/proc/self/fd/0"),
      .symlink(target: "/dev/stdout", content: "/proc/self/fd/1"),
      .symlink(target: "/dev/stderr", content: "/proc/self/fd/2"),
      .symlink(target: "/dev/log", content: "/run/systemd/journal/dev-log"),
    ]
    return steps
  }

  /// Not recursive: what is mounted below `/sys` (debugfs, bpf, efivars, fuse) is no part of the grant.
  private func kernel() -> [MountStep] {
    let quiet: BindOptions = [.readOnly, .noSetUID, .noDevices, .noExecute]
    return [
      .proc(target: "/proc", hidePID: true),
      .bind(source: "/sys", target: "/sys", options: quiet),
      .bind(source: "/sys/fs/cgroup", target: "/sys/fs/cgroup", options: quiet.union([.recursive, .optional])),
    ]
  }

  /// A `/run` of its own with the few sockets that everyone may use.
  private func runtime() -> [MountStep] {
    var steps: [MountStep] = [
      .tmpfs(target: "/run", mode: 0o755, options: []), .directory(target: "/run/lock", mode: 0o755),
    ]
    for owner in Set([name, instance]).sorted() {
      steps.append(.tmpfs(target: "/run/snap." + owner, mode: 0o755, options: []))
      steps.append(.tmpfs(target: "/run/lock/snap." + owner, mode: 0o755, options: []))
    }
    let socket: BindOptions = [.noSetUID, .noDevices, .noExecute, .optional]
    steps.append(.bind(source: directories.snapSocket, target: "/run/snapd-snap.socket", options: socket))
    // Where the daemon makes its socket anew, this shows the one of today: `snapctl` looks here too.
    steps.append(
      .bind(source: directories.snapSocketDirectory, target: "/run/snapd/snap-socket", options: socket))
    for file in ["socket", "stdout", "dev-log"] {
      let path = "/run/systemd/journal/" + file
      steps.append(.bind(source: path, target: path, options: socket))
    }
    steps.append(.userRuntime(source: "/run/user", target: "/run/user"))
    if baseTree.entry("/var") == .directory {
      steps += [
        .symlink(target: "/var/run", content: "/run"), .symlink(target: "/var/lock", content: "/run/lock"),
      ]
    }
    return steps
  }

  /// The snap's image and data at its plain name, and for a parallel instance at its full name too; its `/tmp`; the
  /// base below `/snap`; our own programs where the base has a place for them.
  private func ownPlaces(options: BindOptions) -> [MountStep] {
    var steps: [MountStep] = [.directory(target: "/snap", mode: 0o755)]
    for owner in Set([name, instance]).sorted() {
      steps.append(.bind(source: directories.snaps + "/" + instance, target: "/snap/" + owner, options: options))
      steps.append(
        .bind(
          source: directories.data + "/" + instance, target: "/var/snap/" + owner,
          options: [.recursive, .noSetUID, .noDevices]))
    }
    if base != name {
      steps.append(
        .bind(
          source: directories.snaps + "/" + base, target: "/snap/" + base, options: options.union(.optional)))
    }
    steps.append(.privateTmp(source: directories.privateTmp + "/snap." + instance, target: "/tmp"))
    return steps + programs(options: [.readOnly, .noSetUID, .noDevices, .optional])
  }

  /// Directories of the base that have no room for our programs, or no way to `snapctl`: bases for snaps have both, and a
  /// base of somebody's own making is helped.
  private var programMimics: [String: Mimic] {
    var mimics: [String: Mimic] = [:]
    if baseTree.entry("/usr/lib/snapd") == nil, baseTree.entry("/usr/lib") == .directory {
      mimics["/usr/lib"] = Mimic(source: rootfs + "/usr/lib")
    }
    if baseTree.entry("/usr/bin/snapctl") == nil, baseTree.entry("/usr/bin") == .directory {
      mimics["/usr/bin"] = Mimic(source: rootfs + "/usr/bin")
    }
    return mimics
  }

  /// Our own programs, and `snapctl` where programs are looked for.
  private func programs(options: BindOptions) -> [MountStep] {
    guard baseTree.entry("/usr/lib/snapd") == .directory || programMimics["/usr/lib"] != nil else { return [] }
    var steps: [MountStep] = [.bind(source: directories.programs, target: "/usr/lib/snapd", options: options)]
    if programMimics["/usr/bin"] != nil {
      steps.append(.symlink(target: "/usr/bin/snapctl", content: "../lib/snapd/snapctl"))
    }
    return steps
  }
}

// The devmode view: the host is there, as the reference shows it (confinement.md §3).
extension ViewPlanner {
  /// Top-level places that are the host's. `/run` and `/media` carry mounts both ways in the reference; media alone does here.
  private static let fromHost = ["/dev", "/etc", "/home", "/media", "/mnt", "/proc", "/root", "/run", "/sys"]

  private func devmode() throws(PlanningError) -> Result {
    let fromHost = Self.fromHost + homes.filter { home in !Self.fromHost.contains { home.isBelow($0) } }.sorted()
    let tops = Self.fromHost.map { String($0.dropFirst()) } + ["snap", "tmp", "lost+found", "boot"]
    var mimics: [String: Mimic] = ["/": Mimic(source: rootfs, excluded: Set(tops))]
    for (directory, hidden) in [("/var", ["snap", "tmp", "log"]), ("/var/lib", ["snapd"])]
    where baseTree.entry(directory) == .directory {
      mimics[directory] = Mimic(source: rootfs + directory, excluded: Set(hidden))
    }
    makeRoomForHomes(in: &mimics, below: Set(Self.fromHost + ["/snap", "/tmp"]))
    var layouts = LayoutPlanner(
      subject: subject, places: places, own: ["/snap", "/tmp", "/var/snap", "/var/lib/snapd", "/var/tmp", "/var/log"],
      areas: [
        .init(target: "", source: rootfs, tree: baseTree),
        .init(target: places.image, source: places.hostImage, tree: imageTree),
      ] + ["/etc", "/mnt", "/root"].map { .init(target: $0, source: $0, tree: BelowTree(machine, $0)) },
      mimics: mimics.merging(programMimics) { mimic, _ in mimic })
    try layouts.plan()

    let late = { (target: String) in
      target == places.image || target.isBelow(places.image)
        || fromHost.contains { target == $0 || target.isBelow($0) }
    }
    var steps = mimicSteps(layouts.mimics) { !late($0) }
    for place in fromHost {
      var options: BindOptions = [.recursive, .optional]
      if place == "/media" { options.insert(.shared) }
      steps.append(.bind(source: place, target: place, options: options))
    }
    for place in ["/lib/modules", "/lib/firmware", "/usr/src", "/var/log", "/var/lib/extrausers"] {
      let target = placeInBase(place)
      // The base has room for it, or it is not shown: nothing is made in an image.
      guard baseTree.entry(target) == .directory else { continue }
      steps.append(.bind(source: place, target: target, options: [.recursive, .optional, .followSymlinks]))
    }
    var fromBase = ["/etc/alternatives", "/etc/nsswitch.conf", "/etc/apparmor", "/etc/apparmor.d"]
    if !base.hasPrefix("core") { fromBase.append("/etc/ssl") }
    for place in fromBase where baseTree.entry(place) != nil && machine.entry(place) == baseTree.entry(place) {
      steps.append(.bind(source: rootfs + place, target: place, options: [.recursive, .optional]))
    }
    steps += [
      .bind(source: "/var/tmp", target: "/var/tmp", options: [.recursive]),
      .bind(source: directories.library, target: "/var/lib/snapd", options: [.recursive]),
      .bind(source: directories.data, target: "/var/snap", options: [.recursive]),
      .bind(source: directories.snaps, target: "/snap", options: [.recursive]),
    ]
    if instance != name {
      // The reference makes the plain-named directories at install (features.md §7).
      steps += [
        .bind(source: directories.snaps + "/" + instance, target: "/snap/" + name, options: [.recursive]),
        .bind(source: directories.data + "/" + instance, target: "/var/snap/" + name, options: [.recursive]),
      ]
    }
    steps += [
      .privateTmp(source: directories.privateTmp + "/snap." + instance, target: "/tmp"), .devpts(target: "/dev/pts"),
      .hostRoot(target: "/var/lib/snapd/hostfs", options: [.recursive]),
    ]
    steps += programs(options: [.readOnly, .optional])
    steps += mimicSteps(layouts.mimics, where: late)
    steps += layouts.steps
    return Result(steps: steps, dataSources: layouts.dataSources, granted: content(&layouts, over: steps))
  }
}

/// A part of another tree.
private struct BelowTree: Tree {
  let tree: any Tree
  let directory: String

  init(_ tree: any Tree, _ directory: String) {
    self.tree = tree
    self.directory = directory
  }

  func entry(_ path: String) -> TreeEntry? { tree.entry(directory + path) }
}
