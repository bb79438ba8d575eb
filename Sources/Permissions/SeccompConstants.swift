internal import CSeccomp

/// The C constants that a filter line may name, with this architecture's values.
enum SeccompConstants {
  private static let table: [String: UInt64] = {
    var table: [String: UInt64] = [:]
    var name: UnsafePointer<CChar>?
    var value: UInt64 = 0
    var index: UInt32 = 0
    while cs_constant_at(index, &name, &value) != 0 {
      if let name { table[String(cString: name)] = value }
      index += 1
    }
    return table
  }()

  static func value(of name: String) -> UInt64? { table[name] }
  static var names: [String] { table.keys.sorted() }
}
