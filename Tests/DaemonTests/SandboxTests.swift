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
}
