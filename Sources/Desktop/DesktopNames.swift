internal import ByteText
public import Snap

/// How files of desktops are named after snaps. Source: `spec/features.md` §7, "Desktop files".
public enum DesktopNames {
  /// `foo`, or `foo+key` for a parallel instance: no snap's name has a `+` or `_` in it, so that the first `_` of a
  /// file's name ends the snap's.
  static func prefix(of instance: InstanceName) -> String {
    instance.key.map { "\(instance.name)+\($0)" } ?? instance.name.rawValue
  }

  /// What a desktop file is called once it is installed.
  ///
  /// - Parameters:
  ///   - source: the name in the image, with `.desktop`.
  ///   - ids: names that the snap may use as they are.
  static func installed(_ source: String, of instance: InstanceName, ids: Set<String>) -> String {
    let stem = String(decoding: source.utf8.dropLast(".desktop".utf8.count), as: UTF8.self)
    if stem.utf8.allSatisfy({ $0 < 0x80 }), ids.contains(stem) { return source }
    let mangled = source.unicodeScalars.map { scalar -> Character in
      let isPlain =
        scalar.isASCII
        && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil
          || "_.-".unicodeScalars.contains(scalar))
      return isPlain ? Character(scalar) : "_"
    }
    return "\(prefix(of: instance))_" + String(mangled)
  }

  /// The names that the plug `desktop` of a snap asks to keep (`desktop-file-ids`).
  public static func ids(of info: SnapInfo) -> Set<String> {
    var ids: Set<String> = []
    for plug in info.plugs where plug.interface == "desktop" {
      for (key, value) in plug.attributes where key == "desktop-file-ids" {
        guard case .list(let elements) = value else { continue }
        for case .string(let id) in elements where !id.hasByte("/") && id.utf8.first != UInt8(ascii: ".") {
          ids.insert(id)
        }
      }
    }
    return ids
  }
}
