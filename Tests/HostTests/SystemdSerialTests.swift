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

  /// What is written for every kind of schedule and address, systemd understands to the letter.
  @Test func unitsAreUnderstood() throws {
    let schedules = [
      "9:00-11:00/2,,20:00", "mon-fri,10:00", "fri-mon,0:00~24:00/4", "mon,24:00", "mon2,10:00", "mon5,10:00",
      "mon1-tue,10:00", "fri4-mon,10:00", "sun5-tue,23:00-1:00/2", "mon", "sat5",
    ]
    try Bench.run(.systemd) { bench in
      for (index, schedule) in schedules.enumerated() {
        var service = try bench.service("s\(index)", "true") {
          $0.timer = try TimerDefinition(schedule: schedule, of: "x.y")
        }
        service.sockets = ["/run/\(bench.instance)/%n", "@snap.x.\(index)", "\(20000 + index)", "[::1]:1"].enumerated()
          .map {
            SocketDefinition(name: "n\($0.offset)", listenStream: $0.element, mode: 0o640)
          }
        for event in service.timer?.calendar ?? [] {
          #expect(shell("systemd-analyze calendar '\(event)' >/dev/null 2>&1") == 0, "\(event)")
        }
        try bench.manager.setServices([service], of: bench.instance)
        for unit in service.units() {
          let path = bench.directories.systemUnits + "/" + unit.name
          shell("systemd-analyze verify --man=no \(path) 2>&1 | grep -F '\(unit.name)' > \(bench.file("said"))")
          #expect(content(bench.file("said")).isEmpty, "\(unit.name)")
        }
        shell("systemctl show -p Listen \(service.activators[0]) > \(bench.file("listen"))")
        #expect(content(bench.file("listen")) == "Listen=/run/\(bench.instance)/%n (Stream)\n")
      }
    }
  }

  @Test func aServiceWithSocketsAndATimerNeedsNoReload() throws {
    try Bench.run(.systemd) { bench in
      let before = try reloads(bench)
      let service = try bench.service("srv", "sleep 1000") {
        $0.timer = try TimerDefinition(schedule: "mon,10:00", of: "x.y")
        $0.sockets = [SocketDefinition(name: "s", listenStream: "@\(bench.instance)")]
      }
      try bench.manager.setServices([service], of: bench.instance)
      try bench.manager.enable(service.activeUnits)
      try bench.manager.start(service.activeUnits)
      #expect(try bench.manager.status(service.activeUnits).allSatisfy { $0.activity == .active && $0.isEnabled })
      #expect(try reloads(bench) == before)
      try bench.manager.stop(service.activeUnits)
      try bench.manager.disable(service.activeUnits)
    }
  }

  /// Each user's systemd runs them; here they are written, and told apart.
  @Test func userServicesAreWritten() throws {
    try Bench.run(.systemd) { bench in
      var service = bench.service("agent", "sleep 1000")
      service.scope = .user
      var other = bench.service("socketed", "sleep 1000")
      other.scope = .user
      other.sockets = [SocketDefinition(name: "s", listenStream: "%t/snap.\(bench.instance)/s")]
      try bench.manager.setServices([service, other], of: bench.instance)
      #expect(try bench.manager.services(of: bench.instance).isEmpty)
      try bench.manager.enable(service.activeUnits + other.activeUnits)
      for (unit, target) in [(service.name, "default.target"), (other.activators[0], "sockets.target")] {
        #expect(access("/etc/systemd/user/\(target).wants/\(unit)", F_OK) == 0)
        let status = try #require(try bench.manager.status([unit]).first)
        #expect(status.isInstalled && status.isEnabled && status.activity == .inactive)
        #expect(shell("systemd-analyze --user verify --man=no /etc/systemd/user/\(unit) 2>&1 | grep -F '\(unit)'") != 0)
      }
      #expect(throws: ServiceError.unknown(name: service.name)) { try bench.manager.start([service.name]) }
      try bench.manager.disable(service.activeUnits + other.activeUnits)
      try bench.manager.setServices([], of: bench.instance)
      #expect(shell("ls /etc/systemd/user /etc/systemd/user/*.wants | grep -F 'snap.\(bench.instance).'") != 0)
    }
  }
}
