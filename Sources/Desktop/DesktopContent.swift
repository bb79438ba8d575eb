internal import ByteText
public import Image
public import Snap

/// What a snap brings for desktops: its `.desktop` files and icons, read from its content and made fit for the machine.
///
/// Content is a stranger's word: only regular files of the snap itself are read, so a link leads nowhere out of it and a
/// pipe keeps nobody waiting (`spec/threats.md`, CVE-2024-29068 and CVE-2024-29069), and only so much of them.
public struct DesktopContent: Equatable, Sendable {
  /// The `.desktop` files by their installed names, as they are written.
  public internal(set) var files: [String: [UInt8]] = [:]
  /// The icons by their installed paths below the directory of icons.
  public internal(set) var icons: [String: [UInt8]] = [:]
  /// What was left out, one sentence each.
  public internal(set) var remarks: [String] = []

  /// No snap brings more: the largest desktop files of Debian have 60 kB, most of it translations.
  enum Limit {
    static let files = 256
    static let file = 512 << 10
    static let icons = 1024
    static let icon = 4 << 20
    static let allIcons = 32 << 20
    static let iconDepth = 8
    static let entries = 10_000
    /// Names of files that the system takes (`NAME_MAX`).
    static let name = 255
  }

  /// - Parameters:
  ///   - container: the image, mounted or not.
  ///   - info: what the snap says of itself.
  public init(_ info: SnapInfo, of instance: InstanceName, in container: any SnapContainer, places: DesktopPlaces)
    throws(ImageError)
  {
    guard let gui = try Self.directory("meta/gui", in: container) else { return }
    try readFiles(info, instance, container, gui, places)
    try readIcons(instance, container)
  }

  init() {}

  // MARK: Desktop files

  private mutating func readFiles(
    _ info: SnapInfo, _ instance: InstanceName, _ container: any SnapContainer, _ gui: String, _ places: DesktopPlaces
  ) throws(ImageError) {
    let filter = DesktopFileFilter(info, of: instance, places: places)
    let ids = DesktopNames.ids(of: info)
    var count = 0
    for name in try container.list(gui) where name.hasByteSuffix(".desktop") && name.utf8.count > ".desktop".utf8.count
    {
      count += 1
      guard count <= Limit.files else {
        remarks.append("cannot use more than \(Limit.files) desktop files")
        return
      }
      let installed = DesktopNames.installed(name, of: instance, ids: ids)
      let stem = String(decoding: name.utf8.dropLast(".desktop".utf8.count), as: UTF8.self)
      guard installed.utf8.count <= Limit.name, files[installed] == nil else {
        remarks.append("cannot use desktop file \(shown(name)): its name is too long, or another's")
        continue
      }
      guard let bytes = read("\(gui)/\(name)", limit: Limit.file, container) else { continue }
      guard let text = filter.filter(bytes, stem: stem) else {
        remarks.append("cannot use desktop file \(shown(name)): it has no group [Desktop Entry]")
        continue
      }
      files[installed] = text
    }
  }

  // MARK: Icons

  /// `meta/gui/icons/hicolor/48x48/apps/snap.foo.name.png` and its like, whatever themes and sizes there are.
  private mutating func readIcons(_ instance: InstanceName, _ container: any SnapContainer) throws(ImageError) {
    guard let top = try Self.directory("meta/gui/icons", in: container) else { return }
    let own = "snap.\(instance.name)."
    var found: [String] = []
    do throws(ImageError) {
      try container.walk(top, limits: WalkLimits(entries: Limit.entries, depth: Limit.iconDepth)) {
        (path, status) throws(ImageError) -> WalkStep in
        guard let name = path.byteSplit("/").last else { return .continue }
        // The names of icons are those of snaps: a directory of such a name could be taken for one.
        if status.kind == .directory { return name.hasBytePrefix("snap.") ? .skip : .continue }
        if name.hasBytePrefix(own), name.hasByteSuffix(".png") || name.hasByteSuffix(".svg") { found.append(path) }
        return found.count > Limit.icons ? .stop : .continue
      }
    } catch {
      remarks.append("\(error)")
    }
    var room = Limit.allIcons
    for path in found {
      guard found.count <= Limit.icons else {
        remarks.append("cannot use more than \(Limit.icons) icons")
        return
      }
      let below = path.utf8.dropFirst(top.utf8.count + 1)
      let parts = String(decoding: below, as: UTF8.self).byteSplit("/").map(String.init)
      guard let name = parts.last, parts.allSatisfy(Self.isPlain) else {
        remarks.append("cannot use icon \(shown(path)): its name is unusual")
        continue
      }
      let renamed = "snap.\(instance)." + String(decoding: name.utf8.dropFirst(own.utf8.count), as: UTF8.self)
      guard renamed.utf8.count <= Limit.name else {
        remarks.append("cannot use icon \(shown(path)): its name is too long")
        continue
      }
      guard let bytes = read(path, limit: min(Limit.icon, room), container) else { continue }
      room -= bytes.count
      icons[(parts.dropLast() + [renamed]).joined(separator: "/")] = bytes
    }
  }

  /// Whether a name has nothing in it that anybody could stumble over.
  private static func isPlain(_ name: String) -> Bool {
    name != "." && name != ".." && name.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\\") }
  }

  // MARK: Reading

  /// A directory's path without links; nil where there is none in the snap.
  private static func directory(_ path: String, in container: any SnapContainer) throws(ImageError) -> String? {
    guard let real = try? container.resolve(path), try container.status(real)?.kind == .directory else { return nil }
    return real
  }

  private mutating func read(_ path: String, limit: Int, _ container: any SnapContainer) -> [UInt8]? {
    do throws(ImageError) {
      // A link to another file of the snap is fine.
      return try container.read(try container.resolve(path), limit: limit)
    } catch {
      remarks.append("\(error)")
      return nil
    }
  }
}

/// A path of a snap as a person may see it.
private func shown(_ path: String) -> String { InvalidText.quote(path) }

/// What a desktop calls the places of snaps.
public struct DesktopPlaces: Equatable, Sendable {
  /// `/snap/bin`.
  public var commands: String
  /// `/snap`.
  public var snaps: String

  public init(commands: String = "/snap/bin", snaps: String = "/snap") {
    self.commands = commands
    self.snaps = snaps
  }
}

extension DesktopFileFilter {
  init(_ info: SnapInfo, of instance: InstanceName, places: DesktopPlaces) {
    let plain = InstanceName(info.name)
    self.init(
      instance: instance.description, snap: info.name.rawValue, image: "\(places.snaps)/\(instance)/current",
      apps: info.apps.map { app in
        App(
          name: app.name.rawValue, command: info.commandName(app.name, of: plain),
          // A service is nothing to click on.
          program: app.daemon == nil
            ? "\(places.commands)/\(info.commandName(app.name, of: instance))" : "/usr/bin/false",
          commonID: app.commonID ?? "")
      })
  }
}
