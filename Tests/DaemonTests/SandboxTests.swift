import HTTP
import Testing

@testable import Daemon

/// What this machine says of its confinement.
@Suite struct SandboxTests {
  @Test(arguments: [
    (true, 7, true, "strict"), (true, 6, true, "strict"), (true, 5, true, "partial"), (true, 0, true, "partial"),
    (false, 7, true, "partial"), (true, 7, false, "partial"), (false, 0, true, "none"),
  ])
  func confinement(filters: Bool, landlock: Int, namespaces: Bool, expected: String) {
    let confinement = Sandbox.Confinement(filters: filters, landlock: landlock, namespaces: namespaces)
    #expect(confinement.rawValue == expected)
  }

  /// A text from a request in a message begins no line of the log.
  @Test(arguments: ["a\r\nerror: forged", "a\nerror: forged", "a\u{1b}[2Kerror: forged"])
  func aLineOfTheLogIsOneLine(text: String) {
    #expect(DaemonLog.oneLine(text).utf8.allSatisfy { $0 >= 0x20 })
  }
}
