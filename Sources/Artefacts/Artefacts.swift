public import Host
internal import Linux
internal import Permissions
public import Snap

/// What the parts of a machine are told of snaps: files for udev, the system bus, the loader of kernel modules, polkit
/// and AppArmor, and the programs that make them look.
///
/// One place for all of it, for every operation: who calls it says what holds now, and what is there is brought to that.
/// Only what differs is written. Before a file changes that some program has to be told of, a mark is made, which goes
/// once the program was told: killed in between, the next call tells it all the same.
public struct Artefacts: Sendable {
  let directories: Directories
  let tools: MachineTools

  /// - Parameter tools: the machine's programs; ``MachineTools/none`` where there is no machine below the root.
  public init(directories: Directories, tools: MachineTools) {
    self.directories = directories
    self.tools = tools
  }

  /// Brings everything to what a snap's connections say.
  ///
  /// - Returns: what went wrong that does not keep the snap from working, for the log of whoever asked.
  /// - Throws: when something of the snap's cannot be used, or a file cannot be written.
  public func write(_ subject: ArtefactSubject) throws -> [String] {
    let appArmor = tools.appArmor()
    // All texts first: what cannot be used keeps everything as it was.
    var wanted: [(part: ArtefactPart, files: [String: String])] = []
    for part in ArtefactPart.allCases { wanted.append((part, try subject.files(part, appArmor: appArmor))) }
    var remarks: [String] = []
    for (part, files) in wanted { remarks += try replace(part, files, of: subject) }
    remarks += try Pins(directories: directories, tools: tools).set(subject.grants.pins, of: subject.instance.rawValue)
    return remarks
  }

  /// Takes everything away that a snap had. Nothing is fine.
  public func remove(_ instance: InstanceName) throws -> [String] {
    var remarks = try Pins(directories: directories, tools: tools).set([], of: instance.rawValue)
    let subject = ArtefactSubject(
      instance: instance, revision: .local(1), confinement: .strict, base: .core, tags: [], parts: [], image: "")
    for part in ArtefactPart.allCases { remarks += try replace(part, [:], of: subject) }
    return remarks
  }

  /// Brings the pins of a snap to what its connections say: they do not outlive a start of the machine.
  public func exportPins(_ subject: ArtefactSubject) throws -> [String] {
    try Pins(directories: directories, tools: tools).set(subject.grants.pins, of: subject.instance.rawValue)
  }

  /// Has the kernel read a snap's AppArmor profiles again with the next ``write(_:)``, though their own text is the same.
  public func requireProfiles(of instance: InstanceName) throws {
    guard tools.appArmor() != nil else { return }
    try Files.makeDirectories(directories.pendingArtefacts, mode: 0o755)
    try Files.writeAtomically(
      [], to: "\(directories.pendingArtefacts)/\(ArtefactPart.appArmor.rawValue).\(instance)", mode: 0o600,
      durable: false)
  }

  private func replace(_ part: ArtefactPart, _ files: [String: String], of subject: ArtefactSubject) throws -> [String]
  {
    let owned = part.files(of: subject.instance.rawValue, directories)
    let difference = try owned.difference(to: files)
    let mark = "\(directories.pendingArtefacts)/\(part.rawValue).\(subject.instance)"
    let isPending = try part != .seccomp && Files.status(mark, followSymlinks: false) != nil
    guard !difference.isEmpty || isPending else { return [] }
    if !isPending, part.isTold {
      try Files.makeDirectories(directories.pendingArtefacts, mode: 0o755)
      try Files.writeAtomically([], to: mark, mode: 0o600, durable: false)
    }
    // Out of the kernel before it is off the disk: without the file nobody would know of it.
    if part == .appArmor { for name in difference.remove { try tools.unloadProfile(name) } }
    try owned.apply(difference, durable: part.isDurable)
    guard part.isTold else { return [] }
    // Where the machine was to be told before, it is told of everything.
    let changed = isPending ? files.keys.sorted() : difference.write.map(\.name)
    let remarks = try tell(part, changed: changed, in: owned.directory, subject)
    try Files.remove(mark)
    return remarks
  }

  private func tell(
    _ part: ArtefactPart, changed: [String], in directory: String, _ subject: ArtefactSubject
  ) throws -> [String] {
    switch part {
    case .bus: return tools.reloadBus()
    case .udev: return try tools.reloadUdev(UdevReload(for: subject.isNonStrict ? [] : subject.grants.udev))
    case .modulesLoad:
      let modules = Set(subject.grants.modules.filter { $0.loading == .onBoot }.map(\.name))
      return modules.sorted().flatMap { tools.loadModule($0) }
    case .appArmor: return try tools.loadProfiles(changed.map { directory + "/" + $0 })
    case .seccomp, .deviceGroup, .modprobe, .polkitActions, .polkitRules: return []
    }
  }

  // MARK: What is there

  /// The files of one snap that are there, by path.
  public func files(of instance: InstanceName) throws -> [String] {
    try ArtefactPart.allCases.flatMap { part in
      let owned = part.files(of: instance.rawValue, directories)
      return try owned.names().map { owned.directory + "/" + $0 }
    }
  }

  /// Every file that names a snap which is not among these.
  public func strangers(_ instances: Set<String>) throws -> [String] {
    var found: [String] = []
    for part in ArtefactPart.allCases {
      let directory = part.directory(directories)
      guard try Files.status(directory)?.kind == .directory else { continue }
      for name in try Files.list(directory) {
        guard let owner = part.schemes.lazy.compactMap({ $0.owner(of: name) }).first,
          !instances.contains(owner)
        else { continue }
        found.append(directory + "/" + name)
      }
    }
    if try Files.status(directories.pins) != nil {
      for name in try Files.list(directories.pins) where !instances.contains(name) && name != Self.systemPins {
        found.append(directories.pins + "/" + name)
      }
    }
    return found.sorted()
  }

  /// Where the files of a snap are not what its connections say, one sentence each.
  public func inconsistencies(_ subject: ArtefactSubject) throws -> [String] {
    let appArmor = tools.appArmor()
    var found: [String] = []
    for part in ArtefactPart.allCases {
      let owned = part.files(of: subject.instance.rawValue, directories)
      let difference = try owned.difference(to: try subject.files(part, appArmor: appArmor))
      found += difference.write.map { "\(owned.directory)/\($0.name) is not what the connections say" }
      found += difference.remove.map { "\(owned.directory)/\($0) says what no connection does" }
    }
    return found
  }
}

extension ArtefactPart {
  /// Whether a program has to be told of changes. polkit looks by itself; modprobe reads its files each time.
  var isTold: Bool {
    switch self {
    case .bus, .udev, .modulesLoad, .appArmor: true
    case .seccomp, .deviceGroup, .modprobe, .polkitActions, .polkitRules: false
    }
  }
}
