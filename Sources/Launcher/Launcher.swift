internal import CLinux

#if hasFeature(Embedded)
  internal import LaunchPlanEmbedded
#else
  internal import LaunchPlan
#endif

/// Starts an app as its launch plan says. The order of things is in this module's README.
public enum Launcher {
  /// The whole program `snap-confine`. It returns only when it fails, with the exit code; otherwise the process has
  /// become the app.
  public static func main(
    _ count: Int32, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
  ) -> Int32 {
    do throws(LaunchError) {
      try launch(Int(count), arguments)
    } catch {
      let text = Array((error.description + "\n").utf8)
      _ = text.withUnsafeBytes { cl_launch_write(2, $0.baseAddress, $0.count) }
    }
    return 1
  }

  private static func launch(
    _ count: Int, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
  ) throws(LaunchError) {
    let request = try Request((0..<count).compactMap { arguments[$0].map { String(cString: $0) } })
    let privileges = try Privileges()
    // Everything is done as the user from here on, until the plan is read and asks for more.
    if cl_launch_euid() != privileges.uid {
      throw LaunchError("cannot launch \(request.tag): snap-confine must not be setuid")
    }
    guard !request.choosesRoot || privileges.isRoot else {
      throw LaunchError(
        "cannot use root directory \(request.root.isEmpty ? "/" : request.root): only root may choose one")
    }
    try privileges.lower()
    let surroundings = try Surroundings()
    let isUnprivileged = privileges.needOwnNamespace
    var places = Places(prefix: request.root, foreignRoot: isUnprivileged ? UserNamespace.strangers() : nil)
    var plan = try places.plan(request.tag)
    let given = environment()

    var cookie: [(String, String)] = []
    if plan.confinement == .classic {
      if !isUnprivileged {
        try privileges.raise()
        cookie = try self.cookie(places, plan)
        try privileges.lower()
      }
      try privileges.drop(keeping: ~0)
      surroundings.restoreInPlace()
      try execute(request, arguments, environment: Surroundings.environment(given, adding: cookie))
    }

    let rights: Privileges
    if isUnprivileged {
      rights = try UserNamespace.enter(
        request.tag, privileges: privileges, separateObjects: plan.confinement == .strict)
      places.foreignRoot = UserNamespace.strangers()
    } else {
      try privileges.check(request.tag)
      try privileges.raise()
      rights = privileges
      if request.root.isEmpty, try joinInitialNamespace() { plan = try places.plan(request.tag) }
      cookie = try self.cookie(places, plan)
    }
    let user = try UserPlaces(plan: plan, request: request, privileges: rights)
    // Without privilege nobody could stand between an app and the bus: it has none then.
    let door =
      isUnprivileged
      ? nil : try BusDoor.find(plan: plan, places: places, privileges: privileges, environment: given)
    let mounts = isUnprivileged ? nil : try MountDoor.find(plan: plan, places: places, privileges: rights)
    if isUnprivileged {
      try UnkeptView.enter(places, plan, rights, user)
    } else {
      try enterNamespace(places, plan, rights, user)
    }
    let home = user.home
    var added = cookie
    if let door { added += try door.open() }
    let keeper = try mounts?.open()
    // All descriptors of the launcher's own are gone before those of the caller are closed by number.
    _ = consume user

    try rights.asUser { () throws(LaunchError) in surroundings.restoreInSandbox() }
    let passed = plan.kind == .service ? Surroundings.passedDescriptors(given) : 0
    try closeDescriptors(from: 3 + passed, but: keeper)
    let environment = Surroundings.environment(given, adding: added)
    let enforcement = Enforcement(plan: plan, privileges: rights, home: home, keeper: keeper)
    if plan.confinement == .strict { try enforcement.apply() } else { try enforcement.finish() }
    try execute(request, arguments, environment: environment)
  }

  /// But the channel to a keeper.
  private static func closeDescriptors(from first: UInt32, but kept: Int32?) throws(LaunchError) {
    var first = first
    if let kept = kept.map({ UInt32($0) }), kept >= first {
      guard kept == first || cl_launch_close_range(first, kept - 1) == 0 else { throw .call("close descriptors") }
      first = kept + 1
    }
    guard cl_launch_close_from(first) == 0 else { throw .call("close descriptors") }
  }

  /// With the locks held: nobody removes the snap, and nobody else decides about its namespace.
  private static func enterNamespace(
    _ places: Places, _ plan: LaunchPlan, _ privileges: Privileges, _ user: borrowing UserPlaces
  ) throws(LaunchError) {
    let locks = try places.directory("/run/snapd/lock", create: true)
    let namespaces = try places.namespaces(locks: locks)
    // The daemon takes this one exclusively. Launches share it and exclude each other per user, so that a user who
    // stops a launch of theirs holds up no other user.
    let instance = try HeldLock(plan.instanceName + ".lock", in: locks, exclusive: false)
    try places.checkInhibition(plan)
    let own = try HeldLock("\(plan.instanceName).\(user.uid).lock", in: locks, exclusive: true)
    if plan.confinement == .strict {
      let name = user.uid == 0 ? plan.instanceName : "\(plan.instanceName).\(user.uid)"
      try SharedObjects.separate(namespaces, name: name)
    }
    try Namespace(namespaces, places: places, plan: plan, privileges: privileges, user: user).enter(user: user)
    _ = consume own
    _ = consume instance
  }

  /// The secret with which the app asks `snapctl`, for apps and services.
  private static func cookie(_ places: Places, _ plan: LaunchPlan) throws(LaunchError) -> [(String, String)] {
    guard plan.kind != .hook else { return [] }
    let cookies: Descriptor
    do throws(LaunchError) { cookies = try places.directory("/var/lib/snapd/cookie") } catch {
      if error.errno == CL_LAUNCH_ENOENT { return [] }
      throw error
    }
    guard let bytes = try places.contents(of: "snap." + plan.instanceName, in: cookies, limit: 255) else { return [] }
    let cookie = String(decoding: bytes, as: UTF8.self)
    return [("SNAP_COOKIE", cookie), ("SNAP_CONTEXT", cookie)]
  }

  private static func environment() -> [[UInt8]] {
    var variables: [[UInt8]] = []
    guard let environment = cl_launch_environment() else { return [] }
    var index = 0
    while let variable = environment[index] {
      let length = cl_text_length(variable)
      variables.append(Array(UnsafeRawBufferPointer(start: variable, count: length)))
      index += 1
    }
    return variables
  }

  /// Becomes the app, or throws.
  private static func execute(
    _ request: Request, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>, environment: [[UInt8]]
  ) throws(LaunchError) {
    // One block of text and one of pointers into it; both live until the process is replaced.
    var offsets: [Int] = []
    var text: [UInt8] = []
    for variable in environment {
      offsets.append(text.count)
      text += variable
      text.append(0)
    }
    text.withUnsafeMutableBytes { text in
      var pointers: [UnsafeMutablePointer<CChar>?] = []
      for offset in offsets {
        pointers.append(text.baseAddress.map { ($0 + offset).assumingMemoryBound(to: CChar.self) })
      }
      pointers.append(nil)
      _ = cl_launch_exec(arguments[request.commandIndex], arguments + request.commandIndex, pointers)
    }
    let path = arguments[request.commandIndex].map { String(cString: $0) } ?? ""
    throw .call("execute \(path)")
  }
}
