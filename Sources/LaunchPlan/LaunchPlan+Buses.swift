extension LaunchPlan {
  /// A message bus that an app may be let to.
  public enum Bus: Sendable, CaseIterable {
    case system
    case session

    /// Its socket's name.
    public var name: String {
      switch self {
      case .system: "system"
      case .session: "session"
      }
    }

    /// The variable in which programs look for its address (D-Bus specification, "Well-known Message Bus Instances").
    public var variable: String {
      switch self {
      case .system: "DBUS_SYSTEM_BUS_ADDRESS"
      case .session: "DBUS_SESSION_BUS_ADDRESS"
      }
    }
  }

  /// What the proxy before a bus lets through; empty: no way to the bus.
  public func arguments(of bus: Bus) -> [String] {
    switch bus {
    case .system: systemBus
    case .session: sessionBus
    }
  }

  /// Whether an app is let to a bus at all.
  public func grants(_ bus: Bus) -> Bool {
    switch bus {
    case .system: !systemWords.isEmpty
    case .session: !sessionWords.isEmpty
    }
  }

  /// Words for the proxy. Only grants are: no word can change what the proxy does otherwise, or be taken for an
  /// address.
  static func busWords(_ reader: inout PlanReader, _ field: StaticString) throws(LaunchPlanError) -> BusWords {
    let count = try reader.count(field)
    let start = reader.position
    for _ in 0..<count {
      let word = try reader.piece(field)
      guard BusWords.isGrant(word) else { throw .invalid(field: field) }
    }
    return BusWords(count: count, bytes: reader.read(from: start))
  }
}

/// Words for the proxy of a bus as a plan's file has them. Desktop interfaces bring hundreds, and most launches never
/// look at them: they are checked where they are, and become text when they are asked for.
struct BusWords: Equatable, Sendable {
  private let count: Int
  /// Each with its length before it.
  private let bytes: [UInt8]

  init(_ words: [String] = []) {
    var writer = PlanWriter()
    for word in words { writer.text(word) }
    self.init(count: words.count, bytes: writer.bytes)
  }

  fileprivate init(count: Int, bytes: [UInt8]) {
    self.count = count
    self.bytes = bytes
  }

  func write(to writer: inout PlanWriter) {
    writer.integer(UInt32(truncatingIfNeeded: count))
    writer.append(bytes)
  }

  var isEmpty: Bool { count == 0 }

  var words: [String] {
    var reader = PlanReader(bytes, at: 0)
    var words: [String] = []
    words.reserveCapacity(count)
    do throws(LaunchPlanError) {
      for _ in 0..<count { words.append(String(decoding: try reader.piece("words"), as: UTF8.self)) }
    } catch {
      // What was written, or read and checked, is whole.
      return []
    }
    return words
  }

  fileprivate static func isGrant(_ word: ArraySlice<UInt8>) -> Bool {
    word.withUnsafeBufferPointer { word in
      for byte in word where byte <= 0x20 || byte >= 0x7f { return false }
      return begins(word, "--talk=") || begins(word, "--own=") || begins(word, "--call=")
        || begins(word, "--broadcast=")
    }
  }

  /// Whether a word is an option with a value.
  private static func begins(_ word: UnsafeBufferPointer<UInt8>, _ option: StaticString) -> Bool {
    guard word.count > option.utf8CodeUnitCount else { return false }
    for index in 0..<option.utf8CodeUnitCount where word[index] != option.utf8Start[index] { return false }
    return true
  }
}
