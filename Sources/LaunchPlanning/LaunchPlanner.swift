public import Host
public import LaunchPlan
internal import Permissions

/// Works out how each app and hook of a snap is launched.
///
/// Planning looks at the mounted base and image, and changes nothing. Plans of equal input are equal.
public struct LaunchPlanner: Sendable {
  let directories: Directories
  private let machine: any Tree
  private let appArmor: Bool
  private let makeTree: @Sendable (String) -> any Tree

  /// - Parameters:
  ///   - machine: the host's tree, whose `/etc` is partly shown.
  ///   - tree: how a mounted image at a host path is looked at.
  ///   - appArmor: whether the kernel mediates with AppArmor, and profiles are loaded. Confinement does not need it.
  public init(
    directories: Directories, machine: any Tree = HostTree(root: "/"),
    tree: @escaping @Sendable (String) -> any Tree = { HostTree(root: $0) }, appArmor: Bool = false
  ) {
    self.directories = directories
    self.machine = machine
    self.makeTree = tree
    self.appArmor = appArmor
  }

  /// The plans of a snap, hooks after apps, and what has to exist in its data before the first launch.
  public struct Plans: Sendable {
    /// One for each app and hook.
    public var plans: [LaunchPlan]
    /// What layouts show of the snap's data; to be made when missing.
    public var layoutSources: [LayoutSource]
  }

  /// Plans every app and hook.
  /// - Parameter base: nil only for classic snaps and for those without apps and hooks (`base: none`).
  public func plans(for subject: PlanSubject, base: BaseLocation?) throws(PlanningError) -> Plans {
    guard !subject.entries.isEmpty else { return Plans(plans: [], layoutSources: []) }
    let places = SnapPlaces(subject, directories)
    var view = ViewPlanner.Result(steps: [], dataSources: [])
    var rootfs = ""
    if subject.confinement != .classic {
      guard let base else { throw .noBase(instance: subject.instance) }
      rootfs = directories.snaps + "/" + base.name + "/" + base.revision
      view = try ViewPlanner(
        subject: subject, base: base.name, rootfs: rootfs, directories: directories, places: places, machine: machine,
        baseTree: makeTree(rootfs), imageTree: makeTree(places.hostImage), contentMounts: contentMounts(subject),
        homes: SystemParameters(of: directories).homeDirectories
      ).plan()
    }
    let grants = GrantPlanner(
      subject: subject, places: places, directories: directories, machine: machine, baseTree: makeTree(rootfs))
    // The view is the snap's, and so has what any of its apps and hooks is granted.
    var shown =
      subject.confinement == .strict ? grants.view(grants.grants(subject.entries.flatMap(\.grants.files))) : []
    let buses = BusPlanner(subject: subject, directories: directories, isMediated: appArmor && kernelMediatesBuses)
    shown = buses.view(shown) + NotifyPlanner(subject: subject, directories: directories).places()
    let key = try namespaceKey(subject, rootfs: rootfs, view: view.steps)
    let grantedKey = try self.grantedKey(subject, view.granted, shown)
    let homeDirectories = self.homeDirectories(subject)
    var plans: [LaunchPlan] = []
    for entry in subject.entries {
      guard PlanStore.isTag(entry.securityTag, of: subject.instance) else { throw .tag(entry.securityTag) }
      var plan = LaunchPlan(
        securityTag: entry.securityTag, instanceName: subject.instance, snapName: subject.name,
        revision: subject.revision, version: subject.version)
      plan.kind = entry.kind
      plan.confinement = subject.confinement
      try addCommands(of: entry, subject, places, to: &plan)
      plan.environment = environment(of: entry, subject, places)
      plan.declaredEnvironment = subject.environment + entry.environment
      plan.base = base?.name ?? ""
      plan.appName = entry.name
      plan.commonID = entry.commonID
      plan.desktopFile = entry.desktopFile
      plan.busName = entry.busName
      plan.completer = entry.completer
      plan.homeDirectories = homeDirectories
      plan.namespaceKey = key
      plan.rootfs = rootfs
      plan.view = view.steps
      plan.grantedSteps = view.granted
      plan.grantedPlaces = shown
      plan.grantedKey = grantedKey
      plan.watchedPlaces = GrantPlanner.watched(shown)
      try confine(&plan, entry, subject, base: base, grants)
      buses.add(entry, to: &plan)
      plans.append(plan)
    }
    return Plans(plans: plans, layoutSources: view.dataSources)
  }

  /// Whether AppArmor in this kernel tells message buses what it thinks of a message (`dbus` rules).
  private var kernelMediatesBuses: Bool { machine.entry("/sys/kernel/security/apparmor/features/dbus") != nil }

  private func addCommands(
    of entry: PlanSubject.Entry, _ subject: PlanSubject, _ places: SnapPlaces, to plan: inout LaunchPlan
  ) throws(PlanningError) {
    // A classic snap runs on the host, where its image is under its instance's name.
    let image = subject.confinement == .classic ? places.hostImage : places.image
    func line(_ command: [String]) throws(PlanningError) -> [String] {
      guard let program = command.first else { return [] }
      var words: [String] = []
      for relative in entry.commandChain + [program] {
        let path = image + "/" + relative
        guard LaunchPlan.isCleanAbsolute(path), relative.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7f }) else {
          throw .path(relative, of: entry.securityTag)
        }
        words.append(path)
      }
      return words + command.dropFirst()
    }
    guard !entry.command.isEmpty else { throw .noCommand(tag: entry.securityTag) }
    plan.command = try line(entry.command)
    plan.stopCommand = try line(entry.stopCommand)
    plan.reloadCommand = try line(entry.reloadCommand)
    plan.postStopCommand = try line(entry.postStopCommand)
  }

  /// The part of `spec/features.md` §6 that does not depend on who runs it.
  private func environment(
    of entry: PlanSubject.Entry, _ subject: PlanSubject, _ places: SnapPlaces
  ) -> [LaunchPlan.Variable] {
    let classic = subject.confinement == .classic
    var variables: [LaunchPlan.Variable] = [
      .init("SNAP", classic ? places.hostImage : places.image),
      .init("SNAP_COMMON", classic ? places.hostData + "/common" : places.common),
      .init("SNAP_DATA", classic ? places.hostData + "/" + subject.revision : places.data),
      .init("SNAP_NAME", subject.name), .init("SNAP_INSTANCE_NAME", subject.instance),
      .init("SNAP_INSTANCE_KEY", subject.instanceKey), .init("SNAP_VERSION", subject.version),
      .init("SNAP_REVISION", subject.revision), .init("SNAP_ARCH", subject.architecture),
      .init("SNAP_LIBRARY_PATH", "/var/lib/snapd/lib/gl:/var/lib/snapd/lib/gl32"), .init("SNAP_REEXEC", ""),
    ]
    guard entry.kind != .hook else { return variables }
    variables.append(.init("SNAP_APP_NAME", entry.name))
    let optional = [
      ("SNAP_APP_COMMON_ID", entry.commonID), ("SNAP_APP_DESKTOP_FILE", entry.desktopFile),
      ("SNAP_APP_BUS_NAME", entry.busName),
    ]
    variables += optional.filter { !$0.1.isEmpty }.map { LaunchPlan.Variable($0.0, $0.1) }
    return variables
  }

  private func confine(
    _ plan: inout LaunchPlan, _ entry: PlanSubject.Entry, _ subject: PlanSubject, base: BaseLocation?,
    _ planner: GrantPlanner
  ) throws(PlanningError) {
    guard subject.confinement == .strict else {
      plan.capabilities = Capability.allMask
      plan.noNewPrivileges = false
      return
    }
    let programs: SeccompPrograms
    do throws(SeccompError) {
      programs = try FilterCache.shared.programs(for: entry.grants, users: subject.users, appArmor: appArmor)
    } catch {
      throw .filter(tag: entry.securityTag, error)
    }
    plan.denyFilter = programs.deny
    plan.allowFilter = programs.allow
    plan.capabilities = entry.grants.capabilityMask(users: subject.users)
    plan.noNewPrivileges = !entry.grants.needsNewPrivileges
    plan.scopes = entry.grants.landlockScopes
    // TCP is closed in Landlock too where no network is granted: a 32-bit call or an inherited socket ends there.
    let network = entry.grants.networks.contains { $0.family == .inet || $0.family == .inet6 }
    plan.deniedNetwork = network ? 0 : 3
    // A process that Landlock keeps from files cannot mount, whatever it is granted; a keeper does it for most.
    guard !entry.grants.mountsByItself else { return }
    plan.handledAccess = .all
    MountPlanner(subject: subject).add(entry.grants, to: &plan)
    let grants = DefaultFileGrants(
      name: subject.name, instance: subject.instance, revision: subject.revision, base: base?.name)
    plan.pathRules = grants.rules.map { rule in
      let path =
        switch rule.anchor {
        case .root: rule.path
        case .home: "$HOME/" + rule.path
        case .userRuntime: "/run/user/$UID/" + rule.path
        }
      return PathRule(path, PathAccess(rawValue: rule.access))
    }
    plan.grantedRules = planner.rules(planner.grants(entry.grants.files), defaults: plan.pathRules)
  }

  /// What connections of the snap and of its apps mount, each once.
  private func contentMounts(_ subject: PlanSubject) -> [ContentMount] {
    var seen: Set<ContentMount> = []
    return (subject.contentMounts + subject.entries.flatMap(\.grants.contentMounts)).filter { seen.insert($0).inserted }
  }

  /// What the snap's connections want to be there in a home, in order. A text that is no clean path is left out.
  private func homeDirectories(_ subject: PlanSubject) -> [String] {
    guard subject.confinement != .classic else { return [] }
    let wanted = Set(subject.entries.flatMap(\.grants.homeDirectories))
    return wanted.filter { !$0.isEmpty && LaunchPlan.isCleanAbsolute("/" + $0) && !$0.utf8.contains(0) }.sorted()
  }

  /// Names what grants show; empty when they show nothing.
  private func grantedKey(
    _ subject: PlanSubject, _ steps: [MountStep], _ places: [GrantedPlace]
  ) throws(PlanningError) -> String {
    guard !steps.isEmpty || !places.isEmpty else { return "" }
    var blank = LaunchPlan(
      securityTag: "snap." + subject.instance, instanceName: subject.instance, snapName: subject.name, revision: "",
      version: "")
    blank.grantedSteps = steps
    blank.grantedPlaces = places
    do throws(LaunchPlanError) {
      return StableHash.text(of: try blank.encoded())
    } catch {
      throw .plan(tag: blank.securityTag, error)
    }
  }

  /// Names what the namespace is built from: a hash of the very bytes that the launcher would build from.
  private func namespaceKey(
    _ subject: PlanSubject, rootfs: String, view: [MountStep]
  ) throws(PlanningError) -> String {
    guard subject.confinement != .classic else { return "" }
    var blank = LaunchPlan(
      securityTag: "snap." + subject.instance, instanceName: subject.instance, snapName: subject.name, revision: "",
      version: "")
    blank.confinement = subject.confinement
    blank.rootfs = rootfs
    blank.view = view
    // They are made when a revision declares them first: a view from before shows `/etc/passwd` without them.
    blank.declaredEnvironment = subject.users.map { .init($0.rawValue, "") }
    do throws(LaunchPlanError) {
      return StableHash.text(of: try blank.encoded())
    } catch {
      throw .plan(tag: blank.securityTag, error)
    }
  }
}

/// FNV-1a twice with different seeds, 128 bits together. It tells builds of one snap apart; nobody gains from a
/// collision but to keep a namespace that was theirs before.
enum StableHash {
  static func text(of bytes: [UInt8]) -> String {
    var first: UInt64 = 0xcbf2_9ce4_8422_2325
    var second: UInt64 = 0x6c62_272e_07bb_0142
    for byte in bytes {
      first = (first ^ UInt64(byte)) &* 0x100_0000_01b3
      second = (second ^ UInt64(byte ^ 0x5a)) &* 0x100_0000_01b3
    }
    return hex(first) + hex(second)
  }

  private static func hex(_ value: UInt64) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 16 - digits.utf8.count) + digits
  }
}
