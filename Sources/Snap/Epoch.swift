internal import ByteText

/// Which formats of data a revision reads and writes, so that none is handed data it cannot read.
/// Source: `spec/features.md` §4.
public struct Epoch: Hashable, Sendable {
  /// Formats that the revision can read, ascending.
  public let read: [UInt32]
  /// Formats that the revision can write, ascending.
  public let write: [UInt32]

  /// What a snap that says nothing has.
  public static let zero = Epoch(number: 0)

  private init(number: UInt32) {
    read = [number]
    write = [number]
  }

  /// - Throws: with the reference's words when the lists are not what they must be.
  public init(read: [UInt32], write: [UInt32]) throws(InvalidText) {
    for list in [read, write] {
      guard !list.isEmpty else { throw InvalidText("epoch list cannot be explicitly empty") }
      guard list.count <= 10 else { throw InvalidText("epoch list must not have more than 10 entries") }
      guard zip(list, list.dropFirst()).allSatisfy({ $0 < $1 }) else {
        throw InvalidText("epoch list must be a strictly increasing sequence")
      }
    }
    guard read.contains(where: write.contains) else {
      throw InvalidText("epoch read and write lists must have a non-empty intersection")
    }
    self.read = read
    self.write = write
  }

  /// Parses `N`, or `N*`: one that also reads the one before. An empty text is zero.
  public init(_ text: String) throws(InvalidText) {
    guard !text.isEmpty else {
      self = .zero
      return
    }
    guard text != "0*" else { throw InvalidText("0* is an invalid epoch") }
    let isTransitional = text.hasSuffix("*")
    let number = try Epoch.number(isTransitional ? String(text.dropLast()) : text)
    if isTransitional {
      read = [number - 1, number]
      write = [number]
    } else {
      self = Epoch(number: number)
    }
  }

  static func number(_ text: String) throws(InvalidText) -> UInt32 {
    let quoted = InvalidText.quote(text)
    guard !text.isEmpty, text.utf8.allSatisfy(\.isASCIIDigit), text == "0" || text.utf8.first != UInt8(ascii: "0")
    else { throw InvalidText("epoch numbers must be base 10 with no zero padding, but got \(quoted)") }
    guard let number = UInt32(text) else {
      throw InvalidText("epoch numbers must be less than 2³², but got \(quoted)")
    }
    return number
  }

  /// Whether data written under another epoch can be read.
  public func canRead(_ other: Epoch) -> Bool { read.contains(where: other.write.contains) }
}

extension Epoch: CustomStringConvertible {
  public var description: String {
    if read == write, read.count == 1 { return "\(read[0])" }
    if write.count == 1, read.count == 2, read[1] == write[0], read[0] + 1 == read[1] { return "\(write[0])*" }
    func list(_ numbers: [UInt32]) -> String { "[" + numbers.map(String.init).joined(separator: ",") + "]" }
    return "{\"read\":\(list(read)),\"write\":\(list(write))}"
  }
}
