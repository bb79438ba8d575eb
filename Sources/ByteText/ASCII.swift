/// What an ASCII character a byte is; none of these for bytes beyond ASCII.
extension UInt8 {
  /// `0` to `9`.
  @inlinable public var isASCIIDigit: Bool { UInt8(ascii: "0") <= self && self <= UInt8(ascii: "9") }
  /// `a` to `z`.
  @inlinable public var isASCIILower: Bool { UInt8(ascii: "a") <= self && self <= UInt8(ascii: "z") }
  /// `A` to `Z`.
  @inlinable public var isASCIIUpper: Bool { UInt8(ascii: "A") <= self && self <= UInt8(ascii: "Z") }
  /// A letter in either case.
  @inlinable public var isASCIILetter: Bool { isASCIILower || isASCIIUpper }
  /// A letter in either case, or a digit.
  @inlinable public var isASCIIAlphanumeric: Bool { isASCIILetter || isASCIIDigit }
}
