import Host
import InterfaceManager
import Interfaces
import Linux
import MachineSupport
import Overlord
import Snap
import State
import Testing

@testable import SnapManager

/// Devices come and go, as a source of events tells; slots and connections follow.
@Suite(.timeLimit(.minutes(5))) struct HotplugTests {
  /// Interfaces have a type of this name, too.
  private typealias Machine = MachineSupport.Machine

  private static func device(
    _ node: String, path: String = "/devices/usb1/1-1/ttyUSB0", serial: String = "A1"
  ) -> HotplugDevice {
    HotplugDevice(
      devicePath: path, subsystem: "tty", node: node,
      properties: [
        "ID_BUS": "usb", "ID_VENDOR_ID": "0403", "ID_MODEL_ID": "6001", "ID_MODEL": "Ser-ial \"Port\"\n",
        "ID_SERIAL": serial,
      ])
  }

  /// Hands events in, and waits for what is done about them.
  private func happen(_ machine: Machine, _ events: [(device: HotplugDevice, isGone: Bool)]) async throws -> [ChangeID]
  {
    let changes = try machine.overlord.interfaces.handle(events)
    for change in changes { #expect(try await machine.end(of: change) == .done) }
    return changes
  }

  private func slots(_ machine: Machine) -> [String] {
    let repository = machine.overlord.interfaces.current
    return repository.slots(of: repository.system).filter { $0.interface == "serial-port" }.map {
      "\($0.name) \($0["path"].map { "\($0)" } ?? "")"
    }
  }

  private func connections(_ machine: Machine) -> [String] {
    machine.overlord.interfaces.current.connections.map(\.id)
  }

  @Test func slotsAndConnectionsFollowDevices() async throws {
    try await Machine.with { machine in
      var source = SnapSource("port")
      source.yaml = "plugs:\n  serial-port: null"
      try await machine.install(machine.pack(source))
      _ = try await happen(machine, [(Self.device("/dev/ttyUSB0"), false)])
      #expect(slots(machine) == ["ser-ialport string(\"/dev/ttyUSB0\")"])
      // The same again is nothing new; another of the kind gets another name.
      #expect(try await happen(machine, [(Self.device("/dev/ttyUSB0"), false)]).isEmpty)
      let second = Self.device("/dev/ttyUSB1", path: "/devices/usb1/1-2/ttyUSB1", serial: "B2")
      _ = try await happen(machine, [(second, false)])
      #expect(slots(machine).count == 2 && slots(machine).contains { $0.hasPrefix("ser-ialport-1 ") })

      let change = try machine.overlord.interfaces.connect(
        plugSnap: "port", plug: "serial-port", slotSnap: "", slot: "ser-ialport")
      try await machine.end(of: change)
      let connected = ["port:serial-port snapd:ser-ialport"]
      #expect(connections(machine) == connected)
      let rules = "etc/udev/rules.d/70-snap.port.rules"
      #expect(machine.text(rules)?.contains(#"KERNEL=="ttyUSB0""#) == true)
      #expect(try machine.snaps.inconsistencies() == [])

      _ = try await happen(machine, [(Self.device("/dev/ttyUSB0"), true), (second, true)])
      #expect(slots(machine) == [] && connections(machine) == [])
      #expect(machine.text(rules) == nil)
      #expect(try machine.snaps.inconsistencies() == [])

      // It comes back elsewhere: the connection is there, with the node of now.
      _ = try await happen(machine, [(Self.device("/dev/ttyUSB7", path: "/devices/usb2/ttyUSB7"), false)])
      #expect(slots(machine) == ["ser-ialport string(\"/dev/ttyUSB7\")"])
      #expect(connections(machine) == connected)
      #expect(machine.text(rules)?.contains(#"KERNEL=="ttyUSB7""#) == true)

      // Quickly out, in and out: the last holds.
      let last = Self.device("/dev/ttyUSB7", path: "/devices/usb2/ttyUSB7")
      var changes: [ChangeID] = []
      for isGone in [true, false, true] { changes += try machine.overlord.interfaces.handle([(last, isGone)]) }
      for change in changes { try await machine.end(of: change) }
      #expect(slots(machine) == [] && connections(machine) == [])
      try await machine.end(of: machine.snaps.remove([InstanceName("port")]))
      #expect(try machine.snaps.inconsistencies() == [])
    }
  }

  /// What a device says of itself is a stranger's word.
  @Test(arguments: [
    ("../../etc/passwd", "etcpasswd"), ("--Ab--c9--", "ab-c9"), ("12", "serial-port"), ("", "serial-port"),
    (String(repeating: "x", count: 99), String(repeating: "x", count: 20)), ("a\nTAG+=\"b\"", "atagb"),
  ])
  func namesOfDevices(_ model: String, _ name: String) async throws {
    try await Machine.with(base: false) { machine in
      var device = Self.device("/dev/ttyUSB0")
      device.properties["ID_MODEL"] = model
      _ = try await happen(machine, [(device, false)])
      #expect(slots(machine) == ["\(name) string(\"/dev/ttyUSB0\")"])
    }
  }

  /// Profiles are made anew when what they depend on has changed, and only then.
  @Test func profilesFollowTheSystemKey() async throws {
    try await Machine.with { machine in
      try await machine.install(machine.pack(Operation.source("1")))
      let plan = "var/lib/snapd/launch/snap.hello.hello.plan"
      let before = machine.text("var/lib/snapd/seccomp/bpf/snap.hello.hello.src")
      #expect(before != nil && machine.exists(plan) && machine.exists("var/lib/snapd/system-key"))
      try Files.remove("\(machine.root)/\(plan)")
      try Files.remove("\(machine.root)/var/lib/snapd/seccomp/bpf/snap.hello.hello.src")
      await machine.stop()
      try await machine.start()
      #expect(!machine.exists(plan))
      await machine.stop()
      try Files.writeAtomically(
        [UInt8]("{\"version\":10}".utf8), to: "\(machine.root)/var/lib/snapd/system-key", mode: 0o644)
      try await machine.start()
      #expect(machine.exists(plan) && machine.text("var/lib/snapd/seccomp/bpf/snap.hello.hello.src") == before)
      #expect(try machine.snaps.inconsistencies() == [])
    }
  }
}
