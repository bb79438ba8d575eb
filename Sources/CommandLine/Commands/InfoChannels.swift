import API
internal import Time

/// The table of `snap info`: what a store's channels hold, and what is installed.
struct InfoChannels {
  private struct Line {
    var name: String
    var version: String
    var released = ""
    var revision = ""
    var size = ""
    var notes = ""
  }

  private let absolute: Bool
  private let escapes: Escapes
  private var lines: [Line] = []
  /// Whether a store's channels are in it.
  private(set) var hasRemote = false

  init(absolute: Bool, _ escapes: Escapes) {
    self.absolute = absolute
    self.escapes = escapes
  }

  /// The channels, by track and from the safest on.
  mutating func add(remote: SnapJSON) {
    for track in remote.tracks {
      var isOpenAbove = false
      for risk in ["stable", "candidate", "beta", "edge"] {
        let name = "\(track)/\(risk)"
        guard let held = remote.channels[name] else {
          lines.append(Line(name: "  \(name):", version: isOpenAbove ? escapes.upArrow : escapes.dash))
          continue
        }
        isOpenAbove = true
        lines.append(
          Line(
            name: "  \(name):", version: OneLine.text(held.version), released: released(held.releasedAt),
            revision: "(\(held.revision))", size: sizeText(held.size),
            notes: held.confinement == "devmode" || held.confinement == "classic" ? held.confinement : "-"))
      }
    }
    hasRemote = !lines.isEmpty
  }

  mutating func add(installed snap: SnapJSON, now: Timestamp) {
    lines.append(
      Line(
        name: "installed:", version: snap.version, revision: "(\(snap.revision))",
        size: snap.installedSize > 0 ? sizeText(snap.installedSize) : "-", notes: SnapNotes.text(snap, now: now)))
  }

  func write(to table: inout TableWriter) {
    guard hasRemote else {
      for line in lines {
        table.line(line.name, "\(line.version) \(line.revision) \(line.size) \(line.notes)")
      }
      return
    }
    table.line("channels:")
    let revisions = lines.map(\.revision.utf8.count).max() ?? 0
    let sizes = lines.map(\.size.utf8.count).max() ?? 0
    for line in lines {
      table.line(
        line.name, line.version, line.released, right(line.revision, revisions), right(line.size, sizes), line.notes)
    }
  }

  private func released(_ time: Timestamp?) -> String {
    guard let time, !time.isZero else { return "" }
    let text = time.wholeSeconds
    return absolute ? text : String(text.prefix { $0 != "T" })
  }

  private func right(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.utf8.count)) + text
  }
}
