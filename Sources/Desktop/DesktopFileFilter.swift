internal import ByteText

/// What is made of a snap's `.desktop` files before a desktop sees them.
///
/// A desktop file says what a click runs, outside of any sandbox; a snap says what is in it. So nothing of it stays but
/// known keys, and a command line starts an app of the snap or is dropped. Source: `spec/features.md` §7, "Desktop
/// files", and `seeds/the-snap-format.md`.
public struct DesktopFileFilter: Sendable {
  /// An app that a command line may name.
  public struct App: Sendable {
    /// As `snap.yaml` has it.
    public var name: String
    /// What `Exec=` says: `foo` or `foo.bar`, never with the key of a parallel instance.
    public var command: String
    /// What is run instead: `/snap/bin/foo.bar`.
    public var program: String
    /// `common-id`; empty without one.
    public var commonID: String

    public init(name: String, command: String, program: String, commonID: String = "") {
      self.name = name
      self.command = command
      self.program = program
      self.commonID = commonID
    }
  }

  /// `foo`, or `foo_key`.
  public var instance: String
  /// The snap's own name, which its files know it by.
  public var snap: String
  /// What `${SNAP}` stands for: it stays right over refreshes.
  public var image: String
  public var apps: [App]

  public init(instance: String, snap: String, image: String, apps: [App]) {
    self.instance = instance
    self.snap = snap
    self.image = image
    self.apps = apps
  }

  /// The file as a desktop may see it.
  ///
  /// - Parameter stem: the file's name in the image without `.desktop`: a command line that names no app of the snap
  ///   starts the app of this name, if there is one.
  /// - Returns: nil for a file without `[Desktop Entry]`: it is no desktop file, and nobody could say whose it is.
  public func filter(_ bytes: [UInt8], stem: String) -> [UInt8]? {
    var output: [UInt8] = []
    var hasEntry = false
    func add(_ line: some Sequence<UInt8>) {
      output += line
      output.append(UInt8(ascii: "\n"))
    }
    for var line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).dropLast(
      bytes.last == UInt8(ascii: "\n") ? 1 : 0)
    {
      if line.last == UInt8(ascii: "\r") { line = line.dropLast() }
      guard let kind = DesktopLine(line) else { continue }
      switch kind {
      case .remark, .group, .key: add(expanding(line))
      case .entry:
        hasEntry = true
        add(line)
        add("X-SnapInstanceName=\(instance)".utf8)
      case .exec(let command):
        guard let (app, rest) = app(for: command, stem: stem) else { continue }
        add("X-SnapAppName=\(app.name)".utf8)
        if !app.commonID.isEmpty { add("X-SnapCommonID=\(app.commonID)".utf8) }
        add(expanding(Array("Exec=\(app.program)".utf8) + rest))
      case .icon(let name):
        guard let icon = icon(name) else { continue }
        add(expanding(Array("Icon=".utf8) + icon))
      }
    }
    return hasEntry ? output : nil
  }

  /// The app that a command line means, and its arguments with the space before them.
  private func app(for command: ArraySlice<UInt8>, stem: String) -> (App, ArraySlice<UInt8>)? {
    for app in apps {
      let name = app.command.utf8
      guard command.starts(with: name) else { continue }
      let rest = command.dropFirst(name.count)
      if rest.isEmpty || rest.first == UInt8(ascii: " ") { return (app, rest) }
    }
    return apps.first { $0.name.utf8.elementsEqual(stem.utf8) }.map { ($0, []) }
  }

  /// The icon as it may stay: a file of the snap, one of the snap's own icons under its instance's name, or an icon of
  /// the desktop's theme.
  private func icon(_ name: ArraySlice<UInt8>) -> [UInt8]? {
    if name.contains(UInt8(ascii: "/")) {
      let variable = Array("${SNAP}/".utf8)
      guard name.starts(with: variable) else { return nil }
      let parts = name.dropFirst(variable.count).split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
      let isClean = parts.allSatisfy { part in
        !part.isEmpty && !part.elementsEqual(".".utf8) && !part.elementsEqual("..".utf8)
      }
      return isClean ? Array(name) : nil
    }
    // A name in which the variable becomes a path is neither.
    guard !String(decoding: name, as: UTF8.self).hasBytes("${SNAP}") else { return nil }
    let own = Array("snap.\(snap).".utf8)
    guard name.starts(with: own) else { return Array(name) }
    return Array("snap.\(instance).".utf8) + name.dropFirst(own.count)
  }

  /// With `${SNAP}` replaced by where the snap is.
  private func expanding(_ line: some Collection<UInt8>) -> [UInt8] {
    let variable = Array("${SNAP}".utf8)
    var output: [UInt8] = []
    var rest = Array(line)[...]
    while !rest.isEmpty {
      if rest.starts(with: variable) {
        output += image.utf8
        rest = rest.dropFirst(variable.count)
      } else {
        output.append(rest.removeFirst())
      }
    }
    return output
  }
}
