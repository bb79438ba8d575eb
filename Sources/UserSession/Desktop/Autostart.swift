internal import ByteText
internal import Host
internal import Linux
internal import Snap

/// Starts what snaps have put into `$SNAP_USER_DATA/.config/autostart` when a session begins. Source:
/// `seeds/the-snap-format.md`, `autostart`.
///
/// A file there says little: the app is the one whose `autostart:` names the file, and it is started by its command in
/// `/snap/bin`, so in its sandbox. Of the file's own command line only the arguments are kept.
public struct Autostart: Sendable {
  /// One file, and what is to be started for it.
  public struct Found: Hashable, Sendable {
    public var file: String
    public var words: [String]
  }

  private let session: Session

  public init(_ session: Session) { self.session = session }

  /// Most files looked at for one snap.
  private static let mostFiles = 100

  /// - Parameter complain: gets a sentence for each file that nothing is started for.
  public func find(_ complain: (String) -> Void) -> [Found] {
    guard let home = session.home else { return [] }
    var found: [Found] = []
    for instance in (try? Files.list(home + "/snap"))?.sorted() ?? [] where (try? InstanceName(instance)) != nil {
      let folder = "\(home)/snap/\(instance)/current/.config/autostart"
      let files = ((try? Files.list(folder)) ?? []).filter { $0.hasByteSuffix(".desktop") }.sorted()
      for file in files.prefix(Self.mostFiles) {
        let path = "\(folder)/\(file)"
        do {
          found.append(Found(file: path, words: try words(path, named: file, of: instance)))
        } catch {
          complain("cannot autostart \(path): \(error)")
        }
      }
    }
    return found
  }

  /// Starts all of them.
  public func run(_ complain: (String) -> Void) {
    for found in find(complain) {
      do {
        try session.launch(found.words)
      } catch {
        complain("cannot autostart \(found.file): \(error)")
      }
    }
  }

  /// Why nothing is started for a file.
  private struct Refusal: Error, CustomStringConvertible {
    var description: String
    init(_ description: String) { self.description = description }
  }

  private func words(_ path: String, named file: String, of instance: String) throws -> [String] {
    // No links, no devices: the user's file must not make us wait, or read something else.
    guard let status = try Files.status(path, followSymlinks: false), status.kind == .regular,
      status.size <= Int64(DesktopEntry.limit)
    else { throw Refusal("it is no ordinary file of a reasonable size") }
    let entry = DesktopEntry(try Files.read(path, limit: DesktopEntry.limit))
    if let reason = entry.reasonNotToStart(in: session.desktops) { throw Refusal(reason) }
    let yaml = try Files.read(
      "\(session.directories.snaps)/\(instance)/current/meta/snap.yaml", limit: 1 << 20)
    let info = try SnapInfo(yaml: yaml)
    guard let app = info.apps.first(where: { $0.autostart?.hasSameBytes(as: file) ?? false }) else {
      throw Refusal("cannot match desktop file with snap \(instance) applications")
    }
    guard let command = entry.command(), let words = DesktopEntry.words(command, opening: []), !words.isEmpty else {
      throw Refusal(
        "cannot determine startup command for application \(app.name) in snap \(instance): Exec not found or invalid")
    }
    let name = app.name.description
    let program = name == info.name.description ? instance : "\(instance).\(name)"
    return ["\(session.directories.commands)/\(program)"] + words.dropFirst()
  }
}
