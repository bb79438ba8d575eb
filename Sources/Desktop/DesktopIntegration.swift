internal import ByteText
public import Host
public import Image
internal import Linux
public import Snap

/// What desktops, buses and shells of the machine know of snaps: `.desktop` files, icons, D-Bus activation files,
/// completions.
///
/// Everything of a snap is an exact set, told by the revision in use: setting it again changes nothing, and what an
/// earlier revision had is gone. Before files change that the machine's programs keep an index of, a mark is made, which
/// goes once the index is made anew: killed in between, the next call makes it all the same.
public struct DesktopIntegration: Sendable {
  private let directories: Directories
  private let caches: DesktopCaches
  private let serviceCommand: @Sendable (AppInfo.Scope, String) -> String

  /// - Parameters:
  ///   - caches: the machine's programs; none where there is no machine below the root.
  ///   - serviceCommand: what a bus that knows no service manager runs to start a service, by its scope and name.
  public init(
    directories: Directories, caches: DesktopCaches,
    serviceCommand: @escaping @Sendable (AppInfo.Scope, String) -> String
  ) {
    self.directories = directories
    self.caches = caches
    self.serviceCommand = serviceCommand
  }

  /// All that a snap has.
  private struct Wanted {
    var content = DesktopContent()
    var services = BusServices()
    var completions: [String] = []
  }

  private func wanted(_ info: SnapInfo, _ instance: InstanceName, _ container: any SnapContainer) throws -> Wanted {
    var wanted = Wanted()
    wanted.content = try content(info, of: instance, in: container)
    wanted.services = BusServices(info, of: instance, command: serviceCommand)
    wanted.completions = info.apps.filter { $0.daemon == nil && $0.completer?.isEmpty == false }
      .map { info.commandName($0.name, of: instance) }.sorted()
    return wanted
  }

  /// What a snap brings for desktops, as it would be installed.
  public func content(_ info: SnapInfo, of instance: InstanceName, in container: any SnapContainer) throws
    -> DesktopContent
  {
    try DesktopContent(info, of: instance, in: container, places: places)
  }

  /// The places as the machine knows them, whatever root this runs below.
  private var places: DesktopPlaces {
    DesktopPlaces(
      commands: directories.stripping(directories.commands), snaps: directories.stripping(directories.snaps))
  }

  // MARK: Setting

  /// Makes everything that a snap's content has known to the machine, and nothing else of it.
  ///
  /// - Returns: what was left out or went wrong without keeping the snap from working, for a log.
  public func set(_ info: SnapInfo, of instance: InstanceName, in container: any SnapContainer) throws -> [String] {
    let wanted = try wanted(info, instance, container)
    return try replace(wanted, instance.description) + wanted.content.remarks
  }

  /// Takes everything away that a snap had. Nothing is fine.
  public func remove(_ instance: InstanceName) throws -> [String] { try replace(Wanted(), instance.description) }

  /// Takes away what would start something of a snap that is being replaced; its menu entries and icons stay, so that
  /// desktops do not take them for gone.
  public func suspend(_ instance: InstanceName) throws {
    let instance = instance.description
    for files in [systemServices, sessionServices] { try files.apply(try files.difference(to: [:], of: instance)) }
    let completions = CompletionLinks(directories: directories)
    try completions.setAliases([:], of: instance)
    try completions.set([], of: instance)
  }

  private func replace(_ wanted: Wanted, _ instance: String) throws -> [String] {
    let icons = IconFiles(directories: directories)
    // All differences first: a name that is taken keeps everything as it was.
    let files = try desktopFiles.difference(to: wanted.content.files, of: instance)
    let system = try systemServices.difference(to: wanted.services.system, of: instance)
    let session = try sessionServices.difference(to: wanted.services.session, of: instance)
    let images = try icons.difference(to: wanted.content.icons, of: instance)
    try systemServices.apply(system)
    try sessionServices.apply(session)
    let completions = CompletionLinks(directories: directories)
    if wanted.completions.isEmpty { try completions.setAliases([:], of: instance) }
    try completions.set(wanted.completions, of: instance)

    var remarks: [String] = []
    var pending = try pendingIndexes(of: instance)
    var new = Set(images.themes.map { "icons/\($0)" })
    if !files.isEmpty { new.insert("applications") }
    if !new.isSubset(of: pending) {
      pending.formUnion(new)
      try remember(pending, of: instance)
    }
    try icons.apply(images)
    try desktopFiles.apply(files)
    guard !pending.isEmpty else { return [] }
    for index in pending.sorted() {
      if let theme = index.bytes(after: "icons/").map(String.init) {
        try icons.refresh(theme) { caches.run($0, &remarks) }
      } else if try Files.status(directories.desktopFiles)?.kind == .directory {
        _ = caches.run(["update-desktop-database", "--quiet", directories.desktopFiles], &remarks)
      }
    }
    try Files.remove(mark(of: instance))
    return remarks
  }

  // MARK: The mark

  private func mark(of instance: String) -> String { "\(directories.pendingArtefacts)/desktop.\(instance)" }

  private func pendingIndexes(of instance: String) throws -> Set<String> {
    guard try Files.status(mark(of: instance), followSymlinks: false) != nil else { return [] }
    let text = String(decoding: try Files.read(mark(of: instance), limit: 1 << 20), as: UTF8.self)
    return Set(text.byteSplit("\n").map(String.init))
  }

  private func remember(_ indexes: Set<String>, of instance: String) throws {
    try Files.makeDirectories(directories.pendingArtefacts, mode: 0o755)
    let text = indexes.sorted().map { "\($0)\n" }.joined()
    // It is needed as long as the machine runs: desktops look at everything when they start.
    try Files.writeAtomically(Array(text.utf8), to: mark(of: instance), mode: 0o600, durable: false)
  }

  // MARK: The places

  private var desktopFiles: InstalledFiles {
    InstalledFiles(directory: directories.desktopFiles, suffix: ".desktop") { InstalledDesktopFile($0).instance }
  }

  private var systemServices: InstalledFiles {
    InstalledFiles(directory: directories.systemBusServices, suffix: ".service", owner: BusServices.owner)
  }

  private var sessionServices: InstalledFiles {
    InstalledFiles(directory: directories.sessionBusServices, suffix: ".service", owner: BusServices.owner)
  }

  // MARK: Questions

  /// The installed desktop files of all snaps' apps, as the machine knows the paths. An app's is the one named like it;
  /// else the one that keeps its own name (`desktop-file-ids`) and starts the app.
  ///
  /// - Returns: paths by app, by instance.
  public func installedDesktopFiles() throws -> [String: [String: String]] {
    var found: [String: [String: String]] = [:]
    let all = try desktopFiles.all()
    for (owner, files) in Dictionary(grouping: all, by: \.owner) {
      guard let instance = try? InstanceName(owner) else { continue }
      found[owner] = paths(files.map { ($0.name, $0.bytes) }, of: instance)
    }
    return found
  }

  /// The same for one snap's content that is not installed yet.
  public func desktopFiles(_ content: DesktopContent, of instance: InstanceName) -> [String: String] {
    paths(content.files.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }, of: instance)
  }

  private func paths(_ files: [(name: String, bytes: [UInt8])], of instance: InstanceName) -> [String: String] {
    let place = directories.stripping(directories.desktopFiles)
    let prefix = "\(DesktopNames.prefix(of: instance))_"
    var found: [String: String] = [:]
    for file in files where !file.name.hasBytePrefix(prefix) {
      if let app = InstalledDesktopFile(file.bytes).app, found[app] == nil { found[app] = "\(place)/\(file.name)" }
    }
    for file in files {
      guard let app = file.name.bytes(after: prefix)?.utf8.dropLast(".desktop".utf8.count) else { continue }
      found[String(decoding: app, as: UTF8.self)] = "\(place)/\(file.name)"
    }
    return found
  }

  /// Where the files of a snap are not what its content says, one sentence each.
  ///
  /// - Parameter container: nil for a snap that is not in use.
  public func inconsistencies(_ info: SnapInfo, of instance: InstanceName, in container: (any SnapContainer)?) throws
    -> [String]
  {
    let wanted = try container.map { try self.wanted(info, instance, $0) } ?? Wanted()
    let name = instance.description
    var found: [String] = []
    for (files, texts) in [
      (desktopFiles, wanted.content.files), (systemServices, wanted.services.system),
      (sessionServices, wanted.services.session),
    ] {
      let difference = try files.difference(to: texts, of: name)
      found += (difference.write.map(\.name) + difference.remove).map {
        "\(files.directory)/\($0) is not what it should be"
      }
    }
    let icons = try IconFiles(directories: directories).difference(to: wanted.content.icons, of: name)
    found += (icons.write.map(\.path) + icons.remove).map {
      "\(directories.desktopIcons)/\($0) is not what it should be"
    }
    let completions = try CompletionLinks(directories: directories).list(of: name)
    if completions != wanted.completions { found.append("the completions of \(name) are not \(wanted.completions)") }
    return found
  }

  /// Every file that names a snap which is not among these.
  public func strangers(_ instances: Set<String>) throws -> [String] {
    var found = try CompletionLinks(directories: directories).strangers(instances)
    for files in [desktopFiles, systemServices, sessionServices] {
      found += try files.all().filter { !instances.contains($0.owner) }.map { "\(files.directory)/\($0.name)" }
    }
    found += try IconFiles(directories: directories).all().filter { !instances.contains($0.owner) }
      .map { "\(directories.desktopIcons)/\($0.path)" }
    return found.sorted()
  }
}
