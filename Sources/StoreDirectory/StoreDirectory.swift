internal import ByteText
public import Host
internal import Linux
internal import Synchronization

/// The stores that are set up. The files are read anew whenever one of the directories has changed.
public final class StoreDirectory: Sendable {
  private let places: [(path: String, origin: StoreEntry.Origin)]
  /// Where the roots of stores are put.
  private let roots: String
  private let forced: StoreEntry?
  private let report: @Sendable (_ problem: String) -> Void
  private let known = Mutex<(stamps: [Stamp], entries: [StoreEntry])?>(nil)
  /// Held while something is added or removed.
  private let changing = Mutex(())

  /// A directory or a file as it was.
  private struct Stamp: Equatable {
    var inode: UInt64
    var seconds: Int64
    var nanoseconds: Int64
  }

  private static let suffix = ".json"
  private static let fileLimit = 1 << 16

  /// - Parameters:
  ///   - environment: the daemon's; `SNAPPY_FORCE_API_URL` names one store in the place of all files.
  ///   - report: told of files that are left out, with why.
  /// - Throws: when the environment names what is no address.
  public init(
    directories: Directories, environment: (String) -> String?, report: @escaping @Sendable (_ problem: String) -> Void
  ) throws {
    places = [
      (directories.prefix + "/usr/share/snapd/stores.d", .packager),
      (directories.prefix + "/etc/snapd/stores.d", .administrator),
    ]
    roots = directories.prefix + "/etc/snapd/trusted.d"
    self.report = report
    func address(_ variable: String) throws -> StoreURL? {
      guard let text = environment(variable), !text.isEmpty else { return nil }
      return try StoreURL(text)
    }
    forced = try address("SNAPPY_FORCE_API_URL").map { url in
      StoreEntry(
        name: "forced", url: url, assertionsURL: try address("SNAPPY_FORCE_SAS_URL"),
        logInURL: try address("SNAPPY_FORCE_SSO_URL"), key: nil, origin: .environment)
    }
  }

  /// The stores, in the order in which they are asked.
  public var entries: [StoreEntry] {
    if let forced { return [forced] }
    return known.withLock { known in
      // Before the files: what changes meanwhile is seen the next time.
      let stamps = stamps()
      if let known, known.stamps == stamps { return known.entries }
      let entries = read()
      known = (stamps, entries)
      return entries
    }
  }

  private func stamps() -> [Stamp] {
    places.flatMap { place in
      // The directory changes with the names in it, a file with what an editor writes into it.
      let files = ((try? Files.list(place.path)) ?? []).sorted().map { "\(place.path)/\($0)" }
      return ([place.path] + files).map { path in
        guard let status = try? Files.status(path) else { return Stamp(inode: 0, seconds: 0, nanoseconds: 0) }
        return Stamp(inode: status.inode, seconds: status.modifiedSeconds, nanoseconds: status.modifiedNanoseconds)
      }
    }
  }

  private func read() -> [StoreEntry] {
    var entries: [String: StoreEntry] = [:]
    for place in places {
      guard (try? Files.status(place.path)) != nil else { continue }
      let names: [String]
      do { names = try Files.list(place.path) } catch {
        report("\(error)")
        continue
      }
      for file in names.sorted() where file.hasByteSuffix(Self.suffix) && !file.hasBytePrefix(".") {
        let name = String(file.dropLast(Self.suffix.utf8.count))
        do {
          guard StoreEntry.isName(name) else { throw StoreDirectoryError.name(name) }
          let bytes = try Files.read("\(place.path)/\(file)", limit: Self.fileLimit)
          // An empty file: not wanted, whoever else wants it.
          entries[name] = nil
          if !bytes.isEmpty { entries[name] = try StoreEntry(json: bytes, name: name, origin: place.origin) }
        } catch { report("cannot use \(place.path)/\(file): \(error)") }
      }
    }
    return entries.values.sorted { ($0.priority, $0.name) < ($1.priority, $1.name) }
  }

  // MARK: Changes

  /// What a new store is to be called and where it is, before anything is fetched from it.
  ///
  /// - Parameter name: empty for one after its host.
  /// - Throws: when it cannot be set up like that.
  public func candidate(
    url: String, key: String, name: String, priority: Int?
  ) throws(StoreDirectoryError) -> StoreEntry {
    guard forced == nil else { throw .forced }
    let url = try StoreURL(url)
    guard StoreEntry.isFingerprint(key) else { throw .fingerprint(key) }
    let name = name.isEmpty ? Self.name(for: url) : name
    guard StoreEntry.isName(name) else { throw .name(name) }
    if let known = entries.first(where: { $0.name == name || $0.url == url }) { throw .exists(known.name) }
    return StoreEntry(name: name, url: url, key: key, priority: priority ?? 0, origin: .administrator)
  }

  private static func name(for url: StoreURL) -> String {
    let bytes = url.host.utf8.map { byte -> UInt8 in
      let lower = UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte ? byte | 0x20 : byte
      return UInt8(ascii: "a")...UInt8(ascii: "z") ~= lower || lower.isASCIIDigit || lower == 0x2E ? lower : 0x2D
    }
    return String(decoding: bytes.drop { $0 == 0x2D || $0 == 0x2E }.prefix(64), as: UTF8.self)
  }

  /// Sets a store up.
  ///
  /// - Parameter root: its root of trust; nil when it is trusted already.
  public func add(_ entry: StoreEntry, root: StoreRoot?) throws {
    try changing.withLock { _ in
      guard !entries.contains(where: { $0.name == entry.name }) else { throw StoreDirectoryError.exists(entry.name) }
      guard let place = places.last?.path else { return }
      for directory in [roots, place] { try Files.makeDirectories(directory, mode: 0o755) }
      if let root { try Files.writeAtomically(root.stream, to: "\(roots)/\(entry.name).assert", mode: 0o644) }
      try Files.writeAtomically(entry.json, to: "\(place)/\(entry.name)\(Self.suffix)", mode: 0o644)
    }
    known.withLock { $0 = nil }
  }

  /// Forgets a store, and the trust in its root if that came with it.
  ///
  /// - Returns: what it was.
  @discardableResult
  public func remove(_ name: String) throws -> StoreEntry {
    defer { known.withLock { $0 = nil } }
    return try changing.withLock { _ in
      guard forced == nil else { throw StoreDirectoryError.forced }
      guard let entry = entries.first(where: { $0.name == name }), let own = places.last?.path,
        let packaged = places.first?.path
      else { throw StoreDirectoryError.unknown(name) }
      // Trust goes first: when it is interrupted here, what is left is asked in vain and can be removed again.
      try releaseRoot(of: entry)
      if try Files.status("\(packaged)/\(name)\(Self.suffix)") != nil {
        // The packager's file is not ours: an empty one hides it.
        try Files.makeDirectories(own, mode: 0o755)
        try Files.writeAtomically([], to: "\(own)/\(name)\(Self.suffix)", mode: 0o644)
      } else {
        try Self.remove("\(own)/\(name)\(Self.suffix)", in: own)
      }
      return entry
    }
  }

  /// Trusts the root of a store no longer, unless another store has the same: then it is that one's.
  private func releaseRoot(of entry: StoreEntry) throws {
    let path = "\(roots)/\(entry.name).assert"
    let heir = entries.first { $0.name != entry.name && $0.key != nil && $0.key == entry.key }
    guard let heir, try Files.status(path, followSymlinks: false) != nil,
      try Files.status("\(roots)/\(heir.name).assert", followSymlinks: false) == nil
    else { return try Self.remove(path, in: roots) }
    try Files.rename(path, to: "\(roots)/\(heir.name).assert")
  }

  private static func remove(_ path: String, in directory: String) throws {
    guard try Files.status(path, followSymlinks: false) != nil else { return }
    try Files.remove(path)
    try Files.syncDirectory(directory)
  }
}
