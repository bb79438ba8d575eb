/// Forms of names that several kinds of documents and requests have.
public enum NameForm {
  /// `[first](-?[rest])*`: words of characters joined by single dashes.
  public static func areDashedWords(
    _ text: some StringProtocol, first: (UInt8) -> Bool, rest: (UInt8) -> Bool
  ) -> Bool {
    var previous: UInt8 = 0
    for (index, byte) in text.utf8.enumerated() {
      if index == 0 {
        guard first(byte) else { return false }
      } else if byte == UInt8(ascii: "-") {
        guard previous != UInt8(ascii: "-") else { return false }
      } else {
        guard rest(byte) else { return false }
      }
      previous = byte
    }
    return previous != 0 && previous != UInt8(ascii: "-")
  }

  /// `[a-z0-9](?:-?[a-z0-9])*`
  public static func areSmallWords(_ text: some StringProtocol) -> Bool {
    let isSmall = { (byte: UInt8) in byte.isASCIILower || byte.isASCIIDigit }
    return areDashedWords(text, first: isSmall, rest: isSmall)
  }

  /// `[-a-z0-9]{2,28}`: what people choose to be called by at a store.
  public static func isUsername(_ text: some StringProtocol) -> Bool {
    (2...28).contains(text.utf8.count)
      && text.utf8.allSatisfy { $0.isASCIILower || $0.isASCIIDigit || $0 == UInt8(ascii: "-") }
  }

  /// `[a-zA-Z0-9]{32}`: what stores call snaps and accounts.
  public static func isStoreID(_ text: some StringProtocol) -> Bool {
    text.utf8.count == 32 && text.utf8.allSatisfy(\.isASCIIAlphanumeric)
  }

  /// Either of these. Source: `spec/assertions-and-store.md` §4, account.
  public static func isAccountID(_ text: some StringProtocol) -> Bool { isStoreID(text) || isUsername(text) }

  /// A well-known name on a message bus: two or more elements, at most 255 bytes. Source: D-Bus Specification, "Valid
  /// Names".
  public static func isBusName(_ text: some StringProtocol) -> Bool {
    let elements = Array(text.utf8).split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    return elements.count >= 2 && text.utf8.count <= 255 && elements.allSatisfy { isBusNameElement($0) }
  }

  /// Letters, digits, `_` and `-`, no digit first.
  public static func isBusNameElement(_ bytes: some Collection<UInt8>) -> Bool {
    bytes.first.map { !$0.isASCIIDigit } == true
      && bytes.allSatisfy { $0.isASCIIAlphanumeric || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-") }
  }
}
