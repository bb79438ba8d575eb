/// Runs a classic BPF program over one system call, as the kernel would: so that a test asks of a compiled filter what
/// it decides, and not what it looks like.
struct FilterMachine {
  struct Call {
    var arch: UInt32 = FilterMachine.x86_64
    var number: Int32
    var arguments: [UInt64] = []
  }

  static let x86_64: UInt32 = 0xC000_003E
  static let i386: UInt32 = 0x4000_0003
  static let allow: UInt32 = 0x7fff_0000
  static let log: UInt32 = 0x7ffc_0000
  static let killThread: UInt32 = 0

  static func errno(_ code: UInt32) -> UInt32 { 0x0005_0000 | code }

  enum Fault: Error { case badInstruction(UInt16, at: Int), ranOff, badLoad(UInt32) }

  static func run(_ program: [UInt8], _ call: Call) throws -> UInt32 {
    var data = [UInt8](repeating: 0, count: 64)
    withUnsafeBytes(of: call.number) { data.replaceSubrange(0..<4, with: $0) }
    withUnsafeBytes(of: call.arch) { data.replaceSubrange(4..<8, with: $0) }
    for (index, value) in call.arguments.enumerated() {
      withUnsafeBytes(of: value) { data.replaceSubrange(16 + index * 8..<24 + index * 8, with: $0) }
    }
    func load<T>(_ bytes: [UInt8], _ offset: Int, as type: T.Type) -> T where T: BitwiseCopyable {
      bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: offset, as: T.self) }
    }
    var accumulator: UInt32 = 0
    var memory = [UInt32](repeating: 0, count: 16)
    var counter = 0
    while counter * 8 + 8 <= program.count {
      let code = load(program, counter * 8, as: UInt16.self)
      let jumpTrue = Int(program[counter * 8 + 2])
      let jumpFalse = Int(program[counter * 8 + 3])
      let k = load(program, counter * 8 + 4, as: UInt32.self)
      counter += 1
      switch code {
      case 0x20:
        guard k <= 60, k % 4 == 0 else { throw Fault.badLoad(k) }
        accumulator = load(data, Int(k), as: UInt32.self)
      case 0x02: memory[Int(k)] = accumulator
      case 0x60: accumulator = memory[Int(k)]
      case 0x54: accumulator &= k
      case 0x05: counter += Int(k)
      case 0x15: counter += accumulator == k ? jumpTrue : jumpFalse
      case 0x25: counter += accumulator > k ? jumpTrue : jumpFalse
      case 0x35: counter += accumulator >= k ? jumpTrue : jumpFalse
      case 0x45: counter += accumulator & k != 0 ? jumpTrue : jumpFalse
      case 0x06: return k
      default: throw Fault.badInstruction(code, at: counter - 1)
      }
    }
    throw Fault.ranOff
  }
}
