internal import ByteText
/// One line of the audit log (`type=1326 audit(1763742000.123:45): pid=1 comm="x" …`), as its fields.
///
/// The kernel's ring buffer, the audit daemon's file and the journal write the same line with other beginnings. Texts
/// that a program may choose are quoted, or in hexadecimal when they hold quotes, spaces or bytes beyond ASCII
/// (`audit_log_untrustedstring`).
public struct AuditLine: Equatable, Sendable {
  /// The record's type: 1326 for seccomp, 1400 for AppArmor, 1423 and 1424 for Landlock.
  public var type: Int
  /// Seconds since 1970; nil when the line does not say.
  public var time: Double?
  /// What belongs to one event has one number.
  public var serial: UInt64?
  public var fields: [String: String] = [:]

  /// Bounds on one line: what is longer is no record of the kernel's.
  enum Limit {
    static let line = 16_384
    static let fields = 128
  }

  /// Names that the audit daemon and the journal give to types.
  private static let names: [String: Int] = [
    "SECCOMP": 1326, "AVC": 1400, "APPARMOR_DENIED": 1503, "SYSCALL": 1300, "LANDLOCK_ACCESS": 1423,
    "LANDLOCK_DOMAIN": 1424, "AUDIT1423": 1423, "AUDIT1424": 1424, "AUDIT1326": 1326, "AUDIT1400": 1400,
  ]

  /// Fields whose text a program chose: the kernel writes them in hexadecimal when they are not plain.
  private static let untrusted: Set<String> = [
    "comm", "exe", "path", "name", "ocomm", "srcname", "target", "addr", "peer_addr", "profile", "peer",
  ]

  /// Nil when the line is no audit record.
  public init?(_ text: some StringProtocol) {
    guard text.utf8.count <= Limit.line else { return nil }
    var bytes = Array(text.utf8)[...]
    while let last = bytes.last, last <= 0x20 { bytes.removeLast() }
    guard let found = Self.type(&bytes) else { return nil }
    type = found
    if let open = Self.range(of: "audit(", in: bytes.prefix(64)) {
      let inside = bytes[open.upperBound...]
      guard let close = inside.prefix(64).firstIndex(of: UInt8(ascii: ")")) else { return nil }
      let parts = inside[..<close].split(separator: UInt8(ascii: ":"))
      time = parts.first.flatMap { Double(String(decoding: $0, as: UTF8.self)) }.flatMap { $0.isFinite ? $0 : nil }
      if parts.count > 1 { serial = UInt64(String(decoding: parts[1], as: UTF8.self)) }
      bytes = bytes[(close + 1)...]
      if bytes.first == UInt8(ascii: ":") { bytes.removeFirst() }
    }
    read(bytes)
  }

  /// The record's type, by number or name, at the line's beginning or behind the ring buffer's `audit: `.
  private static func type(_ bytes: inout ArraySlice<UInt8>) -> Int? {
    if let start = range(of: "type=", in: bytes.prefix(256)) {
      let rest = bytes[start.upperBound...]
      let end = rest.firstIndex(of: UInt8(ascii: " ")) ?? rest.endIndex
      var word = String(decoding: rest[..<end].prefix(32), as: UTF8.self)
      bytes = rest[end...]
      if word.hasBytePrefix("UNKNOWN["), word.hasByteSuffix("]") { word = String(word.dropFirst(8).dropLast()) }
      return Int(word) ?? names[word]
    }
    // The journal: `SECCOMP auid=…`.
    let end = bytes.firstIndex(of: UInt8(ascii: " ")) ?? bytes.endIndex
    guard let number = names[String(decoding: bytes[..<end].prefix(32), as: UTF8.self)] else { return nil }
    bytes = bytes[end...]
    return number
  }

  private static func range(of text: StaticString, in bytes: ArraySlice<UInt8>) -> Range<Int>? {
    let wanted = Array(text.description.utf8)
    guard bytes.count >= wanted.count else { return nil }
    for start in bytes.startIndex...(bytes.endIndex - wanted.count)
    where bytes[start..<(start + wanted.count)].elementsEqual(wanted) {
      return start..<(start + wanted.count)
    }
    return nil
  }

  /// `key=value key="text with spaces" …`; the first of two fields with one name counts.
  private mutating func read(_ bytes: ArraySlice<UInt8>) {
    var index = bytes.startIndex
    while index < bytes.endIndex, fields.count < Limit.fields {
      // What is appended for people behind a group separator says everything again.
      if bytes[index] == 0x1d { return }
      guard bytes[index] > 0x20 else {
        index += 1
        continue
      }
      let start = index
      while index < bytes.endIndex, bytes[index] > 0x20, bytes[index] != UInt8(ascii: "=") { index += 1 }
      guard index < bytes.endIndex, bytes[index] == UInt8(ascii: "=") else { continue }
      let key = String(decoding: bytes[start..<index], as: UTF8.self)
      index += 1
      let value: String
      if index < bytes.endIndex, bytes[index] == UInt8(ascii: "\"") {
        let end = bytes[(index + 1)...].firstIndex(of: UInt8(ascii: "\"")) ?? bytes.endIndex
        value = String(decoding: bytes[(index + 1)..<end], as: UTF8.self)
        index = min(end + 1, bytes.endIndex)
      } else {
        let begin = index
        while index < bytes.endIndex, bytes[index] > 0x20, bytes[index] != 0x1d { index += 1 }
        let plain = bytes[begin..<index]
        value = Self.untrusted.contains(key) ? Self.unhex(plain) : String(decoding: plain, as: UTF8.self)
      }
      if fields[key] == nil { fields[key] = value }
    }
  }

  /// A text in hexadecimal; NUL bytes of abstract addresses become `@`.
  private static func unhex(_ bytes: ArraySlice<UInt8>) -> String {
    guard bytes.count >= 2, bytes.count % 2 == 0 else { return String(decoding: bytes, as: UTF8.self) }
    var result: [UInt8] = []
    var index = bytes.startIndex
    while index < bytes.endIndex {
      guard let high = digit(bytes[index]), let low = digit(bytes[index + 1]) else {
        return String(decoding: bytes, as: UTF8.self)
      }
      result.append(high << 4 | low)
      index += 2
    }
    while result.count > 1, result.last == 0 { result.removeLast() }
    return String(decoding: result.map { $0 == 0 ? UInt8(ascii: "@") : $0 }, as: UTF8.self)
  }

  /// Upper case only: that is how the kernel writes it, and so a plain `cafe` is no text in hexadecimal.
  private static func digit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}
