internal import ByteText
internal import Snap

/// The name of a file that devices download: `SNAPID_7.snap`, or `SNAPID_6_7_xdelta3.delta`.
enum DownloadName: Equatable, Sendable {
  case image(snapID: String, revision: UInt32)
  case delta(snapID: String, source: UInt32, target: UInt32, format: String)

  init?(_ text: String) {
    if text.hasByteSuffix(".snap") {
      let parts = Substring(text.utf8.dropLast(5)).byteSplit("_", keepingEmpty: true)
      guard parts.count == 2, Self.isID(parts[0]), let revision = Self.revision(parts[1]) else { return nil }
      self = .image(snapID: String(parts[0]), revision: revision)
    } else if text.hasByteSuffix(".delta") {
      let parts = Substring(text.utf8.dropLast(6)).byteSplit("_", keepingEmpty: true)
      guard parts.count == 4, Self.isID(parts[0]), let source = Self.revision(parts[1]),
        let target = Self.revision(parts[2]), Self.isFormat(parts[3])
      else { return nil }
      self = .delta(snapID: String(parts[0]), source: source, target: target, format: String(parts[3]))
    } else {
      return nil
    }
  }

  /// Where the server has it, below its address.
  var path: String {
    switch self {
    case .image(let id, let revision): "api/v1/snaps/download/\(id)_\(revision).snap"
    case .delta(let id, let source, let target, let format):
      "api/v1/snaps/download/\(id)_\(source)_\(target)_\(format).delta"
    }
  }

  private static func isID(_ text: Substring) -> Bool {
    (1...64).contains(text.utf8.count) && text.utf8.allSatisfy(\.isASCIIAlphanumeric)
  }

  private static func isFormat(_ text: Substring) -> Bool {
    (1...32).contains(text.utf8.count) && text.utf8.allSatisfy { $0.isASCIIAlphanumeric || $0 == UInt8(ascii: "-") }
  }

  private static func revision(_ text: Substring) -> UInt32? {
    if case .store(let number)? = try? Revision(String(text)) { number } else { nil }
  }
}
