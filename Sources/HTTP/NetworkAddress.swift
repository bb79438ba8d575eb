internal import Glibc

/// An address of the Internet protocol, of either version; one of version 4 that is written as one of version 6
/// (`::ffff:1.2.3.4`) is the one of version 4.
public struct NetworkAddress: Hashable, Sendable, CustomStringConvertible {
  /// 4 or 16 bytes in the network's order.
  public let bytes: [UInt8]

  private init?(bytes: some Collection<UInt8>) {
    let all = Array(bytes)
    switch all.count {
    case 4: self.bytes = all
    case 16:
      let mapped = all.prefix(10).allSatisfy { $0 == 0 } && all[10] == 0xFF && all[11] == 0xFF
      self.bytes = mapped ? Array(all[12...]) : all
    default: return nil
    }
  }

  /// Reads `192.0.2.1` or `2001:db8::1`, the latter also in brackets.
  public init?(_ text: some StringProtocol) {
    var text = Substring(text)
    if text.utf8.first == UInt8(ascii: "["), text.utf8.last == UInt8(ascii: "]") { text = text.dropFirst().dropLast() }
    guard !text.utf8.contains(0), text.utf8.count < 64 else { return nil }
    var room = [UInt8](repeating: 0, count: 16)
    if inet_pton(AF_INET, String(text), &room) == 1 {
      self.init(bytes: room.prefix(4))
    } else if inet_pton(AF_INET6, String(text), &room) == 1 {
      self.init(bytes: room)
    } else {
      return nil
    }
  }

  public var description: String {
    var room = [CChar](repeating: 0, count: 64)
    let family = bytes.count == 4 ? AF_INET : AF_INET6
    guard inet_ntop(family, bytes, &room, socklen_t(room.count)) != nil else { return "?" }
    return String(decoding: room.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// What one client has: an address of version 4, a network of 64 bits of version 6.
  public var client: [UInt8] { bytes.count == 4 ? bytes : Array(bytes.prefix(8)) }
}
