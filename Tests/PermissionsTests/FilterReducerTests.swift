import Testing

@testable import Permissions

/// Reduced programs decide what the given ones decide: asked of both, call by call.
struct FilterReducerTests {
  /// Instructions as (code, yes, no, constant).
  static func program(_ instructions: [(UInt16, UInt8, UInt8, UInt32)]) -> [UInt8] {
    var bytes: [UInt8] = []
    for (code, yes, no, constant) in instructions {
      FilterInstruction(code: code, yes: yes, no: no, constant: constant).append(to: &bytes)
    }
    return bytes
  }

  /// As many answers by number as there are numbers, in a row of comparisons, as an old libseccomp has it.
  static func row(_ count: UInt32, _ answer: (UInt32) -> UInt32) -> [UInt8] {
    var instructions: [(UInt16, UInt8, UInt8, UInt32)] = [(0x20, 0, 0, 0)]
    for number in 0..<count { instructions += [(0x15, 0, 1, number), (0x06, 0, 0, answer(number))] }
    return program(instructions + [(0x06, 0, 0, FilterMachine.errno(1))])
  }

  /// Every value that the program compares with, and its neighbours.
  static func interesting(_ program: [UInt8]) -> [UInt32] {
    let constants = (FilterInstruction.list(program) ?? []).filter { $0.code & 7 == 5 || $0.code == 0x54 }
    return Set(constants.flatMap { [$0.constant, $0.constant &- 1, $0.constant &+ 1] } + [0, .max]).sorted()
  }

  static func agree(_ one: [UInt8], _ other: [UInt8], numbers: [UInt32], arguments: [UInt64]) throws {
    for architecture in [FilterMachine.x86_64, FilterMachine.i386, 0, 0xC000_00B7] {
      for number in numbers {
        for (index, value) in arguments.enumerated() {
          // The same value everywhere, and in one place alone.
          for values in [Array(repeating: value, count: 6), (0..<6).map { $0 == index % 6 ? value : 0 }] {
            let call = FilterMachine.Call(
              arch: architecture, number: Int32(bitPattern: number), arguments: values)
            let (expected, answer) = (try FilterMachine.run(one, call), try FilterMachine.run(other, call))
            if expected != answer { Issue.record("\(call): \(answer), not \(expected)") }
          }
        }
      }
    }
  }

  @Test func numbersDecidedAlikeAreOneRange() throws {
    let all = Self.row(300) { _ in FilterMachine.allow }
    let reduced = FilterReducer.reduced(all)
    #expect(reduced.count <= 5 * 8)
    try Self.agree(all, reduced, numbers: Array(0..<302) + [.max], arguments: [0])
    // Different answers everywhere, with jumps beyond 255 instructions.
    let mixed = Self.row(700) { FilterMachine.errno($0 % 7) }
    let shorter = FilterReducer.reduced(mixed)
    #expect(shorter.count < mixed.count)
    try Self.agree(mixed, shorter, numbers: Array(0..<702) + [.max], arguments: [0])
  }

  @Test(
    arguments: [
      // Loads from beyond the record, arithmetic, a length, the instruction pointer, a masked number, no end, half a record.
      [(0x20, 0, 0, 64), (0x06, 0, 0, 0)], [(0x04, 0, 0, 1), (0x06, 0, 0, 0)], [(0x80, 0, 0, 0), (0x06, 0, 0, 0)],
      [(0x20, 0, 0, 8), (0x15, 0, 0, 1), (0x06, 0, 0, 0)],
      [(0x20, 0, 0, 0), (0x54, 0, 0, 7), (0x15, 0, 0, 1), (0x06, 0, 0, 0)],
      [(0x20, 0, 0, 0)], [(0x20, 0, 0, 0), (0x45, 0, 0, 1), (0x06, 0, 0, 0)],
      [(0x60, 0, 0, 16), (0x06, 0, 0, 0)], [],
    ] as [[(UInt16, UInt8, UInt8, UInt32)]]) func whatIsNotUnderstoodStays(
      instructions: [(UInt16, UInt8, UInt8, UInt32)]
    )
  {
    let program = Self.program(instructions)
    #expect(FilterReducer.reduced(program) == program)
    #expect(FilterReducer.reduced(program + [0]) == program + [0])
  }

  @Test func theTemplatesAreReducedToTheSame() throws {
    var networked = PermissionSet.network
    networked.formUnion(.networkBind)
    for grants in [PermissionSet(), networked] {
      let source = try grants.filter(users: [.daemon])
      let given = try SeccompCompiler(reduces: false).compile(source)
      let reduced = try SeccompCompiler().compile(source)
      #expect(reduced.allow.count * 2 < given.allow.count)
      #expect(reduced.deny.count < given.deny.count)
      for (program, shorter) in [(given.allow, reduced.allow), (given.deny, reduced.deny)] {
        let constants = Self.interesting(program)
        let numbers = constants.filter { $0 < 1024 || $0 >= 0x3fff_ffff }
        let arguments = constants.map(UInt64.init) + [1 << 32, 1 << 32 | 21522, .max, 0xffff_ffff_0000_0000]
        try Self.agree(
          program, shorter, numbers: numbers, arguments: arguments.filter { $0 % 7 == 0 || $0 < 48 || $0 > 1024 })
      }
    }
  }
}
