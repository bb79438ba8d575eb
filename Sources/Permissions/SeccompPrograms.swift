/// Two seccomp programs, as arrays of the kernel's `struct sock_filter` (8 bytes an instruction, native order).
///
/// The launcher loads `deny` first, then `allow`: the kernel runs both and takes the stricter answer.
public struct SeccompPrograms: Hashable, Sendable {
  /// `sock_filter` records that refuse; loaded first.
  public var deny: [UInt8]
  /// `sock_filter` records that allow; loaded second.
  public var allow: [UInt8]
  /// No filter at all; both programs are empty.
  public var unrestricted: Bool

  public init(deny: [UInt8], allow: [UInt8], unrestricted: Bool = false) {
    self.deny = deny
    self.allow = allow
    self.unrestricted = unrestricted
  }

  /// The programs of something that is not filtered.
  public static let none = SeccompPrograms(deny: [], allow: [], unrestricted: true)

  /// The longest program that the kernel loads: 4096 instructions.
  public static let programLimit = 32768
  static let headerSize = 128
}

// The `.bin2` format (`spec/confinement.md` §6): 128 bytes of header in native order, then both programs.
//   0 "SC"   2 version (1)   3 flags (bit 0: unrestricted)   4 zero   8 u32 length of allow   12 u32 length of deny
extension SeccompPrograms {
  /// The `.bin2` form.
  public func encoded() -> [UInt8] {
    var header = [UInt8](repeating: 0, count: Self.headerSize)
    header[0] = UInt8(ascii: "S")
    header[1] = UInt8(ascii: "C")
    header[2] = 1
    header[3] = unrestricted ? 1 : 0
    withUnsafeBytes(of: UInt32(allow.count)) { header.replaceSubrange(8..<12, with: $0) }
    withUnsafeBytes(of: UInt32(deny.count)) { header.replaceSubrange(12..<16, with: $0) }
    return header + allow + deny
  }

  /// Reads the `.bin2` form. Every length is checked before it is used.
  public init(decoding bytes: [UInt8]) throws(SeccompError) {
    guard bytes.count >= Self.headerSize else { throw .malformed("file is shorter than its header") }
    guard bytes[0] == UInt8(ascii: "S"), bytes[1] == UInt8(ascii: "C") else { throw .malformed("wrong magic") }
    guard bytes[2] == 1 else { throw .malformed("unknown version \(bytes[2])") }
    guard bytes[3] & ~1 == 0 else { throw .malformed("unknown flags") }
    func length(at offset: Int) -> Int {
      Int(bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: offset, as: UInt32.self) })
    }
    let allowLength = length(at: 8)
    let denyLength = length(at: 12)
    for length in [allowLength, denyLength] {
      guard length <= Self.programLimit else { throw .tooLong(bytes: length) }
      guard length % 8 == 0 else { throw .malformed("program length \(length) is not a multiple of 8") }
    }
    guard bytes.count == Self.headerSize + allowLength + denyLength else {
      throw .malformed("file size does not match its header")
    }
    let unrestricted = bytes[3] == 1
    guard unrestricted ? allowLength + denyLength == 0 : allowLength > 0 && denyLength > 0 else {
      throw .malformed(unrestricted ? "unrestricted, yet it has a program" : "a program is missing")
    }
    let middle = Self.headerSize + allowLength
    self.init(
      deny: Array(bytes[middle...]), allow: Array(bytes[Self.headerSize..<middle]), unrestricted: unrestricted)
  }
}
