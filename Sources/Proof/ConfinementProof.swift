internal import CLinux
internal import Glibc
internal import Host
internal import LaunchPlan
internal import LaunchPlanning
internal import Linux

/// Attacks a throw-away sandbox, made by the real launcher from a real plan, and reports.
public struct ConfinementProof {
  /// Where our programs are, and where the throw-away sandbox may be.
  let directories: Directories
  /// Where our programs are: beside the one that runs.
  let programs: String
  /// With nothing enforced, to see that the attacks work.
  let confinement: LaunchPlan.Confinement

  /// What the attacks came to.
  public struct Outcome: Equatable, Sendable {
    /// One line for each attack: `refused    …`, `ALLOWED    …: how` or `not tried  …: why`.
    public var report: String
    /// Not one attack got through.
    public var holds: Bool

    /// How many lines begin so.
    func count(_ beginning: String) -> Int {
      report.split(separator: "\n").count { $0.hasPrefix(beginning) }
    }
  }

  /// Why there is no proof, one way or the other.
  public enum Failure: Error, CustomStringConvertible {
    case notRoot
    case noNamespace(Int32)
    case noTargets
    case notRun(String)

    public var description: String {
      switch self {
      case .notRoot: "cannot prove confinement: not root"
      case .noNamespace(let error): "cannot make namespaces: \(String(cString: strerror(error)))"
      case .noTargets: "cannot prove confinement: nothing to attack could be made"
      case .notRun(let message): "cannot prove confinement: the sandbox did not start: \(message)"
      }
    }
  }

  /// The program `snapd --prove [--root DIR] [--devmode]`.
  ///
  /// - Parameter arguments: those after `--prove`.
  /// - Returns: 0 when no attack got through, 1 when one did, 2 when they could not be made.
  public static func main(_ arguments: ArraySlice<String>) -> Int32 {
    var root = "/"
    var confinement = LaunchPlan.Confinement.strict
    var rest = arguments
    while let argument = rest.popFirst() {
      switch argument {
      case "--devmode": confinement = .devmode
      case "--root":
        guard let value = rest.popFirst(), value.hasPrefix("/") else { return complain("--root needs a directory") }
        root = value
      default: return complain("unknown argument \(argument) (snapd --prove [--root DIR] [--devmode])")
      }
    }
    let program = (try? Files.readSymlink("/proc/self/exe")) ?? "/usr/lib/snapd/snapd"
    let name = program.split(separator: "/").last ?? ""
    let proof = ConfinementProof(
      directories: Directories(root: root), programs: String(program.dropLast(name.count + 1)), confinement: confinement
    )
    do {
      let outcome = try proof.run()
      let refused = outcome.count("refused")
      let allowed = outcome.count("ALLOWED")
      let skipped = outcome.count("not tried")
      print(outcome.report, terminator: "")
      print("\(refused) refused, \(allowed) allowed, \(skipped) not tried")
      return outcome.holds ? 0 : 1
    } catch {
      return complain("\(error)")
    }
  }

  private static func complain(_ message: String) -> Int32 {
    let line = "error: \(message)\n"
    _ = line.withCString { write(2, $0, strlen($0)) }
    return 2
  }

  /// Makes everything, attacks, and takes everything away.
  public func run() throws -> Outcome {
    guard geteuid() == 0 else { throw Failure.notRoot }
    umask(0o022)
    // Mounts, and the System V objects that are planted, end with this process.
    guard cl_launch_unshare_mounts() == 0, cl_launch_unshare_ipc() == 0 else { throw Failure.noNamespace(errno) }
    try Mounts.makeSlave("/", recursive: true)
    // One's own: another proof may be under way, and removing a directory would unmount what is on it elsewhere.
    let place = "\(directories.runtime)/prove.\(getpid())"
    try Files.makeDirectories(place, mode: 0o755)
    guard mount("prove", place, "tmpfs", UInt(MS_NOSUID), "mode=0755,size=64M") == 0 else {
      throw SyscallError("mount", path: place, errno: errno)
    }
    defer {
      try? Mounts.unmount(place, lazy: true)
      rmdir(place)
    }
    let throwAway = ThrowAwaySnap(directories: Directories(root: place), confinement: confinement)
    try throwAway.make(probe: programs + "/snap-probe")
    let targets = try Targets(program: programs + "/snap-probe", place: place)
    defer { targets.takeAway() }
    return try attack(throwAway, targets, place)
  }

  private func attack(_ snap: ThrowAwaySnap, _ targets: Targets, _ place: String) throws -> Outcome {
    // What a careless caller leaves open: a directory of the host's as standard input, and another beside it.
    let open = try OwnedFD.open(place + "/targets", O_RDONLY | O_DIRECTORY)
    let report = try Pipe()
    let errors = place + "/errors"
    let complaints = try OwnedFD.open(errors, O_CREAT | O_RDWR, mode: 0o600)
    let child = try ChildProcess.spawn(
      [programs + "/snap-confine", "--root", place, "--home", "/root", ThrowAwaySnap.tag, "--"]
        + [ThrowAwaySnap.command, "attack"] + targets.arguments,
      ChildProcessOptions(
        environment: snap.environment,
        descriptors: [0: open.raw, 1: report.writing, 2: complaints.raw, 9: open.raw]))
    let text = report.readAll()
    let status = try child.wait()
    guard case .exited(let code) = status, code == 0 || code == 1, !text.isEmpty else {
      let message = (try? Files.read(errors, limit: 4096)).map { String(decoding: $0, as: UTF8.self) } ?? ""
      throw Failure.notRun(message.isEmpty ? "\(status)" : String(message.prefix { !$0.isNewline }))
    }
    return Outcome(report: text, holds: code == 0)
  }
}
