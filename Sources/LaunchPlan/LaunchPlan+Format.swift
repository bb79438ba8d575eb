extension LaunchPlan {
  /// The only format version this build reads and writes.
  public static let formatVersion: UInt32 = 4

  /// What a plan may contain at most. Beyond these a file is refused before memory is spent on it.
  public enum Limit {
    /// Bytes of a whole file.
    public static let file = 4 << 20
    /// Bytes of one text.
    public static let text = 64 << 10
    /// Elements of one list.
    public static let elements = 16384
    /// Bytes of one seccomp program: 4096 instructions, as many as the kernel takes.
    public static let filter = 32768
  }

  /// Eight bytes that start every plan.
  private static let magic: [UInt8] = Array("snapplan".utf8)

  /// The plan as a file: 8 bytes `snapplan`, the format version (`u32`), then the fields in the order of
  /// ``LaunchPlan`` with kind and confinement as bytes. Integers are little-endian. Text is `u32` length and UTF-8
  /// without NUL; lists are a `u32` count and their elements; a ``MountStep`` is a byte for its kind and its fields.
  /// Nothing may follow.
  ///
  /// - Throws: what decoding the result would throw, so that a plan that cannot be read is never written.
  public func encoded() throws(LaunchPlanError) -> [UInt8] {
    var writer = PlanWriter()
    for byte in Self.magic { writer.integer(byte) }
    writer.integer(Self.formatVersion)
    for value in [securityTag, instanceName, snapName, revision, version] { writer.text(value) }
    writer.integer(kind.rawValue)
    writer.integer(confinement.rawValue)
    for value in [command, stopCommand, reloadCommand, postStopCommand] { writer.texts(value) }
    writer.variables(environment)
    writer.variables(declaredEnvironment)
    for value in [base, appName, commonID, desktopFile, busName, completer] { writer.text(value) }
    writer.texts(homeDirectories)
    for value in [namespaceKey, rootfs] { writer.text(value) }
    writer.integer(UInt32(truncatingIfNeeded: view.count))
    for step in view { step.write(to: &writer) }
    writer.text(grantedKey)
    writer.integer(UInt32(truncatingIfNeeded: grantedSteps.count))
    for step in grantedSteps { step.write(to: &writer) }
    writer.integer(UInt32(truncatingIfNeeded: grantedPlaces.count))
    for place in grantedPlaces { place.write(to: &writer) }
    writer.texts(watchedPlaces)
    writer.integer(handledAccess.rawValue)
    writer.integer(UInt32(truncatingIfNeeded: pathRules.count))
    for rule in pathRules {
      writer.text(rule.path)
      writer.integer(rule.access.rawValue)
    }
    writer.integer(UInt32(truncatingIfNeeded: grantedRules.count))
    for rule in grantedRules { rule.write(to: &writer) }
    writer.integer(deniedNetwork)
    writer.integer(scopes)
    writer.integer(capabilities)
    writer.integer(UInt8(noNewPrivileges ? 1 : 0))
    systemWords.write(to: &writer)
    sessionWords.write(to: &writer)
    writer.integer(UInt8(sharesSystemBus ? 1 : 0))
    writer.integer(UInt32(truncatingIfNeeded: describedMounts.count))
    for mount in describedMounts { mount.write(to: &writer) }
    writer.texts(describedUnmounts)
    writer.data(denyFilter)
    writer.data(allowFilter)
    _ = try LaunchPlan(decoding: writer.bytes)
    return writer.bytes
  }

  /// Reads a plan's file. No bytes make it trap; what is not exactly a plan of this version is refused.
  public init(decoding bytes: [UInt8]) throws(LaunchPlanError) {
    var reader = try Self.reader(of: bytes)
    try self.init(unprivilegedFrom: &reader)
    try readPrivileged(&reader)
    guard reader.remaining == 0 else { throw .trailingBytes(reader.remaining) }
  }

  /// Decodes what `snap run` needs and leaves the rest, which the launcher reads for itself, at its defaults. Half of
  /// the work of a start is not done twice.
  ///
  /// - Throws: as ``init(decoding:)``, for the half that is read.
  public init(decodingUnprivileged bytes: [UInt8]) throws(LaunchPlanError) {
    var reader = try Self.reader(of: bytes)
    try self.init(unprivilegedFrom: &reader)
  }

  /// A reader behind the header, which is checked.
  private static func reader(of bytes: [UInt8]) throws(LaunchPlanError) -> PlanReader {
    guard bytes.count <= Limit.file else { throw .tooLarge(field: "file") }
    guard bytes.count >= Self.magic.count else { throw .notAPlan }
    for index in 0..<Self.magic.count where bytes[index] != Self.magic[index] { throw .notAPlan }
    var reader = PlanReader(bytes, at: Self.magic.count)
    let version = try reader.integer(UInt32.self, "format version")
    guard version == Self.formatVersion else { throw .version(version) }
    return reader
  }

  private init(unprivilegedFrom reader: inout PlanReader) throws(LaunchPlanError) {
    self.init(
      securityTag: try reader.text("securityTag"), instanceName: try reader.text("instanceName"),
      snapName: try reader.text("snapName"), revision: try reader.text("revision"),
      version: try reader.text("version"))
    try readUnprivileged(&reader)
  }

  private mutating func readUnprivileged(_ reader: inout PlanReader) throws(LaunchPlanError) {
    guard let kind = Kind(rawValue: try reader.integer(UInt8.self, "kind")) else { throw .invalid(field: "kind") }
    guard let confinement = Confinement(rawValue: try reader.integer(UInt8.self, "confinement")) else {
      throw .invalid(field: "confinement")
    }
    self.kind = kind
    self.confinement = confinement
    command = try reader.texts("command")
    stopCommand = try reader.texts("stopCommand")
    reloadCommand = try reader.texts("reloadCommand")
    postStopCommand = try reader.texts("postStopCommand")
    environment = try reader.variables("environment")
    declaredEnvironment = try reader.variables("declaredEnvironment")
    base = try reader.text("base")
    appName = try reader.text("appName")
    commonID = try reader.text("commonID")
    desktopFile = try reader.text("desktopFile")
    busName = try reader.text("busName")
    completer = try reader.text("completer")
    homeDirectories = try reader.texts("homeDirectories")
    for path in homeDirectories {
      guard !path.isEmpty, Self.isCleanAbsolute("/" + path) else { throw .invalid(field: "homeDirectories") }
    }
  }

  private mutating func readPrivileged(_ reader: inout PlanReader) throws(LaunchPlanError) {
    namespaceKey = try reader.text("namespaceKey")
    rootfs = try reader.text("rootfs")
    let steps = try reader.count("view")
    view.reserveCapacity(steps)
    for _ in 0..<steps { view.append(try MountStep(from: &reader)) }
    grantedKey = try reader.text("grantedKey")
    let grants = try reader.count("grantedSteps")
    grantedSteps.reserveCapacity(grants)
    for _ in 0..<grants {
      let step = try MountStep(from: &reader)
      guard step.isGrantable else { throw .invalid(field: "grantedSteps") }
      grantedSteps.append(step)
    }
    let places = try reader.count("grantedPlaces")
    grantedPlaces.reserveCapacity(places)
    for _ in 0..<places { grantedPlaces.append(try GrantedPlace(from: &reader)) }
    watchedPlaces = try reader.texts("watchedPlaces")
    handledAccess = PathAccess(rawValue: try reader.integer(UInt64.self, "handledAccess"))
    let rules = try reader.count("pathRules")
    pathRules.reserveCapacity(rules)
    for _ in 0..<rules {
      let path = try reader.text("pathRules")
      pathRules.append(PathRule(path, PathAccess(rawValue: try reader.integer(UInt64.self, "pathRules"))))
    }
    let granted = try reader.count("grantedRules")
    grantedRules.reserveCapacity(granted)
    for _ in 0..<granted { grantedRules.append(try GrantedRule(from: &reader)) }
    deniedNetwork = try reader.integer(UInt64.self, "deniedNetwork")
    scopes = try reader.integer(UInt64.self, "scopes")
    capabilities = try reader.integer(UInt64.self, "capabilities")
    switch try reader.integer(UInt8.self, "noNewPrivileges") {
    case 0: noNewPrivileges = false
    case 1: noNewPrivileges = true
    default: throw .invalid(field: "noNewPrivileges")
    }
    systemWords = try Self.busWords(&reader, "systemBus")
    sessionWords = try Self.busWords(&reader, "sessionBus")
    switch try reader.integer(UInt8.self, "sharesSystemBus") {
    case 0: sharesSystemBus = false
    case 1: sharesSystemBus = true
    default: throw .invalid(field: "sharesSystemBus")
    }
    let mounts = try reader.count("describedMounts")
    describedMounts.reserveCapacity(mounts)
    for _ in 0..<mounts { describedMounts.append(try DescribedMount(from: &reader)) }
    describedUnmounts = try reader.texts("describedUnmounts")
    denyFilter = try reader.data(limit: Limit.filter, "denyFilter")
    guard denyFilter.count % 8 == 0 else { throw .invalid(field: "denyFilter") }
    allowFilter = try reader.data(limit: Limit.filter, "allowFilter")
    guard allowFilter.count % 8 == 0 else { throw .invalid(field: "allowFilter") }
  }
}
