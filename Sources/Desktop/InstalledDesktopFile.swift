/// What the first lines of a desktop file that we wrote say of it: whose it is, and what it starts.
///
/// The name of a file does not say it: `desktop-file-ids` gives snaps names of their choice.
struct InstalledDesktopFile {
  /// The snap that the file belongs to; nil for one that we did not write.
  let instance: String?
  /// The app that the first command line starts.
  let app: String?

  /// - Parameter bytes: a file that ``DesktopFileFilter`` made, or a stranger's.
  init(_ bytes: [UInt8]) {
    var found: [String: String] = [:]
    for line in bytes.split(separator: UInt8(ascii: "\n")) {
      for key in ["X-SnapInstanceName", "X-SnapAppName"] where found[key] == nil {
        let start = Array("\(key)=".utf8)
        if line.starts(with: start) { found[key] = String(decoding: line.dropFirst(start.count), as: UTF8.self) }
      }
      if found.count == 2 { break }
    }
    instance = found["X-SnapInstanceName"]
    app = found["X-SnapAppName"]
  }
}
