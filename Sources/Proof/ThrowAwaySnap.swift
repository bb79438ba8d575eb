internal import Glibc
internal import Host
internal import LaunchPlan
internal import LaunchPlanning
internal import Linux

/// A snap below a root of its own, on a base that holds nothing, with the default grants.
struct ThrowAwaySnap {
  let directories: Directories
  let confinement: LaunchPlan.Confinement

  static let name = "confinement-proof"
  static let revision = "x1"
  static let tag = "snap.\(name).\(name)"
  static let command = "/snap/\(name)/\(revision)/bin/snap-probe"
  private static let base = BaseLocation(name: "nothing", revision: "1")

  /// The directories that every base has, because something is put there.
  private static let places = [
    "bin", "dev", "etc", "home", "lib", "lib64", "media", "mnt", "opt", "proc", "root", "run", "sbin", "snap", "srv",
    "sys",
    "tmp", "usr/bin", "usr/lib/snapd", "usr/share", "var/lib/snapd", "var/log", "var/snap", "var/tmp",
  ]

  /// Makes the trees, and the launch plan as the daemon would.
  ///
  /// - Parameter probe: the program that is the snap's only content.
  func make(probe: String) throws {
    let name = Self.name
    let base = "\(directories.snaps)/\(Self.base.name)/\(Self.base.revision)"
    let image = directories.mountPoint(instance: name, revision: Self.revision)
    let trees =
      Self.places.map { "\(base)/\($0)" } + [
        image + "/bin", "\(directories.data)/\(name)/\(Self.revision)", "\(directories.data)/\(name)/common",
        "\(directories.prefix)/root/snap/\(name)/\(Self.revision)", "\(directories.prefix)/root/snap/\(name)/common",
        "\(directories.prefix)/home", directories.programs, directories.void,
      ]
    for tree in trees { try Files.makeDirectories(tree, mode: 0o755) }
    try Files.writeAtomically(try Files.read(probe, limit: 64 << 20), to: image + "/bin/snap-probe", mode: 0o755)
    var subject = PlanSubject(
      name: name, instance: name, revision: Self.revision, version: "1", architecture: "all", confinement: confinement)
    var entry = PlanSubject.Entry(securityTag: Self.tag, kind: .app, name: name)
    entry.command = ["bin/snap-probe"]
    subject.entries = [entry]
    let plans = try LaunchPlanner(directories: directories).plans(for: subject, base: Self.base)
    try PlanStore(directories: directories).write(plans.plans, instance: name)
  }

  /// What `snap run` would set of the variables that say where an app may write.
  var environment: [String: String] {
    let name = Self.name
    var variables = ChildProcessOptions.fixedEnvironment
    variables["SNAP"] = "/snap/\(name)/\(Self.revision)"
    variables["SNAP_NAME"] = name
    variables["SNAP_INSTANCE_NAME"] = name
    variables["SNAP_DATA"] = "/var/snap/\(name)/\(Self.revision)"
    variables["SNAP_COMMON"] = "/var/snap/\(name)/common"
    variables["SNAP_USER_DATA"] = "/root/snap/\(name)/\(Self.revision)"
    variables["SNAP_USER_COMMON"] = "/root/snap/\(name)/common"
    return variables
  }
}

/// What the attacks go for, as long as this lives: `snap-probe plant` holds it.
final class Targets {
  /// The arguments with which the probes find it.
  let arguments: [String]
  private let process: ChildProcess
  private let input: Pipe

  init(program: String, place: String) throws {
    input = try Pipe()
    let output = try Pipe()
    process = try ChildProcess.spawn(
      [program, "plant", "directory=\(place)/targets", "data=\(place)/var/snap", "home=\(place)/home"],
      ChildProcessOptions(descriptors: [0: input.reading, 1: output.writing, 2: 2]))
    input.closeReading()
    arguments = output.readLine().split(separator: " ").map(String.init)
    guard arguments.contains(where: { $0.hasPrefix("victim=") }) else {
      takeAway()
      throw ConfinementProof.Failure.noTargets
    }
  }

  /// Ends the process, which removes what it made.
  func takeAway() {
    input.closeWriting()
    _ = try? process.wait()
  }
}

/// A pipe to or from a child.
final class Pipe {
  private(set) var reading: Int32
  private(set) var writing: Int32

  init() throws {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { throw SyscallError("make a pipe", errno: errno) }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    reading = ends[0]
    writing = ends[1]
  }

  deinit {
    closeReading()
    closeWriting()
  }

  func closeReading() {
    if reading >= 0 { close(reading) }
    reading = -1
  }

  func closeWriting() {
    if writing >= 0 { close(writing) }
    writing = -1
  }

  /// Everything until the other side ends.
  func readAll() -> String { read { _ in false } }

  /// Up to the end of a line.
  func readLine() -> String {
    read { $0.contains(UInt8(ascii: "\n")) }.split(separator: "\n").first.map(String.init) ?? ""
  }

  private func read(until isEnough: ([UInt8]) -> Bool) -> String {
    closeWriting()
    var bytes: [UInt8] = []
    while !isEnough(bytes), bytes.count < 1 << 20 {
      let chunk = [UInt8](unsafeUninitializedCapacity: 65536) { buffer, count in
        count = max(0, Glibc.read(reading, buffer.baseAddress, buffer.count))
      }
      if chunk.isEmpty { break }
      bytes += chunk
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
