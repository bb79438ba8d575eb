internal import CLinux
internal import LaunchPlan
internal import Linux

/// `snap run`: everything about a start that needs no privilege, then the launcher takes the process over.
///
/// It reads the app's launch plan, waits while the snap is being refreshed, makes the user's directories, computes the
/// environment and executes `snap-confine`. It asks no daemon and parses no YAML.
public enum Running {
  /// Where the launcher is installed.
  public static let launcher = "/usr/lib/snapd/snap-confine"

  /// The app that a link in `/snap/bin` stands for, when the program was started through one; nil when it was
  /// started as `snap`. An alias is a link to the link of its app.
  ///
  /// - Parameter name: `argv[0]`.
  public static func app(startedAs name: String, root: String = "") -> String? {
    let last = name.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(name[name.utf8.index(after: $0)...]) } ?? name
    guard !last.isEmpty, last != "snap" else { return nil }
    if let target = try? Files.readSymlink("\(root)/snap/bin/\(last)"), !target.contains("/") { return target }
    return last
  }

  /// Runs `snap run <arguments>`. Does not return: the process becomes the app, or ends with a message on stderr.
  ///
  /// - Parameters:
  ///   - arguments: what follows `snap run`; for a link in `/snap/bin`, the app's name and the arguments.
  ///   - environment: the caller's, `KEY=value`.
  ///   - launcher: the program to execute, as seen from the root.
  public static func run(
    _ arguments: [String], environment: [String], launcher: String = Running.launcher
  ) -> Never {
    do throws(RunError) {
      try start(arguments, environment: environment, launcher: launcher)
    } catch {
      write("error: \(error.description)\n")
      cl_launch_exit(error.code)
    }
  }

  private static func start(
    _ arguments: [String], environment: [String], launcher: String
  ) throws(RunError) -> Never {
    let request = try RunArguments(arguments)
    let root = try root(request, environment)
    var plan = try plan(request, root: root)
    let inhibition = Inhibition(directory: root + "/var/lib/snapd/inhibit", instance: plan.instanceName)
    if try inhibition.wait(isService: plan.kind == .service) {
      // The plan of the revision that is in use now.
      plan = try Self.plan(request, root: root)
    }
    let user = try user()
    try UserDirectories(plan: plan, user: user, root: root).prepare()
    let variables = RunEnvironment(plan: plan, given: environment, user: user, root: root)

    // Below another root its own launcher is used: the versions belong together.
    let launcher = root + launcher
    var argv = [launcher]
    if !root.isEmpty { argv += ["--root", root] }
    argv += ["--home", user.home, plan.securityTag, "--"]
    argv += try command(request, plan) + request.arguments
    execute(argv, variables.forLauncher)
    throw RunError("cannot execute \(launcher): \(systemMessage())", code: 46)
  }

  /// The prefix from `--root` or `SNAPPY_GLOBAL_ROOT`; only root has one.
  private static func root(_ request: RunArguments, _ environment: [String]) throws(RunError) -> String {
    let isRoot = cl_launch_uid() == 0
    if request.root != nil, !isRoot { throw RunError("cannot use --root: only root may choose a root directory") }
    let name = "SNAPPY_GLOBAL_ROOT="
    let given = isRoot ? environment.first { $0.hasPrefix(name) }.map { String($0.dropFirst(name.count)) } : nil
    var root = request.root ?? given ?? ""
    while root.hasSuffix("/") { root.removeLast() }
    guard root.isEmpty || LaunchPlan.isCleanAbsolute(root) else {
      throw RunError("cannot use root directory \"\(root)\": it is not a clean absolute path")
    }
    return root
  }

  private static func plan(_ request: RunArguments, root: String) throws(RunError) -> LaunchPlan {
    guard !request.tag.contains("/"), !request.tag.utf8.contains(0) else {
      throw RunError("cannot find app \"\(request.app)\" in \"\(request.instance)\"")
    }
    let path = "\(root)/var/lib/snapd/launch/\(request.tag).plan"
    let bytes: [UInt8]
    do throws(SyscallError) { bytes = try Files.read(path, limit: LaunchPlan.Limit.file) } catch {
      guard error.errno == CL_LAUNCH_ENOENT else { throw RunError(error.description) }
      guard (try? Files.status("\(root)/snap/\(request.instance)/current", followSymlinks: false)) ?? nil != nil else {
        throw RunError("snap \"\(request.instance)\" is not installed")
      }
      if let hook = request.hook { throw RunError("cannot find hook \"\(hook)\" in \"\(request.instance)\"") }
      throw RunError("cannot find app \"\(request.app)\" in \"\(request.instance)\"")
    }
    let plan: LaunchPlan
    do throws(LaunchPlanError) { plan = try LaunchPlan(decodingUnprivileged: bytes) } catch {
      throw RunError("\(error.description) (\(path))")
    }
    if let revision = request.revision, revision != "unset", revision != plan.revision {
      throw RunError("cannot run hook \"\(plan.appName)\" of revision \(revision): linked is \(plan.revision)")
    }
    return plan
  }

  /// What the launcher executes, without the user's arguments.
  static func command(_ request: RunArguments, _ plan: LaunchPlan) throws(RunError) -> [String] {
    if request.shell { return ["/bin/bash"] }
    guard let name = request.command else { return plan.command }
    let command: [String]
    switch name {
    case "stop": command = plan.stopCommand
    case "reload": command = plan.reloadCommand
    case "post-stop": command = plan.postStopCommand
    default: throw RunError("cannot use \"\(name)\" command")
    }
    guard !command.isEmpty else { throw RunError("no \"\(name)\" command found for \"\(plan.appName)\"") }
    return command
  }

  /// The real user with the home directory of the user database: `$HOME` is not to be trusted under `sudo`.
  private static func user() throws(RunError) -> RunUser {
    let uid = cl_launch_uid()
    let found: User?
    do throws(SyscallError) { found = try UserDatabase.user(uid: uid) } catch { throw RunError(error.description) }
    guard let found else { throw RunError("cannot get the current user: unknown user id \(uid)") }
    var home = found.home
    while home.utf8.count > 1, home.hasSuffix("/") { home.removeLast() }
    guard LaunchPlan.isCleanAbsolute(home) else {
      throw RunError("cannot use home directory \"\(home)\" of user \(found.name): it is not a clean absolute path")
    }
    return RunUser(uid: uid, home: home)
  }

  private static func execute(_ argv: [String], _ environment: [String]) {
    withPointers(argv) { arguments in
      withPointers(environment) { variables in _ = cl_launch_exec(arguments[0], arguments, variables) }
    }
  }

  /// C strings in an array that ends with nil.
  private static func withPointers(
    _ texts: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Void
  ) {
    var offsets: [Int] = []
    var bytes: [CChar] = []
    for text in texts {
      offsets.append(bytes.count)
      for byte in text.utf8 { bytes.append(CChar(bitPattern: byte)) }
      bytes.append(0)
    }
    bytes.withUnsafeMutableBufferPointer { buffer in
      body(offsets.map { offset in buffer.baseAddress.map { $0 + offset } } + [nil])
    }
  }

  static func write(_ text: String) {
    let bytes = Array(text.utf8)
    _ = bytes.withUnsafeBytes { cl_launch_write(2, $0.baseAddress, $0.count) }
  }
}
