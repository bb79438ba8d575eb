internal import ByteText
internal import CCurl
internal import Glibc

/// A store may lead to other machines, but not to the one that asks: what listens there for its own users only would be
/// asked by root. A store that is on this machine itself may.
extension WebAddress {
  /// Whether the host is this machine by what it is called. Others may turn out to be so when they are looked up.
  var isThisMachine: Bool {
    let name = host.hasByteSuffix(".") ? String(host.dropLast()) : host
    if name.hasSameBytes(as: "localhost") || name.hasByteSuffix(".localhost") { return true }
    var four = in_addr()
    // As libcurl reads numbers: 127.1, 2130706433, 0x7f000001.
    if inet_aton(name, &four) != 0 { return Self.isThisMachine(UInt32(bigEndian: four.s_addr)) }
    var six = in6_addr()
    guard name.hasBytePrefix("["), inet_pton(AF_INET6, String(name.dropFirst().dropLast()), &six) == 1 else {
      return false
    }
    return Self.isThisMachine(withUnsafeBytes(of: six) { Array($0) })
  }

  /// Whether an address of the socket family is this machine.
  static func isThisMachine(_ address: UnsafeRawBufferPointer) -> Bool {
    guard address.count >= MemoryLayout<sockaddr>.size else { return false }
    switch Int32(address.loadUnaligned(as: sa_family_t.self)) {
    case AF_INET where address.count >= MemoryLayout<sockaddr_in>.size:
      return isThisMachine(UInt32(bigEndian: address.loadUnaligned(as: sockaddr_in.self).sin_addr.s_addr))
    case AF_INET6 where address.count >= MemoryLayout<sockaddr_in6>.size:
      return isThisMachine(withUnsafeBytes(of: address.loadUnaligned(as: sockaddr_in6.self).sin6_addr) { Array($0) })
    default: return false
    }
  }

  /// 127.0.0.0/8, and 0.0.0.0/8, which is connected to as if it were.
  private static func isThisMachine(_ four: UInt32) -> Bool { four >> 24 == 127 || four >> 24 == 0 }

  /// `::1`, `::`, and the addresses of IPv4 in those of IPv6.
  private static func isThisMachine(_ six: [UInt8]) -> Bool {
    let four = six[12...].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    if six[..<12].allSatisfy({ $0 == 0 }) { return four <= 1 || isThisMachine(four) }
    return six[..<10].allSatisfy { $0 == 0 } && six[10] == 0xFF && six[11] == 0xFF && isThisMachine(four)
  }
}

extension Web {
  /// Has libcurl make no connection to this machine, whatever a name turns out to be.
  static func refuseThisMachine(_ curl: UnsafeMutableRawPointer, _ exchange: UnsafeMutableRawPointer) {
    cu_set_pointer(curl, CURLOPT_OPENSOCKETDATA, exchange)
    cu_set_socket_callback(curl) { context, _, address in
      guard let context, let address, let offset = MemoryLayout<curl_sockaddr>.offset(of: \.addr) else { return -1 }
      // libcurl keeps the whole address there, which may be larger than the type says.
      let known = min(Int(address.pointee.addrlen), MemoryLayout<sockaddr_storage>.size)
      let bytes = UnsafeRawBufferPointer(start: UnsafeRawPointer(address) + offset, count: known)
      guard !WebAddress.isThisMachine(bytes) else {
        Unmanaged<WebExchange>.fromOpaque(context).takeUnretainedValue().refuseThisMachine()
        return -1
      }
      let kind = address.pointee.socktype | Int32(SOCK_CLOEXEC.rawValue)
      return socket(address.pointee.family, kind, address.pointee.protocol)
    }
  }
}
