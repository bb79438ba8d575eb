import Linux
import Testing

@testable import SnapProcesses

@Suite struct SnapProcessTests {
  @Test(
    arguments: [
      ("snap.foo.bar", SnapProcess(instance: "foo", app: "bar")),
      ("snap.foo_x.hook.install", SnapProcess(instance: "foo_x")),
      ("snap.foo", nil), ("snap..bar", nil), ("snap.foo.", nil), ("other.foo.bar", nil), ("snap.foo.bar.baz", nil),
      ("", nil),
    ] as [(String, SnapProcess?)])
  func tags(_ text: String, _ expected: SnapProcess?) { #expect(SnapProcesses.tag(text) == expected) }

  /// Processes of the machine are no snap's, nor are numbers that nobody has.
  @Test func strangers() {
    let processes = SnapProcesses()
    for pid in [ProcessTable.own, ProcessTable.parent(of: ProcessTable.own) ?? 1, 0, -1, .max] {
      #expect(processes.owner(of: pid) == nil)
    }
    #expect(ProcessTable.arguments(of: ProcessTable.own)?.isEmpty == false)
  }
}
