import Glibc
import Linux
import Testing

@testable import Host

/// What only systemd has. Runs where systemd does: `Tests/System/container.sh`.
@Suite(.serialized, .enabled(if: HostDetection.isSystemdRunning)) struct SystemdSerialTests {
  /// How often systemd has said that it reloads.
  private func reloads(_ bench: Bench) throws -> Int {
    shell("journalctl --sync; journalctl -q -o cat _PID=1 -g '^Reloading' > \(bench.file("reloads")) 2>/dev/null")
    return content(bench.file("reloads")).split(separator: "\n").count
  }

  @Test func systemdReloadsOnlyForUnitsThatChanged() throws {
    try Bench.run(.systemd) { bench in
      let before = try reloads(bench)
      var service = bench.service("srv", "sleep 1000")
      let unit = MountUnit.image(instance: bench.instance, revision: "1")
      try bench.manager.setMountUnit(unit)
      try bench.manager.setServices([service], of: bench.instance)
      try bench.manager.enable([service.name])
      try bench.manager.start([service.name])
      // New units need none at all.
      #expect(try reloads(bench) == before)
      try bench.manager.setServices([service], of: bench.instance)
      #expect(try reloads(bench) == before)
      service.environment = [.init("NEW", "1")]
      try bench.manager.setServices([service], of: bench.instance)
      #expect(try reloads(bench) == before + 1)
      try bench.manager.restart([service.name])
      let pid = try #require(try bench.status("srv").mainPID)
      let environment = try Files.read("/proc/\(pid)/environ", limit: 1 << 16).split(separator: 0)
      #expect(environment.contains { $0.elementsEqual("NEW=1".utf8) })
      try bench.manager.removeMountUnit(instance: bench.instance, revision: "1")
    }
  }

  /// The snap is mounted before systemd knows its unit; a service that requires the unit must find it mounted, and
  /// not mount it again.
  @Test func servicesFindTheMountThatWasMadeDirectly() throws {
    try Bench.run(.systemd) { bench in
      let source = bench.file("source")
      try Files.makeDirectories(source, mode: 0o755)
      let unit = MountUnit.tried(instance: bench.instance, revision: "x1", directory: source)
      try Files.makeDirectories(unit.where, mode: 0o755)
      defer {
        try? bench.manager.removeMountUnit(instance: bench.instance, revision: "x1")
        shell("umount -l \(unit.where) 2>/dev/null; rm -rf /snap/\(bench.instance)")
      }
      try bench.manager.setMountUnit(unit)
      #expect(
        shell("systemd-analyze verify --man=no '\(unit.name)' 2>&1 | grep -v 'snapd.mounts' | grep '\(unit.name)'") != 0
      )
      #expect(shell("mount --bind \(source) \(unit.where)") == 0)
      let service = bench.service("srv", "sleep 1000") { $0.mountUnit = unit.name }
      try bench.manager.setServices([service], of: bench.instance)
      try bench.manager.start([service.name])
      let mounts = content("/proc/self/mountinfo").split(separator: "\n").filter { $0.contains(" \(unit.where) ") }
      #expect(mounts.count == 1)
      #expect(try bench.status("srv").activity == .active)
      // Unmounting directly does not take the service down.
      #expect(shell("umount -l \(unit.where)") == 0)
      #expect(try bench.status("srv").activity == .active)
    }
  }

  @Test func logsAreOfTheServicesAskedForAlone() throws {
    try Bench.run(.systemd) { bench in
      try bench.manager.setServices(
        [
          bench.service("a", "echo from-a") { $0.type = .oneshot },
          bench.service("b", "echo from-b") { $0.type = .oneshot },
        ],
        of: bench.instance)
      try bench.manager.start(["a", "b"].map(bench.name))
      try eventually("logged") { try !bench.manager.logs([bench.name("a")], last: nil).isEmpty }
      #expect(try bench.manager.logs([bench.name("a")], last: nil).map(\.message).contains("from-b") == false)
      // No service, no match: never the whole journal (CVE-2017-14178).
      #expect(try bench.manager.logs([], last: nil).isEmpty)
    }
  }
}
