internal import ByteText
public import Host
internal import Linux

/// The catalogue of the stores on disk, in `/var/cache/snapd`. Readers need no daemon and no parser:
/// - `names`: the names of all snaps, a line each;
/// - `sections`: the sections, a line each;
/// - `commands`: a line for each command, `COMMAND<tab>SNAP<tab>VERSION`;
/// - `packages`: a line for each snap, `SNAP<tab>VERSION<tab>SUMMARY`.
///
/// Lines are sorted by their bytes, so that one is found without reading the file. The reference keeps the last two as
/// tables of a Go database (`commands.db`), whose format is nobody else's.
public struct CatalogueFiles: Sendable {
  private let directory: String
  private let catalogue: any StoreCatalogue
  /// What of a catalogue is taken: more is no catalogue.
  private static let mostEntries = 1_000_000
  private static let mostCommands = 200
  private static let longestField = 512

  public init(directories: Directories, catalogue: any StoreCatalogue) {
    directory = directories.catalogue
    self.catalogue = catalogue
  }

  /// Fetches everything and replaces the files; when that fails they stay as they are.
  public func refresh() throws {
    var packages: [String] = []
    var commands: [String] = []
    var names: [String] = []
    try catalogue.fetch { entry in
      guard packages.count < Self.mostEntries else { throw CatalogueError.tooLong(Self.mostEntries) }
      let name = Self.field(entry.name)
      guard !name.isEmpty else { return }
      names.append(name)
      packages.append("\(name)\t\(Self.field(entry.version))\t\(Self.field(entry.summary))")
      for command in entry.commands.prefix(Self.mostCommands) {
        commands.append("\(Self.field(command))\t\(name)\t\(Self.field(entry.version))")
      }
    }
    // A store that has nothing does not take away what another had.
    guard !names.isEmpty else { return }
    let sections = try catalogue.sections().prefix(1000).map(Self.field)
    try Files.makeDirectories(directory, mode: 0o755)
    for (file, lines) in [("names", names), ("sections", sections), ("commands", commands), ("packages", packages)] {
      try write(lines, to: file)
    }
  }

  private func write(_ lines: [String], to file: String) throws {
    var bytes: [UInt8] = []
    var last: String?
    for line in lines.sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) })
    where last?.hasSameBytes(as: line) != true {
      bytes += line.utf8
      bytes.append(UInt8(ascii: "\n"))
      last = line
    }
    try Files.writeAtomically(bytes, to: "\(directory)/\(file)", mode: 0o644, durable: false)
  }

  /// A text of a store as part of a line: what would end it or the line becomes a blank.
  private static func field(_ text: String) -> String {
    let bytes = text.utf8.prefix(longestField).map { $0 < 0x20 || $0 == 0x7f ? UInt8(ascii: " ") : $0 }
    return String(decoding: bytes, as: UTF8.self)
  }
}

/// Why a catalogue is not taken.
enum CatalogueError: Error, CustomStringConvertible {
  case tooLong(Int)

  var description: String {
    switch self {
    case .tooLong(let most): "cannot use a catalogue of more than \(most) snaps"
    }
  }
}
