import Glibc
import Linux
import Testing
import Time

@testable import Host

/// What starts services: the part of the one suite about sockets and timers.
@Suite(.serialized) struct ActivationConformanceSerialTests {
  /// A port that nobody has, for a moment at least.
  private func freePort() throws -> Int {
    let socket = OwnedFD(owning: socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let status = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(socket.raw, $0, size) == 0 && getsockname(socket.raw, $0, &size) == 0
      }
    }
    try #require(status)
    return Int(address.sin_port.byteSwapped)
  }

  @Test(arguments: Implementation.available)
  func connectionsStartTheService(_ implementation: Implementation) throws {
    try Bench.run(implementation) { bench in
      let place = "/run/\(bench.instance)"
      let path = bench.directories.prefix + place + "/deep/s"
      defer { shell("rm -rf \(bench.directories.prefix)\(place)") }
      let (port, local) = (try freePort(), try freePort())
      let service = bench.service("srv", perlAnswer) {
        $0.sockets = [
          SocketDefinition(name: "file", listenStream: place + "/deep/s", mode: 0o600),
          SocketDefinition(name: "name", listenStream: "@\(bench.instance)"),
          SocketDefinition(name: "port", listenStream: "\(port)"),
          SocketDefinition(name: "local", listenStream: "127.0.0.1:\(local)"),
        ]
      }
      #expect(service.activeUnits == service.activators && service.activators.count == 4)
      try bench.manager.setServices([service], of: bench.instance)
      #expect(try bench.manager.services(of: bench.instance) == [service.name])
      try bench.manager.enable(service.activeUnits)
      try bench.manager.start(service.activeUnits)
      // Again: they go on.
      try bench.manager.start(service.activeUnits)
      for status in try bench.manager.status(service.activeUnits) {
        #expect(status.activity == .active && status.isEnabled && status.mainPID == nil)
      }
      #expect(try bench.status("srv").activity == .inactive && bench.status("srv").isEnabled == false)
      let file = try #require(try Files.status(path))
      #expect(file.mode & 0o777 == 0o600 && file.kind == .socket)

      let first = try ask(path)
      #expect(first.prefix(2) == ["file", "own"])
      #expect(try bench.status("srv").mainPID.map(String.init) == first.last)
      #expect(try ask("@\(bench.instance)") == ["name"] + first.dropFirst())
      #expect(try ask("\(port)") == ["port"] + first.dropFirst())
      #expect(try ask("127.0.0.1:\(local)") == ["local"] + first.dropFirst())

      // Down, the sockets go on; the next connection has it up again.
      try bench.manager.stop([service.name])
      let second = try ask("@\(bench.instance)")
      #expect(second.count == 3 && second.last != first.last)
      kill(try #require(Int32(second[2])), SIGKILL)
      try bench.reaches("srv", .failed)
      let third = try ask(path)
      #expect(third.first == "file" && third.last != second.last)
      // Started by hand it gets them too.
      try bench.manager.stop([service.name])
      try bench.manager.start([service.name])
      #expect(try ask(path).last == bench.status("srv").mainPID.map(String.init))

      try bench.manager.stop(service.allUnits)
      #expect(try ask(path).first == "no:")
      #expect(try bench.status("srv").activity == .inactive)
      try bench.manager.disable(service.activeUnits)
      try bench.manager.setServices([], of: bench.instance)
      #expect(try bench.manager.status(service.allUnits).allSatisfy { !$0.isInstalled && !$0.isEnabled })
    }
  }

  @Test(arguments: Implementation.available)
  func aSocketThatCannotBeIsAnError(_ implementation: Implementation) throws {
    try Bench.run(implementation) { bench in
      let path = "/run/\(bench.instance)"
      try Files.makeDirectories(bench.directories.prefix + "/run", mode: 0o755)
      // A directory is in its place, which nobody removes.
      try Files.makeDirectories(bench.directories.prefix + path, mode: 0o755)
      defer { shell("rmdir \(bench.directories.prefix)\(path)") }
      let service = bench.service("srv", perlAnswer) {
        $0.sockets = [SocketDefinition(name: "file", listenStream: path)]
      }
      try bench.manager.setServices([service], of: bench.instance)
      #expect(throws: ServiceError.self) { try bench.manager.start(service.activeUnits) }
      #expect(try bench.manager.status(service.activeUnits).first?.activity == .failed)
    }
  }

  @Test(arguments: Implementation.available)
  func timersStartTheService(_ implementation: Implementation) throws {
    // The next minute of the supervisor's clock begins in two seconds.
    let second = Int64(time(nil)) % 60
    try Bench.run(implementation, clockError: 58 - second) { bench in
      let service = try bench.service("tick", "echo x >> $D/ticks") {
        $0.type = .oneshot
        $0.timer = try TimerDefinition(schedule: "0:00-24:00/1440", of: "x.tick")
      }
      let other = try bench.service("later", "touch $D/later") {
        $0.type = .oneshot
        $0.timer = try TimerDefinition(schedule: "sun5,3:17", of: "x.later")
      }
      try bench.manager.setServices([service, other], of: bench.instance)
      let timers = service.activeUnits + other.activeUnits
      #expect(timers.count == 2)
      try bench.manager.enable(timers)
      try bench.manager.start(timers)
      for status in try bench.manager.status(timers) { #expect(status.activity == .active && status.isEnabled) }
      #expect(try bench.status("tick").activity == .inactive)
      // systemd may be a minute late (systemd.timer(5), AccuracySec=).
      try eventually(within: implementation == .systemd ? 150 : 10, "it ticks") {
        access(bench.file("ticks"), F_OK) == 0
      }
      #expect(access(bench.file("later"), F_OK) != 0)
      try bench.manager.stop(timers)
      #expect(try bench.manager.status(timers).allSatisfy { $0.activity == .inactive })
      try bench.manager.disable(timers)
      try bench.manager.setServices([], of: bench.instance)
      #expect(try bench.manager.status(timers).allSatisfy { !$0.isInstalled })
    }
  }

  @Test(arguments: Implementation.available)
  func busServicesAreUpWhenTheyHaveTheirName(_ implementation: Implementation) throws {
    try Bench.run(implementation) { bench in
      let name = "org.snapd.test" + String(UInt32.random(in: 0...UInt32.max))
      try bench.withBus(letting: name) {
        let peer = Bench.program("bus-peer")
        let address = "--at \(bench.directories.systemBus)/system_bus_socket"
        func service(_ app: String, _ script: String) -> ServiceDefinition {
          bench.service(app, script) {
            $0.type = .dbus
            $0.busName = "\(name).\(app)"
            $0.startTimeout = .seconds(2)
          }
        }
        try bench.manager.setServices(
          [
            service("named", "while [ ! -e $D/go ]; do sleep 0.02; done; exec \(peer) \(address) own \(name).named"),
            service("nameless", "sleep 1000"), service("fails", "exit 3"),
          ], of: bench.instance)
        let ended = try Completion<Void>()
        let (manager, unit) = (bench.manager, bench.name("named"))
        try startThread(named: "starts") { ended.deliver(Result { try manager.start([unit]) }) }
        try bench.reaches("named", .activating)
        close(open(bench.file("go"), O_CREAT | O_WRONLY, 0o600))
        try ended.wait()
        #expect(try bench.status("named").activity == .active)
        // Again, at once: the name that the one before had is not taken for that of the next.
        unlink(bench.file("go"))
        let again = try Completion<Void>()
        try startThread(named: "restarts") { again.deliver(Result { try manager.restart([unit]) }) }
        try bench.reaches("named", .activating)
        usleep(100_000)
        #expect(try bench.status("named").activity == .activating)
        close(open(bench.file("go"), O_CREAT | O_WRONLY, 0o600))
        try again.wait()
        #expect(try bench.status("named").activity == .active)
        try bench.manager.stop([unit])

        #expect(throws: ServiceError.self) { try bench.manager.start([bench.name("nameless")]) }
        #expect(try bench.status("nameless").result == "timeout")
        #expect(throws: ServiceError.self) { try bench.manager.start([bench.name("fails")]) }
        #expect(try bench.status("fails").exitStatus == 3)
      }
    }
  }
}
