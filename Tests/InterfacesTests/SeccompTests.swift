import Interfaces
import Linux
import Permissions
import Testing

/// The filters of all builtin interfaces, through libseccomp.
@Suite struct SeccompTests {
  @Test func everyInterfacesFilterCompiles() throws {
    var known: Set<[SyscallRule]> = []
    for interface in Interface.builtin {
      for (side, grants) in try AppArmorTests.grants(interface) {
        let source = try grants.filter(confinement: .strict, users: [])
        guard known.insert(source.rules).inserted else { continue }
        let text = source.text()
        #expect(try SeccompCompiler.Source(text) == source, "\(interface.name) \(side)")
        #expect(throws: Never.self, "\(interface.name) \(side)") { try SeccompCompiler().compile(text) }
      }
    }
  }

  /// Each line of the table of facts is one of the language, and a filter.
  @Test func everyLineOfTheTableCompiles() throws {
    let table = String(#filePath.prefix(through: #filePath.lastIndex(of: "/") ?? #filePath.startIndex))
    let bytes = try Files.read(table + "Tables/interface-access.tsv", limit: 1 << 20)
    var lines: Set<String> = []
    for row in String(decoding: bytes, as: UTF8.self).split(separator: "\n").dropFirst() {
      let fields = row.split(separator: "\t", omittingEmptySubsequences: false)
      guard fields.count >= 5, fields[2] == "syscall" else { continue }
      lines.insert(fields[4] == "any" ? String(fields[3]) : "\(fields[3]) \(fields[4])")
    }
    #expect(lines.count > 100)
    for line in lines where !line.contains("###") && !line.contains("{{") {
      #expect(throws: Never.self, "\(line)") { try SeccompCompiler().compile(line) }
    }
  }
}
