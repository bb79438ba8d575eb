internal import CLinux

#if hasFeature(Embedded)
  internal import LaunchPlanEmbedded
#else
  internal import LaunchPlan
#endif

/// What the daemon does with kept namespaces through programs of their own, since a process that enters one must have a
/// single thread: `snap-update-ns` and `snap-discard-ns`. For root only.
public enum NamespaceTool {
  /// The whole program `snap-update-ns [--root DIR] INSTANCE`: brings the granted part of all kept namespaces of a snap up
  /// to date with its launch plans, whoever is in them. No kept namespace is fine. Returns the exit code.
  public static func update(
    _ count: Int32, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
  ) -> Int32 {
    run(count, arguments, "snap-update-ns") { (request: Arguments) throws(LaunchError) in try update(request) }
  }

  /// The whole program `snap-discard-ns [--root DIR] [--snap-already-locked] INSTANCE`: lets go of all kept namespaces of a
  /// snap. Processes in them stay there; the next launch builds anew. Returns the exit code.
  public static func discard(
    _ count: Int32, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
  ) -> Int32 {
    run(count, arguments, "snap-discard-ns") { (request: Arguments) throws(LaunchError) in try discard(request) }
  }

  struct Arguments: Equatable {
    var root = ""
    var isLocked = false
    var instance = ""

    /// - Parameter arguments: with the program's name first.
    init(_ arguments: [String], program: String) throws(LaunchError) {
      var index = 1
      while index < arguments.count, arguments[index].utf8.first == UInt8(ascii: "-") {
        switch arguments[index] {
        case "--root":
          index += 1
          guard index < arguments.count, isCleanAbsolute(arguments[index]) else {
            throw LaunchError("cannot read arguments: --root needs a clean absolute path")
          }
          root = arguments[index] == "/" ? "" : arguments[index]
        case "--snap-already-locked": isLocked = true
        default: throw LaunchError("cannot read arguments: unknown option \(arguments[index])")
        }
        index += 1
      }
      guard index + 1 == arguments.count else {
        throw LaunchError("cannot read arguments (usage: \(program) [--root DIR] INSTANCE)")
      }
      instance = arguments[index]
      guard SecurityTag.isValid("snap.\(instance).x"), SecurityTag.instance(of: "snap.\(instance).x") == instance else {
        throw LaunchError("cannot use \"\(instance)\": it is not the name of a snap")
      }
    }
  }

  private static func run(
    _ count: Int32, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>, _ program: String,
    _ body: (Arguments) throws(LaunchError) -> Void
  ) -> Int32 {
    do throws(LaunchError) {
      let request = try Arguments(
        (0..<Int(count)).compactMap { arguments[$0].map { String(cString: $0) } }, program: program)
      guard cl_launch_uid() == 0, cl_launch_euid() == 0 else {
        throw LaunchError("cannot change namespaces of \(request.instance): only root may")
      }
      guard cl_launch_clear_groups() == 0 else { throw .call("give up groups") }
      _ = cl_launch_umask(0)
      guard cl_launch_chdir("/") == 0 else { throw .call("go to /") }
      try body(request)
      return 0
    } catch {
      let text = Array((error.description + "\n").utf8)
      _ = text.withUnsafeBytes { cl_launch_write(2, $0.baseAddress, $0.count) }
      return 1
    }
  }

  /// The names of kept namespaces of a snap, with the user's number; 0 is root.
  private static func kept(
    _ instance: String, in directory: borrowing Descriptor
  ) throws(LaunchError) -> [(name: String, uid: UInt32)] {
    let raw = cl_launch_open(directory.raw, ".", Int32(CL_LAUNCH_O_DIRECTORY), 0)
    let listed = try Descriptor(raw, "open /run/snapd/ns")
    var result: [(name: String, uid: UInt32)] = []
    for file in try entries(of: listed, "/run/snapd/ns").map({ $0.name }) {
      let text = Array(file.utf8)
      let suffix = Array(".mnt".utf8)
      guard text.starts(with: instance.utf8), text.suffix(4).elementsEqual(suffix) else { continue }
      let middle = text.dropFirst(instance.utf8.count).dropLast(4)
      if middle.isEmpty {
        result.append((instance, 0))
      } else if middle.first == UInt8(ascii: "."), middle.count > 1,
        let uid = UInt32(String(decoding: middle.dropFirst(), as: UTF8.self)), uid != 0,
        "\(instance).\(uid).mnt" == file
      {
        result.append(("\(instance).\(uid)", uid))
      }
    }
    return result
  }

  // MARK: Updating

  private static func update(_ request: Arguments) throws(LaunchError) {
    let places = Places(prefix: request.root)
    if request.root.isEmpty { _ = try joinInitialNamespace() }
    let locks = try places.directory("/run/snapd/lock", create: true)
    let directory = try places.namespaces(locks: locks)
    // Launches hold it likewise, and the daemon exclusively. Namespaces are changed under their user's lock.
    let lock = try HeldLock(request.instance + ".lock", in: locks, exclusive: false)
    guard let plan = try plan(of: request.instance, places) else { return }
    for (name, uid) in try kept(request.instance, in: directory) {
      let own = try HeldLock("\(request.instance).\(uid).lock", in: locks, exclusive: true)
      let files = KeptFiles(try places.directory("/run/snapd/ns"), name: name)
      try update(files, uid: uid, plan, places)
      _ = consume files
      _ = consume own
    }
    _ = consume lock
  }

  private static func update(
    _ files: borrowing KeptFiles, uid: UInt32, _ plan: LaunchPlan, _ places: Places
  ) throws(LaunchError) {
    let raw = files.openNamespace()
    guard raw >= 0 else { return }
    let namespace = try Descriptor(raw, "open a kept namespace")
    guard cl_launch_is_namespace(namespace.raw) == 1, let info = try files.info() else { return }
    let gid = KeptFiles.value("gid", in: info).flatMap { UInt32($0) } ?? uid
    let home = KeptFiles.value("home", in: info).flatMap { isCleanAbsolute($0) ? $0 : nil }
    let privileges = try Privileges(uid: uid, gid: gid)
    let user = UserAnchors(uid: uid, home: home, prefix: places.prefix)
    let original = try Namespace.own()
    let view = GrantedView(
      plan: plan, privileges: privileges, user: user, host: original.raw, namespace: namespace.raw)
    try files.update(view, info: KeptFiles.fixed(info) + KeptFiles.granted(plan, user))
  }

  /// A plan of the snap: all say the same of what is shown. Nil when it has none, or has no view.
  private static func plan(of instance: String, _ places: Places) throws(LaunchError) -> LaunchPlan? {
    let directory: Descriptor
    do throws(LaunchError) { directory = try places.directory("/var/lib/snapd/launch") } catch {
      if error.errno == CL_LAUNCH_ENOENT { return nil }
      throw error
    }
    let listed = try Descriptor(
      cl_launch_open(directory.raw, ".", Int32(CL_LAUNCH_O_DIRECTORY), 0), "open /var/lib/snapd/launch")
    for file in try entries(of: listed, "/var/lib/snapd/launch").map({ $0.name })
    where file.utf8.starts(with: "snap.\(instance).".utf8) {
      let tag = String(Substring(file.utf8.dropLast(5)))
      guard tag + ".plan" == file, SecurityTag.isValid(tag), SecurityTag.instance(of: tag) == instance else { continue }
      let plan = try places.plan(tag)
      return plan.confinement == .classic ? nil : plan
    }
    return nil
  }

  // MARK: Discarding

  private static func discard(_ request: Arguments) throws(LaunchError) {
    let places = Places(prefix: request.root)
    if request.root.isEmpty { _ = try joinInitialNamespace() }
    let locks = try places.directory("/run/snapd/lock", create: true)
    guard request.isLocked else {
      let lock = try HeldLock(request.instance + ".lock", in: locks, exclusive: true)
      try discardAll(request.instance, places)
      _ = consume lock
      return
    }
    try discardAll(request.instance, places)
  }

  private static func discardAll(_ instance: String, _ places: Places) throws(LaunchError) {
    let directory = try places.directory("/run/snapd/ns", create: true)
    for (name, _) in try kept(instance, in: directory) {
      try KeptFiles(try places.directory("/run/snapd/ns"), name: name).remove()
    }
  }
}
