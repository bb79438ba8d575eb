/// Writes the fields of a plan: integers little-endian, text and lists with a length of four bytes before them.
struct PlanWriter {
  private(set) var bytes: [UInt8] = []

  mutating func integer<T: FixedWidthInteger>(_ value: T) {
    for index in 0..<(T.bitWidth / 8) { bytes.append(UInt8(truncatingIfNeeded: value >> (index * 8))) }
  }

  mutating func data(_ value: [UInt8]) {
    integer(UInt32(truncatingIfNeeded: value.count))
    bytes.append(contentsOf: value)
  }

  /// What is in the file's form already.
  mutating func append(_ value: [UInt8]) { bytes.append(contentsOf: value) }

  mutating func text(_ value: String) {
    integer(UInt32(truncatingIfNeeded: value.utf8.count))
    bytes.append(contentsOf: value.utf8)
  }

  mutating func texts(_ values: [String]) {
    integer(UInt32(truncatingIfNeeded: values.count))
    for value in values { text(value) }
  }

  mutating func variables(_ values: [LaunchPlan.Variable]) {
    integer(UInt32(truncatingIfNeeded: values.count))
    for value in values {
      text(value.key)
      text(value.value)
    }
  }
}

/// Reads what ``PlanWriter`` wrote. Every read is checked against the end and the limits: no bytes make it trap, or
/// take more memory than a few times the file's size.
struct PlanReader {
  private let bytes: [UInt8]
  private(set) var position: Int

  init(_ bytes: [UInt8], at position: Int) {
    self.bytes = bytes
    self.position = position
  }

  var remaining: Int { bytes.count - position }

  mutating func integer<T: FixedWidthInteger>(
    _ type: T.Type, _ field: StaticString
  ) throws(LaunchPlanError) -> T {
    let size = T.bitWidth / 8
    guard remaining >= size else { throw .truncated(field: field) }
    var value: T = 0
    for index in 0..<size { value |= T(truncatingIfNeeded: bytes[position + index]) << (index * 8) }
    position += size
    return value
  }

  /// A length, already known to lie within the rest of the file.
  private mutating func length(limit: Int, _ field: StaticString) throws(LaunchPlanError) -> Int {
    let value = Int(try integer(UInt32.self, field))
    guard value <= limit else { throw .tooLarge(field: field) }
    guard value <= remaining else { throw .truncated(field: field) }
    return value
  }

  mutating func data(limit: Int, _ field: StaticString) throws(LaunchPlanError) -> [UInt8] {
    let count = try length(limit: limit, field)
    let value = Array(bytes[position..<position + count])
    position += count
    return value
  }

  /// Text is UTF-8 without NUL bytes, as the kernel would end it there.
  mutating func text(_ field: StaticString) throws(LaunchPlanError) -> String {
    let count = try length(limit: LaunchPlan.Limit.text, field)
    let end = position + count
    for index in position..<end where bytes[index] == 0 { throw .invalid(field: field) }
    guard let value = String(validating: bytes[position..<end], as: UTF8.self) else {
      throw .invalid(field: field)
    }
    position = end
    return value
  }

  /// A text as it is in the file.
  mutating func piece(_ field: StaticString) throws(LaunchPlanError) -> ArraySlice<UInt8> {
    let count = try length(limit: LaunchPlan.Limit.text, field)
    position += count
    return bytes[position - count..<position]
  }

  /// What has been read since a position.
  func read(from start: Int) -> [UInt8] { Array(bytes[start..<position]) }

  /// The number of elements of a list. Each takes four bytes or more, so a count is bounded by the file's size too.
  mutating func count(_ field: StaticString) throws(LaunchPlanError) -> Int {
    let value = Int(try integer(UInt32.self, field))
    guard value <= LaunchPlan.Limit.elements else { throw .tooLarge(field: field) }
    guard value <= remaining / 4 else { throw .truncated(field: field) }
    return value
  }

  mutating func texts(_ field: StaticString) throws(LaunchPlanError) -> [String] {
    let count = try count(field)
    var values: [String] = []
    values.reserveCapacity(count)
    for _ in 0..<count { values.append(try text(field)) }
    return values
  }

  mutating func variables(_ field: StaticString) throws(LaunchPlanError) -> [LaunchPlan.Variable] {
    let count = try count(field)
    var values: [LaunchPlan.Variable] = []
    values.reserveCapacity(count)
    for _ in 0..<count { values.append(LaunchPlan.Variable(try text(field), try text(field))) }
    return values
  }

  mutating func options(_ field: StaticString) throws(LaunchPlanError) -> BindOptions {
    let value = BindOptions(rawValue: try integer(UInt32.self, field))
    guard BindOptions.known.isSuperset(of: value) else { throw .invalid(field: field) }
    return value
  }

  /// An absolute path without empty, `.` or `..` components: the launcher walks it as it is.
  mutating func path(_ field: StaticString) throws(LaunchPlanError) -> String {
    let value = try text(field)
    guard LaunchPlan.isCleanAbsolute(value) else { throw .invalid(field: field) }
    return value
  }
}

extension PlanReader {
  /// A clean absolute path that may begin with `$HOME`.
  mutating func place(_ field: StaticString) throws(LaunchPlanError) -> String {
    let value = try text(field)
    if value == "$HOME" { return value }
    let path = value.utf8.starts(with: "$HOME/".utf8) ? String(value.dropFirst(5)) : value
    guard LaunchPlan.isCleanAbsolute(path) else { throw .invalid(field: field) }
    return value
  }
}

extension LaunchPlan {
  /// Whether a path is absolute, without empty, `.` or `..` components and without a slash at its end.
  public static func isCleanAbsolute(_ path: String) -> Bool {
    // A plan has hundreds of paths, and each launch looks at them all: what reads them is where they lie.
    path.utf8.withContiguousStorageIfAvailable { isCleanAbsolute($0[...]) } ?? isCleanAbsolute(Array(path.utf8)[...])
  }

  private static func isCleanAbsolute(_ bytes: some RandomAccessCollection<UInt8>) -> Bool {
    guard bytes.first == UInt8(ascii: "/") else { return false }
    if bytes.count == 1 { return true }
    var length = 0
    var dots = 0
    for byte in bytes.dropFirst() {
      if byte == UInt8(ascii: "/") {
        if length == 0 || (length == dots && dots <= 2) { return false }
        length = 0
        dots = 0
      } else {
        length += 1
        if byte == UInt8(ascii: ".") { dots += 1 }
      }
    }
    return !(length == 0 || (length == dots && dots <= 2))
  }
}
