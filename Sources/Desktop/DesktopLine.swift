internal import ByteText

/// One line of a `.desktop` file of a snap, as far as it may stay.
///
/// The list of what stays is `spec/features.md` §7, "Desktop files"; everything else is dropped, so that a key which
/// makes desktops do more than show and start an app (`TryExec`, `DBusActivatable`, `Implements`, `X-…-Exec`) never
/// gets through for want of a rule.
enum DesktopLine: Equatable {
  /// An empty line or a comment.
  case remark
  /// `[Desktop Entry]`.
  case entry
  /// `[Desktop Action NAME]`, `[NAME Shortcut Group]`.
  case group
  /// `Exec=`, with the command line.
  case exec(ArraySlice<UInt8>)
  /// `Icon=`, with the name or path.
  case icon(ArraySlice<UInt8>)
  /// Another key that stays as it is.
  case key
}

extension DesktopLine {
  /// - Parameter line: without its end.
  /// - Returns: nil for what is dropped.
  init?(_ line: ArraySlice<UInt8>) {
    // Readers of these files end lines at other places than we do, or end the text: nobody needs these characters.
    guard line.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == UInt8(ascii: "\t") }) else { return nil }
    let visible = line.drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
    guard let first = visible.first, first != UInt8(ascii: "#") else {
      self = .remark
      return
    }
    if line.first == UInt8(ascii: "[") {
      guard let group = Self.group(line) else { return nil }
      self = group
      return
    }
    guard let equals = line.firstIndex(of: UInt8(ascii: "=")) else { return nil }
    let value = line[(equals + 1)...]
    var name = line[..<equals]
    // Texts are equal when Unicode calls them equivalent: only what is ASCII is compared as text.
    guard name.allSatisfy({ $0 < 0x80 }) else { return nil }
    if name.last == UInt8(ascii: "]"), let bracket = name.firstIndex(of: UInt8(ascii: "[")) {
      guard Self.isLocale(name[(bracket + 1)...].dropLast()) else { return nil }
      name = name[..<bracket]
      guard Self.localised.contains(String(decoding: name, as: UTF8.self)) else { return nil }
      self = .key
      return
    }
    switch String(decoding: name, as: UTF8.self) {
    case "Exec": self = .exec(value)
    case "Icon": self = .icon(value)
    case let text where Self.plain.contains(text) || Self.localised.contains(text): self = .key
    default: return nil
    }
  }

  /// Keys whose values are text for people, one for each language.
  static let localised: Set<String> = ["Name", "GenericName", "Comment", "Keywords"]
  /// Keys that stay, besides those, `Exec` and `Icon`.
  static let plain: Set<String> = [
    "Type", "Version", "NoDisplay", "Hidden", "OnlyShowIn", "NotShowIn", "Terminal", "Actions", "MimeType",
    "Categories", "StartupNotify", "StartupWMClass", "PrefersNonDefaultGPU", "SingleMainWindow",
    "X-Ayatana-Desktop-Shortcuts", "TargetEnvironment",
  ]

  private static func group(_ line: ArraySlice<UInt8>) -> DesktopLine? {
    guard line.last == UInt8(ascii: "]") else { return nil }
    let name = line.dropFirst().dropLast()
    if name.elementsEqual("Desktop Entry".utf8) { return .entry }
    let action = "Desktop Action ".utf8
    if name.starts(with: action), isName(name.dropFirst(action.count)) { return .group }
    let shortcut = Array(" Shortcut Group".utf8)
    if name.count > shortcut.count, name.suffix(shortcut.count).elementsEqual(shortcut),
      isName(name.dropLast(shortcut.count))
    {
      return .group
    }
    return nil
  }

  /// `[0-9A-Za-z-]+`.
  private static func isName(_ bytes: ArraySlice<UInt8>) -> Bool {
    !bytes.isEmpty && bytes.allSatisfy { $0.isASCIILetter || $0.isASCIIDigit || $0 == UInt8(ascii: "-") }
  }

  /// `de`, `de_DE`, `de_DE.UTF-8`, `sr@latin`: locales as systems have them.
  static func isLocale(_ bytes: ArraySlice<UInt8>) -> Bool {
    var rest = bytes
    func take(_ matches: (UInt8) -> Bool) -> Bool {
      let taken = rest.prefix(while: matches)
      rest = rest.dropFirst(taken.count)
      return !taken.isEmpty
    }
    func takePart(_ mark: Unicode.Scalar, _ matches: (UInt8) -> Bool) -> Bool {
      guard rest.first == UInt8(ascii: mark) else { return true }
      rest = rest.dropFirst()
      return take(matches)
    }
    return take(\.isASCIILower) && takePart("_", \.isASCIIUpper)
      && takePart(".", { $0.isASCIIUpper || $0.isASCIIDigit || $0 == UInt8(ascii: "-") })
      && takePart("@", \.isASCIILower)
      && rest.isEmpty
  }

}
