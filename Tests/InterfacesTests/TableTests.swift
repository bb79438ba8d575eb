import Interfaces
import Testing

/// The builtin interfaces against the table of facts (`Tables/interfaces.csv`).
@Suite struct TableTests {
  @Test func everyInterfaceHasOneName() {
    #expect(Set(Interface.builtin.map(\.name)).count == Interface.builtin.count)
    #expect(Interface.builtin.count == 220)
  }
}
