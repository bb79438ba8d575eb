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
    for (name, list) in [("read", read), ("write", write)] {
      guard !list.isEmpty else { throw InvalidText("epoch list cannot be explicitly empty") }
      guard list.count <= 10 else { throw InvalidText("epoch list must not have more than 10 entries") }
      guard zip(list, list.dropFirst()).allSatisfy({ $0 < $1 }) else {
        throw InvalidText("epoch \(name) list must be strictly increasing")
      }
    }
    guard read.contains(where: write.contains) else {
      throw InvalidText("epoch has empty read/write intersection")
    }
    self.read = read
    self.write = write
  }

  /// Parses `N`, or `N*`: one that also reads the one before.
  public init(_ text: String) throws(InvalidText) {
    let invalid = InvalidText("expected number or number followed by * for epoch: \(text)")
    let isTransitional = text.hasSuffix("*")
    let digits = isTransitional ? String(text.dropLast()) : text
    guard !digits.isEmpty, digits.utf8.allSatisfy(Characters.isDigit), digits == "0" || !digits.hasPrefix("0"),
      let number = UInt32(digits)
    else { throw invalid }
    if isTransitional {
      guard number > 0 else { throw InvalidText("0* is an invalid epoch") }
      read = [number - 1, number]
      write = [number]
    } else {
      self = Epoch(number: number)
    }
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
