import Glibc
import Linux
import MachineSupport
import Snap
import State
import Testing

@testable import SnapManager

/// What runs, and what a refresh does about it.
@Suite(.timeLimit(.minutes(5))) struct RefreshAwarenessTests {
  private static let yaml = """
    name: hello
    version: '1'
    apps:
      hello: {command: bin/napper}
      patient: {command: bin/napper, refresh-mode: ignore-running}
      svc: {command: bin/napper, daemon: simple, install-mode: disable}

    """

  /// An image whose program is one that `/proc` shows beneath the snap.
  private func image(_ machine: Machine) throws -> String {
    let directory = "\(machine.root)/sources/napper"
    let image = directory + ".snap"
    guard try Files.status(image) == nil else { return image }
    try Files.makeDirectories(directory + "/meta")
    try Files.makeDirectories(directory + "/bin")
    try Files.writeAtomically(Array(Self.yaml.utf8), to: directory + "/meta/snap.yaml", mode: 0o644)
    try Copying.copyFile(from: "/bin/sleep", to: directory + "/bin/napper", mode: 0o755)
    let packed = try ChildProcess.run(["/usr/bin/mksquashfs", directory, image, "-quiet", "-no-progress"])
    guard packed.status == .exited(0) else { throw MachineError("cannot pack") }
    return image
  }

  /// Starts a program of the snap as `snap run` would.
  private func run(_ machine: Machine, app: String?, revision: String = "x1") throws -> ChildProcess {
    var options = ChildProcessOptions(environment: ["SNAP_INSTANCE_NAME": "hello"])
    options.environment["SNAP_APP_NAME"] = app
    return try ChildProcess.spawn(["\(machine.root)/snap/hello/\(revision)/bin/napper", "1000"], options)
  }

  private func end(_ child: ChildProcess) throws {
    child.killGroup(SIGKILL)
    _ = Glibc.kill(child.pid, SIGKILL)
    _ = try child.wait()
  }

  @Test func runningAppsAreNamed() async throws {
    try await Machine.with { machine in
      let image = try image(machine)
      try await machine.install(image)
      let cases: [(app: String?, apps: String)] = [("hello", "apps (hello)"), (nil, "apps or hooks")]
      for (app, what) in cases {
        let child = try run(machine, app: app)
        let error = #expect(throws: Refusal.self) { _ = try machine.installing([image]) }
        #expect(error?.description == "snap \"hello\" has running \(what), pids: \(child.pid)")
        #expect(try machine.snaps.isInhibited(InstanceName("hello")) == false)
        try end(child)
      }
      // Hooks are told by what they were started as.
      let parts = Refusal.running(try InstanceName("aa"), apps: ["b", "c"], hooks: ["configure"], pids: [1, 2])
      #expect(parts.description == "snap \"aa\" has running apps (b, c) and hooks (configure), pids: 1,2")
      // Nobody waits for those who need not be, nor for services; and --ignore-running waits for none.
      for (app, ignoring) in [("patient", false), ("hello", true)] {
        let child = try run(machine, app: app, revision: try #require(machine.state("hello")).current.description)
        let content = InstallRequest.Content(source: try machine.upload(image), fileName: image)
        let request = InstallRequest(dangerous: true, ignoreRunning: ignoring)
        #expect(try await machine.end(of: machine.snaps.install([content], request).change) == .done)
        // It goes on from the image that it began with.
        #expect(Glibc.kill(child.pid, 0) == 0)
        #expect(ProcessTable.executable(of: child.pid)?.hasSuffix("/bin/napper") == true)
        try end(child)
      }
      #expect(try machine.snaps.inconsistencies().filter { !$0.contains(SnapManager.uploadPrefix) } == [])
    }
  }

  /// A refresh that nobody asked for waits for some days, and tells so.
  @Test func automaticRefreshesArePutOff() async throws {
    try await Machine.with { machine in
      let image = try image(machine)
      try await machine.install(image)
      let child = try run(machine, app: "hello")
      var request = InstallRequest(dangerous: true)
      request.isAutomatic = true
      func refresh() throws -> ChangeID {
        let content = InstallRequest.Content(source: try machine.upload(image), fileName: image)
        return try machine.snaps.install([content], request).change
      }
      func notices() -> Int {
        machine.store.read { $0.notices().first { $0.type == .refreshInhibit && $0.key == "-" }?.occurrences ?? 0 }
      }
      for _ in 0..<2 {
        #expect(throws: Refusal.self) { _ = try refresh() }
        #expect(notices() == 1)
      }
      let since = try #require(machine.state("hello")?.refreshInhibited)
      #expect(machine.state("hello").flatMap(machine.snaps.refreshProceeds) == since + 14 * 24 * 3600 - 1)
      // The time is over: it is no longer asked who runs, until the very moment when the revision is taken away.
      try machine.store.write { state in
        state[snap: try InstanceName("hello")]?.refreshInhibited = since - 15 * 24 * 3600
      }
      #expect(try await machine.end(of: refresh()) == .done)
      #expect(machine.state("hello")?.refreshInhibited == nil)
      #expect(notices() == 2)
      try end(child)
    }
  }
}
