/// Runs a classic BPF program over one system call, as the kernel would (Documentation/userspace-api/seccomp_filter):
/// what a compiled filter decides, and not what it looks like.
public struct FilterMachine {
  /// What a filter looks at (`struct seccomp_data`).
  public struct Call: Sendable {
    /// `AUDIT_ARCH_*`.
    public var arch: UInt32
    public var number: Int32
    /// At most six.
    public var arguments: [UInt64]

    public init(arch: UInt32 = FilterMachine.x86_64, number: Int32, arguments: [UInt64] = []) {
      self.arch = arch
      self.number = number
      self.arguments = arguments
    }
  }

  public static let x86_64: UInt32 = 0xC000_003E
  public static let i386: UInt32 = 0x4000_0003
  public static let allow: UInt32 = 0x7fff_0000
  public static let log: UInt32 = 0x7ffc_0000
  public static let killThread: UInt32 = 0

  /// The answer that lets the call fail with an error.
  public static func errno(_ code: UInt32) -> UInt32 { 0x0005_0000 | code }

  /// The error that an answer lets the call fail with; nil for other answers.
  public static func errno(of answer: UInt32) -> UInt32? {
    answer & 0xffff_0000 == 0x0005_0000 ? answer & 0xffff : nil
  }

  /// Why a program is none that the kernel would take.
  public enum Fault: Error { case badInstruction(UInt16, at: Int), ranOff, badLoad(UInt32) }

  /// The program's answer (`SECCOMP_RET_*`). Programs only jump forward, so it ends.
  ///
  /// - Parameter program: `struct sock_filter`s, eight bytes each.
  public static func run(_ program: [UInt8], _ call: Call) throws(Fault) -> UInt32 {
    var data = [UInt32](repeating: 0, count: 16)
    data[0] = UInt32(bitPattern: call.number)
    data[1] = call.arch
    for (index, value) in call.arguments.prefix(6).enumerated() {
      data[4 + index * 2] = UInt32(truncatingIfNeeded: value)
      data[5 + index * 2] = UInt32(truncatingIfNeeded: value >> 32)
    }
    var accumulator: UInt32 = 0
    var memory = [UInt32](repeating: 0, count: 16)
    var counter = 0
    while counter < program.count / 8 {
      let at = counter * 8
      let code = UInt16(program[at]) | UInt16(program[at + 1]) << 8
      let jumpTrue = Int(program[at + 2])
      let jumpFalse = Int(program[at + 3])
      let k = program[(at + 4)..<(at + 8)].reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
      counter += 1
      switch code {
      case 0x20:
        guard k <= 60, k % 4 == 0 else { throw .badLoad(k) }
        accumulator = data[Int(k / 4)]
      case 0x02, 0x60:
        guard k < 16 else { throw .badLoad(k) }
        if code == 0x02 { memory[Int(k)] = accumulator } else { accumulator = memory[Int(k)] }
      case 0x54: accumulator &= k
      case 0x05: counter += Int(k)
      case 0x15: counter += accumulator == k ? jumpTrue : jumpFalse
      case 0x25: counter += accumulator > k ? jumpTrue : jumpFalse
      case 0x35: counter += accumulator >= k ? jumpTrue : jumpFalse
      case 0x45: counter += accumulator & k != 0 ? jumpTrue : jumpFalse
      case 0x06: return k
      default: throw .badInstruction(code, at: counter - 1)
      }
    }
    throw .ranOff
  }
}
