internal import ByteText

/// What must hold of every file that desktops are shown, checked with another reader than the one that wrote it: for
/// tests and the fuzzer.
public enum DesktopFileProperty {
  /// What is wrong with a filtered file, as a reader of desktop files reads it; nil when nothing is.
  public static func violation(of output: [UInt8], by filter: DesktopFileFilter) -> String? {
    var app: Substring?
    var hasOwner = false
    guard output.last == UInt8(ascii: "\n") else { return "the last line has no end" }
    let text = String(decoding: output, as: UTF8.self)
    // As GLib reads: lines by their feeds, keys up to the first "=", without what is blank around them.
    for line in text.byteSplit("\n") {
      if line.utf8.contains(where: { $0 < 0x20 && $0 != 0x09 || $0 == 0x7F }) { return "a control character" }
      let bytes = Array(line.utf8)
      let start = bytes.firstIndex { $0 != 0x20 && $0 != 0x09 } ?? bytes.endIndex
      guard start < bytes.endIndex, bytes[start] != UInt8(ascii: "#"), bytes[start] != UInt8(ascii: "[") else {
        continue
      }
      guard let equals = line.byteIndex(of: "=") else { return "a line that is no key: \(line)" }
      let value = line[line.utf8.index(after: equals)...]
      let key = line[..<equals].byteSplit("[").first.map(String.init) ?? ""
      switch key {
      case "X-SnapInstanceName":
        guard value.hasSameBytes(as: filter.instance) else { return "another snap's name: \(line)" }
        hasOwner = true
      case "X-SnapAppName": app = value
      case "X-SnapCommonID": continue
      case "Exec":
        guard let app, let known = filter.apps.first(where: { app.hasSameBytes(as: $0.name) }) else {
          return "a command of no app: \(line)"
        }
        guard let rest = value.bytes(after: known.program), rest.isEmpty || rest.hasBytePrefix(" ") else {
          return "a command that is not the app's: \(line)"
        }
      case "Icon":
        if value.hasByte("/") {
          guard let path = value.bytes(after: filter.image + "/"), !path.byteSplit("/").contains("..") else {
            return "an icon that is not the snap's: \(line)"
          }
        }
      default:
        guard DesktopLine.plain.contains(key) || DesktopLine.localised.contains(key) else { return "a key: \(line)" }
      }
    }
    return hasOwner ? nil : "nobody owns it"
  }
}
