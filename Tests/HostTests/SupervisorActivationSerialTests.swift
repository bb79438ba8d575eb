import Glibc
import Linux
import TestSupport
import Testing
import Time

@testable import Host

/// Sockets and timers of the supervisor over the life of a daemon.
@Suite(.serialized) struct SupervisorActivationSerialTests {
  typealias House = SupervisorSerialTests.House

  private func run(_ body: (House) throws -> Void) throws {
    let house = try House()
    defer { try? house.supervisor.shutdown(stoppingServices: true) }
    try body(house)
  }

  /// Processes that hold sockets for this house's daemons: each record names one.
  private func holders(_ house: House) throws -> [Int32] {
    try Files.list(house.recordFolder).filter { $0.hasSuffix(".socket.json") }.compactMap {
      try RecordFile.read(SocketRecord.self, at: house.recordFolder + "/" + $0)?.holder
    }
  }

  @Test func connectionsWaitForTheNextDaemon() throws {
    try run { house in
      try house.define("act", perlAnswer) { $0.sockets = [SocketDefinition(name: "s", listenStream: "/run/act/s")] }
      let sockets = ["snap.act.srv.s.socket"]
      let path = house.directories.prefix + "/run/act/s"
      try house.supervisor.enable(sockets)
      try house.restartDaemon()
      // Enabled, it begins with the machine; its service does not.
      try house.supervisor.startEnabled()
      #expect(try house.status("act").activity == .inactive)
      try house.restartDaemon {
        shell(
          "(perl -e 'use IO::Socket::UNIX; $s=IO::Socket::UNIX->new(Peer=>$ARGV[0]); print <$s>' \(path) "
            + ">\(house.directory.path)/early 2>&1) &")
        // It is connected before there is a daemon.
        try eventually("somebody waits") { content("/proc/net/unix").contains(path + "\n") }
      }
      try eventually("who waited is answered") { content(house.directory.path + "/early").hasPrefix("s own ") }
      let pid = try house.pid("act")
      // One that runs is taken over with the socket that it has.
      try house.restartDaemon {
        let answer = try ask(path)
        #expect(answer.last == String(pid))
      }
      #expect(try house.pid("act") == pid)
      #expect(try ask(path).last == String(pid))
      try house.supervisor.stop([house.name("act")])
      #expect(try ask(path).first == "s")

      // Whoever held it was killed as well: it is made anew.
      try house.supervisor.stop([house.name("act")])
      let before = try holders(house)
      #expect(before.count == 1)
      try house.restartDaemon {
        for holder in before {
          kill(holder, SIGKILL)
          try eventually("the holder is gone") { waitpid(holder, nil, 0) != 0 && !isAlive(holder) }
        }
      }
      #expect(try ask(path).first == "s")
      // Killed while the daemon lives, there is another one.
      let held = try holders(house)
      for holder in held { kill(holder, SIGKILL) }
      try eventually("another holder") { try holders(house) != held && !holders(house).contains { !isAlive($0) } }
      let last = try holders(house)
      try house.supervisor.stop(sockets + [house.name("act")])
      #expect(try holders(house).isEmpty && !last.contains(where: isAlive))
    }
  }

  @Test func aServiceThatDiesOfEachConnectionIsSlowedDown() throws {
    try run { house in
      try house.define("dies", "echo x >> $D/count; exit 1") {
        $0.sockets = [SocketDefinition(name: "s", listenStream: "/run/dies/s")]
      }
      try house.supervisor.start(["snap.dies.srv.s.socket"])
      let path = house.directories.prefix + "/run/dies/s"
      shell("(perl -e 'use IO::Socket::UNIX; $s=IO::Socket::UNIX->new(Peer=>$ARGV[0]); sleep 3' \(path)) &")
      try eventually("five starts") { content(house.directory.path + "/count").utf8.count >= 10 }
      usleep(400_000)
      #expect(content(house.directory.path + "/count").utf8.count == 10)
      try house.supervisor.stop(["snap.dies.srv.s.socket"])
    }
  }

  @Test func timersGoOnWithTheNextDaemon() throws {
    try run { house in
      let minute = Int64(time(nil)) % 60
      try house.restartDaemon(clockError: 10 - minute)
      try house.define("tick", "echo x >> $D/ticks") {
        $0.type = .oneshot
        $0.timer = try TimerDefinition(schedule: "0:00-24:00/1440", of: "x.tick")
      }
      let ticks = house.directory.path + "/ticks"
      try house.supervisor.start(["snap.tick.srv.timer"])
      // Nothing is due yet, and nothing is because of another daemon.
      try house.restartDaemon(clockError: 12 - minute)
      #expect(try house.supervisor.status(["snap.tick.srv.timer"]).first?.activity == .active)
      #expect(content(ticks).isEmpty)
      // What came due while there was no daemon is made up for, once.
      try house.restartDaemon(clockError: 10 - minute + 300)
      try eventually("it ticks") { content(ticks) == "x\n" }
      try eventually("it is done") { try house.status("tick").activity == .inactive }
      // The clock was put back by an hour: it does not wait for the hour to pass again.
      try house.restartDaemon(clockError: 58 - Int64(time(nil)) % 60 - 3600)
      try eventually("it ticks again") { content(ticks).utf8.count == 4 }
    }
  }

  /// The snap's directory is full of traps.
  @Test func socketsAreNotMadeThroughLinks() throws {
    try run { house in
      let root = house.directories.prefix
      try Files.makeDirectories(root + "/run/trap", mode: 0o755)
      try Files.makeDirectories(root + "/elsewhere", mode: 0o755)
      try Files.replaceSymlink(at: root + "/run/trap/dir", target: root + "/elsewhere")
      try Files.writeAtomically([1], to: root + "/elsewhere/file", mode: 0o600)
      try Files.replaceSymlink(at: root + "/run/trap/s", target: root + "/elsewhere/file")
      for path in ["/run/trap/dir/s", "/run/trap/s", "/run/trap/../s", "/run/trap/dir/../../elsewhere/t"] {
        let address = try ListenAddress(path, places: { _ in nil })
        #expect(throws: SyscallError.self, "\(path)") { _ = try address.listen(mode: 0o777, prefix: root).raw }
      }
      #expect(try Files.list(root + "/elsewhere") == ["file"])
      #expect(try Files.status(root + "/elsewhere/file")?.mode == 0o600)
    }
  }

  @Test func addresses() throws {
    let places: (UserPlace) -> String? = { $0 == .home ? "/home/u" : nil }
    #expect(try ListenAddress("%h/snap/x/1/s", places: places) == .path("/home/u/snap/x/1/s"))
    #expect(try ListenAddress("/a%b", places: places) == .path("/a%b"))
    #expect(try ListenAddress("@snap.x.y", places: places) == .abstract("snap.x.y"))
    #expect(try ListenAddress("80", places: places) == .port(80, address: nil))
    #expect(try ListenAddress("127.0.0.1:80", places: places) == .port(80, address: "127.0.0.1"))
    #expect(try ListenAddress("[::1]:80", places: places) == .port(80, address: "::1"))
    for text in ["", "x", "0", "65536", "127.0.0.1:", "%t/s", "-1"] {
      #expect(throws: ServiceError.self) { try ListenAddress(text, places: places) }
    }
  }
}
