internal import CLinux

#if hasFeature(Embedded)
  internal import LaunchPlanEmbedded
#else
  internal import LaunchPlan
#endif

/// The program `snap`: it runs apps, and leaves everything else to `snap-cli`.
///
/// To run an app it reads the app's launch plan, waits while the snap is being refreshed, makes the user's directories,
/// computes the environment and executes `snap-confine`. It asks no daemon and parses no YAML.
public enum Running {
  typealias Words = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>

  /// Where the launcher is installed.
  static let launcher = "/usr/lib/snapd/snap-confine"
  /// Where the program is installed that knows all other commands.
  static let commandLine = "/usr/lib/snapd/snap-cli"

  /// The whole program. It returns only when it fails, with the exit code; otherwise the process becomes another.
  public static func main(
    _ count: Int32, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
  ) -> Int32 {
    let given = environment()
    do throws(RunError) {
      try start(Int(count), arguments, environment: given)
    } catch {
      write("error: \(error.description)\n")
      return error.code
    }
  }

  private static func start(
    _ count: Int, _ arguments: Words, environment: [UnsafeBufferPointer<UInt8>]
  ) throws(RunError) -> Never {
    let words = (0..<count).compactMap { arguments[$0].map { String(cString: $0) } }
    let root = globalRoot(environment)
    if let app = app(startedAs: words.first ?? "snap", root: root ?? "") {
      try run([app] + words.dropFirst(), arguments + count, environment)
    }
    if words.count > 1, words[1] == "run", words.count < 3 || (words[2] != "--help" && words[2] != "-h"),
      !RunArguments.isForCommandLine(Array(words.dropFirst(2)))
    {
      try run(Array(words.dropFirst(2)), arguments + count, environment)
    }
    let program = commandLine(besides: linkContent("/proc/self/exe") ?? "")
    _ = cl_launch_exec(program, arguments, cl_launch_environment())
    throw RunError("cannot execute \(program): \(systemMessage())")
  }

  /// The app that a link in `/snap/bin` stands for, when the program was started through one; nil when it was
  /// started as `snap`. An alias is a link to the link of its app.
  ///
  /// - Parameter name: `argv[0]`.
  static func app(startedAs name: String, root: String = "") -> String? {
    let last = lastName(of: name)
    guard !last.isEmpty, last != "snap" else { return nil }
    if let target = linkContent("\(root)/snap/bin/\(last)"), !target.utf8.contains(UInt8(ascii: "/")) { return target }
    return last
  }

  /// The program for other commands that belongs to this one: of the same tree when this one is installed as
  /// `/usr/bin/snap` of a tree, beside it when it was just built, else the system's.
  ///
  /// Nothing is gained by moving this program to where another `snap-cli` is: it has no privilege to lend.
  ///
  /// - Parameter program: this program's own path, `""` when it is not known.
  static func commandLine(besides program: String) -> String {
    let installed = "/usr/bin/snap"
    let bytes = program.utf8
    if bytes.count >= installed.utf8.count, bytes.suffix(installed.utf8.count).elementsEqual(installed.utf8) {
      return String(decoding: bytes.dropLast(installed.utf8.count), as: UTF8.self) + commandLine
    }
    guard lastName(of: program) == "snap" else { return commandLine }
    return String(decoding: bytes.dropLast(4), as: UTF8.self) + "snap-cli"
  }

  /// Runs `snap run <words>`.
  ///
  /// - Parameters:
  ///   - words: what follows `snap run`; for a link in `/snap/bin`, the app's name and the arguments.
  ///   - end: the end of the process's own arguments: the app gets the last of them as they are, be they UTF-8 or not.
  private static func run(
    _ words: [String], _ end: Words, _ environment: [UnsafeBufferPointer<UInt8>]
  ) throws(RunError) -> Never {
    var request = try RunArguments(words)
    let root = try root(request, environment)
    // Who completes knows the word that was typed, which may be an alias.
    if request.command == "complete", let app = app(startedAs: request.target, root: root) { request.target = app }
    var plan = try plan(request, root: root)
    let inhibition = Inhibition(
      directory: root + "/var/lib/snapd/inhibit", instance: plan.instanceName, socket: root + "/run/snapd.socket")
    if try inhibition.wait(isService: plan.kind == .service) {
      // The plan of the revision that is in use now.
      plan = try Self.plan(request, root: root)
    }
    let user = try RunUser.current()
    guard LaunchPlan.isCleanAbsolute(user.home) else {
      throw RunError("cannot use home directory \"\(user.home)\" of user \(user.uid): it is not a clean absolute path")
    }
    try UserDirectories(plan: plan, user: user, root: root).prepare()
    let environment = RunEnvironment(plan: plan, given: environment, user: user, root: root)
    var variables = environment.forLauncher

    // Below another root its own launcher is used: the versions belong together.
    let launcher = root + launcher
    var argv = TextBlock()
    argv.append(launcher)
    for option in root.isEmpty ? [] : ["--root", root] { argv.append(option) }
    for option in ["--home", user.home, plan.securityTag, "--"] { argv.append(option) }
    // The shell is the base's, and has no more rights than the app that it becomes.
    for word in request.stopped ? ["/bin/sh", "-c", "kill -STOP $$; exec \"$@\"", "sh"] : [] { argv.append(word) }
    if request.command == "complete" {
      // A script of ours, whose dollar signs are its own.
      for word in try completer(plan, root: root) { argv.append(word) }
    } else {
      for word in try command(request, plan) {
        guard let word = environment.expand(argument: word) else { continue }
        argv.begin()
        argv.add(word)
        argv.end()
      }
    }
    if request.debugLog {
      write("DEBUG: plan \(plan.securityTag), revision \(plan.revision)\n")
      for word in argv.texts { write("DEBUG: argument \(word)\n") }
    }
    let passed = UnsafeBufferPointer(start: end - request.arguments.count, count: request.arguments.count)
    argv.withPointers(passed) { arguments in
      variables.withPointers { variables in _ = cl_launch_exec(launcher, arguments, variables) }
    }
    throw RunError("cannot execute \(launcher): \(systemMessage())", code: 46)
  }

  /// What `SNAPPY_GLOBAL_ROOT` says, for root only.
  private static func globalRoot(_ environment: [UnsafeBufferPointer<UInt8>]) -> String? {
    guard cl_launch_uid() == 0 else { return nil }
    let name = "SNAPPY_GLOBAL_ROOT=".utf8
    for variable in environment where variable.starts(with: name) {
      return String(decoding: variable[name.count...], as: UTF8.self)
    }
    return nil
  }

  /// The prefix from `--root` or `SNAPPY_GLOBAL_ROOT`; only root has one.
  private static func root(
    _ request: RunArguments, _ environment: [UnsafeBufferPointer<UInt8>]
  ) throws(RunError) -> String {
    if request.root != nil, cl_launch_uid() != 0 {
      throw RunError("cannot use --root: only root may choose a root directory")
    }
    var root = request.root ?? globalRoot(environment) ?? ""
    while root.utf8.last == UInt8(ascii: "/") { root.removeLast() }
    guard root.isEmpty || LaunchPlan.isCleanAbsolute(root) else {
      throw RunError("cannot use root directory \"\(root)\": it is not a clean absolute path")
    }
    return root
  }

  private static func plan(_ request: RunArguments, root: String) throws(RunError) -> LaunchPlan {
    guard !request.tag.utf8.contains(UInt8(ascii: "/")) else {
      throw RunError("cannot find app \"\(request.app)\" in \"\(request.instance)\"")
    }
    let path = "\(root)/var/lib/snapd/launch/\(request.tag).plan"
    guard let file = try RegularFile.open(path) else {
      var status = cl_launch_status()
      let current = "\(root)/snap/\(request.instance)/current"
      guard cl_launch_status_at(Int32(CL_LAUNCH_AT_FDCWD), current, 0, &status) == 0 else {
        throw RunError("snap \"\(request.instance)\" is not installed")
      }
      if let hook = request.hook { throw RunError("cannot find hook \"\(hook)\" in \"\(request.instance)\"") }
      throw RunError("cannot find app \"\(request.app)\" in \"\(request.instance)\"")
    }
    let plan = try read(file, path)
    if let revision = request.revision, revision != "unset", revision != plan.revision {
      throw RunError("cannot run hook \"\(plan.appName)\" of revision \(revision): linked is \(plan.revision)")
    }
    return plan
  }

  /// The unprivileged half of a plan is at its beginning: the rest is read only when that was not all of it.
  private static func read(_ file: borrowing RegularFile, _ path: String) throws(RunError) -> LaunchPlan {
    var bytes: [UInt8] = []
    try file.read(into: &bytes, upTo: 8192)
    do throws(LaunchPlanError) { return try LaunchPlan(decodingUnprivileged: bytes) } catch {
      guard case .truncated = error, bytes.count == 8192 else { throw RunError("\(error.description) (\(path))") }
    }
    try file.read(into: &bytes, upTo: LaunchPlan.Limit.file + 1)
    do throws(LaunchPlanError) { return try LaunchPlan(decodingUnprivileged: bytes) } catch {
      throw RunError("\(error.description) (\(path))")
    }
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

  /// What completes the arguments of an app, before what the shell tells of the line: the app's own completer, run in
  /// the sandbox by our script. Its text goes in as an argument: so it needs no place in the view, and is the version
  /// that the other side of it has (`complete.sh`).
  static func completer(_ plan: LaunchPlan, root: String) throws(RunError) -> [String] {
    guard plan.kind == .app, !plan.completer.isEmpty else {
      throw RunError("no \"complete\" command found for \"\(plan.appName)\"")
    }
    let path = root + "/usr/lib/snapd/etelpmoc.sh"
    var script: [UInt8] = []
    guard let file = try RegularFile.open(path) else { throw RunError("cannot find \(path)") }
    try file.read(into: &script, upTo: 64 << 10)
    let image = plan.environment.first { $0.key == "SNAP" }?.value ?? ""
    return ["/bin/bash", "-c", String(decoding: script, as: UTF8.self), "etelpmoc.sh", image + "/" + plan.completer]
  }

  /// The caller's environment, one `KEY=value` each.
  private static func environment() -> [UnsafeBufferPointer<UInt8>] {
    var variables: [UnsafeBufferPointer<UInt8>] = []
    guard let environment = cl_launch_environment() else { return [] }
    while let variable = environment[variables.count] {
      let length = cl_text_length(variable)
      variables.append(UnsafeRawBufferPointer(start: variable, count: length).assumingMemoryBound(to: UInt8.self))
    }
    return variables
  }

  private static func lastName(of path: String) -> String {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return path }
    return String(path[path.utf8.index(after: slash)...])
  }

  static func write(_ text: String) {
    let bytes = Array(text.utf8)
    _ = bytes.withUnsafeBytes { cl_launch_write(2, $0.baseAddress, $0.count) }
  }
}
