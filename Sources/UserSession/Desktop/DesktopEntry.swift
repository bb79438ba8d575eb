internal import ByteText

/// What is read of a desktop entry (Desktop Entry Specification 1.5): the keys of its main group, and of its actions, without
/// the translated ones.
public struct DesktopEntry: Hashable, Sendable {
  /// Largest file read, in bytes.
  public static let limit = 1 << 20

  private var groups: [String: [String: String]] = [:]

  public init(_ bytes: [UInt8]) {
    var group: String?
    for line in bytes.split(separator: 0x0a) {
      var line = line[...]
      while let last = line.last, last == 0x20 || last == 0x09 || last == 0x0d { line.removeLast() }
      if line.first == UInt8(ascii: "[") {
        let name = line.last == UInt8(ascii: "]") ? String(decoding: line.dropFirst().dropLast(), as: UTF8.self) : nil
        // The first of several groups of one name counts.
        group = name.flatMap { groups[$0] == nil ? $0 : nil }
        if let group { groups[group] = [:] }
        continue
      }
      guard let group, line.first != UInt8(ascii: "#"), let equals = line.firstIndex(of: UInt8(ascii: "=")) else {
        continue
      }
      var key = line[..<equals]
      while key.last == 0x20 || key.last == 0x09 { key.removeLast() }
      var value = line[(equals + 1)...]
      while value.first == 0x20 || value.first == 0x09 { value.removeFirst() }
      let name = String(decoding: key, as: UTF8.self)
      if groups[group]?[name] == nil { groups[group]?[name] = String(decoding: value, as: UTF8.self) }
    }
  }

  private static let main = "Desktop Entry"

  /// A key of the main group, as it is in the file.
  public subscript(key: String) -> String? { groups[Self.main]?[key] }

  /// The command line of the entry, or of one of its actions.
  public func command(of action: String? = nil) -> String? {
    guard let action, !action.isEmpty else { return self["Exec"] }
    return groups["Desktop Action \(action)"]?["Exec"]
  }

  /// Whether the file is to be taken as if it were not there, and where it is not to be started: `Hidden`, `OnlyShowIn`,
  /// `NotShowIn`, and GNOME's switch. (Desktop Application Autostart Specification.)
  /// - Parameter desktops: the names of the running one.
  /// - Returns: why it is not started; nil when it is.
  public func reasonNotToStart(in desktops: [String]) -> String? {
    if self["Hidden"] == "true" { return "it is hidden" }
    if self["X-GNOME-Autostart-enabled"] == "false" { return "it is switched off" }
    if let only = self["OnlyShowIn"], !Self.list(only).contains(where: desktops.contains) {
      return "it is not for this desktop"
    }
    if let not = self["NotShowIn"], Self.list(not).contains(where: desktops.contains) {
      return "it is not for this desktop"
    }
    return nil
  }

  private static func list(_ text: String) -> [String] { text.byteSplit(";").map(String.init) }

  /// The words of a command line: quotes of both kinds, and backslashes.
  /// - Returns: nil for one whose quotes do not end.
  public static func words(_ command: String) -> [String]? {
    var words: [[UInt8]] = []
    var word: [UInt8]?
    var quote: UInt8?
    var bytes = command.utf8.makeIterator()
    while let byte = bytes.next() {
      if let open = quote {
        if byte == open {
          quote = nil
        } else if byte == UInt8(ascii: "\\"), open == UInt8(ascii: "\"") {
          guard let next = bytes.next() else { return nil }
          let isSpecial = [UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "$"), UInt8(ascii: "`")].contains(next)
          word?.append(contentsOf: isSpecial ? [next] : [byte, next])
        } else {
          word?.append(byte)
        }
        continue
      }
      switch byte {
      case 0x20, 0x09:
        if let done = word { words.append(done) }
        word = nil
      case UInt8(ascii: "\""), UInt8(ascii: "'"):
        quote = byte
        word = word ?? []
      case UInt8(ascii: "\\"):
        guard let next = bytes.next() else { return nil }
        word = (word ?? []) + [next]
      default: word = (word ?? []) + [byte]
      }
    }
    guard quote == nil else { return nil }
    if let done = word { words.append(done) }
    return words.map { String(decoding: $0, as: UTF8.self) }
  }

  /// A command line with its field codes replaced: `%u`, `%U`, `%f`, `%F` by what is to be opened, others by nothing.
  public static func words(_ command: String, opening: [String]) -> [String]? {
    guard let words = words(command) else { return nil }
    return words.flatMap { word -> [String] in
      switch word {
      case "%U", "%F": return opening
      case "%u", "%f": return Array(opening.prefix(1))
      case "%i": return []
      default: break
      }
      var result: [UInt8] = []
      var bytes = word.utf8.makeIterator()
      while let byte = bytes.next() {
        guard byte == UInt8(ascii: "%") else {
          result.append(byte)
          continue
        }
        switch bytes.next() {
        case UInt8(ascii: "%"): result.append(byte)
        case UInt8(ascii: "u"), UInt8(ascii: "f"): result += Array((opening.first ?? "").utf8)
        default: break
        }
      }
      return result.isEmpty && !word.isEmpty ? [] : [String(decoding: result, as: UTF8.self)]
    }
  }
}
