internal import ByteText
internal import Snap

/// How values of options are read. All texts are the reference's, from its helpers of the same purpose.
enum OptionText {
  /// A number of digits alone, in a range.
  static func number(_ text: String, _ range: ClosedRange<Int>) -> Int? {
    guard !text.isEmpty, text.utf8.allSatisfy(\.isASCIIDigit), let number = Int(text), range.contains(number) else {
      return nil
    }
    return number
  }

  /// Refuses a switch that is neither on nor off.
  static func checkSwitch(_ name: String, _ configuration: SystemConfiguration) throws(ConfigurationError) {
    guard ["", "true", "false"].contains(where: configuration.text(name).hasSameBytes) else {
      throw .invalidValue("\(name) can only be set to 'true' or 'false'")
    }
  }

  /// A number with what follows it: `10KB`.
  private static func parts(_ text: String) throws(ConfigurationError) -> (number: Int64, unit: Substring) {
    let digits = text.utf8.prefix { $0.isASCIIDigit || $0 == UInt8(ascii: "-") }
    let unit = Substring(text.utf8.dropFirst(digits.count))
    guard !digits.isEmpty || text.isEmpty else { throw .invalidValue("no numerical prefix") }
    guard let number = Int64(Substring(digits)) else {
      throw .invalidValue("\(quoted(String(Substring(digits)))) is not a number")
    }
    return (number, unit)
  }

  /// A rate or size in decimal units: `10KB`.
  ///
  /// - Returns: bytes.
  @discardableResult
  static func decimalSize(_ text: String) throws(ConfigurationError) -> Int64 {
    let prefix = "cannot parse \(quoted(text)): "
    let number: Int64
    let unit: Substring
    do throws(ConfigurationError) { (number, unit) = try parts(text) } catch {
      throw .invalidValue(prefix + error.description)
    }
    guard number >= 0 else { throw .invalidValue(prefix + "size cannot be negative") }
    guard !unit.isEmpty else { throw .invalidValue(prefix + "need a number with a unit as input") }
    let units = ["B", "KB", "MB", "GB", "TB", "PB", "EB"]
    let upper = String(decoding: unit.utf8.map { $0.isASCIILower ? $0 - 0x20 : $0 }, as: UTF8.self)
    guard let power = units.firstIndex(where: upper.hasSameBytes) else {
      throw .invalidValue(prefix + "try 'kB' or 'MB'")
    }
    var scale: Int64 = 1
    for _ in 0..<power { scale *= 1000 }
    let (bytes, overflows) = number.multipliedReportingOverflow(by: scale)
    guard !overflows else { throw .invalidValue(prefix + "value out of range") }
    return bytes
  }

  /// A size in bytes, or in binary units: `100M`, `1G`.
  ///
  /// - Returns: bytes.
  @discardableResult
  static func binarySize(_ text: String) throws(ConfigurationError) -> Int64 {
    let (number, unit) = try parts(text)
    guard number >= 0 else { throw .invalidValue("size cannot be negative") }
    let shift: Int64
    switch String(unit) {
    case "": shift = 0
    case "M": shift = 20
    case "G": shift = 30
    default: throw .invalidValue("invalid suffix \(quoted(String(unit)))")
    }
    guard number <= Int64.max >> shift else { throw .invalidValue("\(quoted(text)) is too large") }
    return number << shift
  }

  /// A duration as Go writes it.
  static func duration(_ text: String) throws(ConfigurationError) -> Duration {
    do throws(InvalidText) { return try Duration(parsing: text) } catch { throw .invalidValue(error.description) }
  }

  /// The parts of a list with commas.
  static func list(_ text: String) -> [String] {
    text.isEmpty ? [] : text.byteSplit(",", keepingEmpty: true).map(String.init)
  }
}
