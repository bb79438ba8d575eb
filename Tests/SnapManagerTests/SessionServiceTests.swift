import Host
import Linux
import MachineSupport
import Overlord
import SessionAgents
import Snap
import State
import TestSupport
import Testing

@testable import SnapManager

/// Services of users' sessions in operations on their snap; what sessions do with them is UserSession's.
@Suite struct SessionServiceSerialTests {
  /// A snap with two services for sessions, one of which begins switched off.
  private static func source(_ version: String) -> SnapSource {
    var source = SnapSource("hello", version: version)
    source.services = ["a": "daemon-scope: user", "b": "daemon-scope: user\n    install-mode: disable"]
    return source
  }

  @Test func overOperations() async throws {
    try await Machine.with { machine in
      let hello = try InstanceName("hello")
      let services = machine.snaps.userServices
      func enabled() throws -> [String] { try services.enabled(of: "hello").sorted() }
      try await machine.install(machine.pack(Self.source("1")))
      #expect(try services.services(of: "hello") == ["snap.hello.a.service", "snap.hello.b.service"])
      #expect(try enabled() == ["snap.hello.a.service"])
      #expect(try machine.overlord.services.services(of: "hello") == [])
      // What is done for all sessions lasts over a refresh, and over being disabled.
      for (verb, name) in [(ServiceAction.Verb.start, "hello.b"), (.stop, "hello.a")] {
        let request = ServiceRequest(verb, [name], enables: true, disables: true, scopes: [.user], users: .all)
        let change = try machine.snaps.controlServices(request, caller: 0)
        #expect(try await machine.end(of: change) == .done, "\(machine.errorText(of: change))")
      }
      #expect(try enabled() == ["snap.hello.b.service"])
      try await machine.install(machine.pack(Self.source("2")))
      #expect(try enabled() == ["snap.hello.b.service"])
      try await machine.end(of: machine.snaps.disable(hello))
      #expect(try services.services(of: "hello") == [])
      try await machine.end(of: machine.snaps.enable(hello))
      #expect(try enabled() == ["snap.hello.b.service"])
      // A refresh that fails leaves all as it was.
      var broken = Self.source("3")
      broken.hooks["configure"] = "exit 1"
      let change = try machine.installing([machine.pack(broken)])
      #expect(try await machine.end(of: change) == .error)
      #expect(try enabled() == ["snap.hello.b.service"])
      #expect(try machine.snaps.inconsistencies() == [])
      // Somebody without a session is told so.
      let request = ServiceRequest(.start, ["hello.a"], scopes: [.user], users: .own)
      let refused = try machine.snaps.controlServices(request, caller: 61_234)
      #expect(try await machine.end(of: refused) == .error)
      #expect(machine.errorText(of: refused).contains("cannot find a session agent of user 61234"))
      try await machine.end(of: machine.snaps.remove([hello]))
      #expect(try services.services(of: "hello") == [] && machine.snaps.inconsistencies() == [])
    }
  }
}
