/// The program that answers for a control group's devices (`BPF_PROG_TYPE_CGROUP_DEVICE`, bpf(2)), in the kernel's
/// instructions, and the keys of the map that it looks into.
///
/// A key is nine bytes: `b` or `c`, then major and minor in native order; a minor of all ones stands for any. The
/// program looks for the device itself, then for any of its major number.
enum DeviceProgram {
  static let keySize = 9

  static func key(_ rule: DeviceRule) -> [UInt8] {
    var key = [rule.kind.rawValue]
    withUnsafeBytes(of: rule.major) { key += $0 }
    withUnsafeBytes(of: rule.minor ?? .max) { key += $0 }
    return key
  }

  /// Nil for what is no key.
  static func rule(_ key: [UInt8]) -> DeviceRule? {
    guard key.count == keySize, let kind = DeviceRule.Kind(rawValue: key[0]) else { return nil }
    return key.withUnsafeBytes { bytes in
      let major = bytes.loadUnaligned(fromByteOffset: 1, as: UInt32.self)
      let minor = bytes.loadUnaligned(fromByteOffset: 5, as: UInt32.self)
      return DeviceRule(kind, major: major, minor: minor == .max ? nil : minor)
    }
  }

  /// One `struct bpf_insn` (linux/bpf.h).
  private struct Instruction {
    var code: UInt8
    var destination: UInt8 = 0
    var source: UInt8 = 0
    var offset: Int16 = 0
    var immediate: Int32 = 0

    var bytes: [UInt8] {
      var bytes = [code, source << 4 | destination]
      withUnsafeBytes(of: offset) { bytes += $0 }
      withUnsafeBytes(of: immediate) { bytes += $0 }
      return bytes
    }
  }

  /// The program's bytes, for a map's descriptor.
  static func code(map: Int32) -> [UInt8] {
    // Names as in linux/filter.h; r10 is the frame, r1 first the context {access_type, major, minor}.
    func load(_ register: UInt8, _ offset: Int16) -> Instruction {
      Instruction(code: 0x61, destination: register, source: 1, offset: offset)
    }
    func store(_ register: UInt8, _ offset: Int16, byte: Bool = false) -> Instruction {
      Instruction(code: byte ? 0x73 : 0x63, destination: 10, source: register, offset: offset)
    }
    func set(_ register: UInt8, _ value: Int32) -> Instruction {
      Instruction(code: 0xb7, destination: register, immediate: value)
    }
    func jump(unless register: UInt8, _ value: Int32, _ count: Int16) -> Instruction {
      Instruction(code: 0x55, destination: register, offset: count, immediate: value)
    }
    let lookUp = [
      // The map's address: two instructions that the loader fills in.
      Instruction(code: 0x18, destination: 1, source: 1, immediate: map), Instruction(code: 0),
      Instruction(code: 0xbf, destination: 2, source: 10), Instruction(code: 0x07, destination: 2, immediate: -9),
      Instruction(code: 0x85, immediate: 1),
    ]
    let end = Instruction(code: 0x95)
    let program: [Instruction] =
      [
        // The key, at the frame's top: major and minor aligned, the kind before them.
        load(4, 4), store(4, -8), load(5, 8), store(5, -4), load(2, 0),
        Instruction(code: 0x57, destination: 2, immediate: 0xffff),
        // 1: block, 2: character; other kinds are none of ours.
        set(3, Int32(DeviceRule.Kind.block.rawValue)), Instruction(code: 0x15, destination: 2, offset: 4, immediate: 1),
        set(3, Int32(DeviceRule.Kind.character.rawValue)),
        Instruction(code: 0x15, destination: 2, offset: 2, immediate: 2), set(0, 0), end, store(3, -9, byte: true),
      ] + lookUp + [
        jump(unless: 0, 0, 9),
        // Any minor.
        Instruction(code: 0x62, destination: 10, offset: -4, immediate: -1),
      ] + lookUp + [jump(unless: 0, 0, 2), set(0, 0), end, set(0, 1), end]
    return program.flatMap(\.bytes)
  }
}
