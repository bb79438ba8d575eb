import Glibc
public import Host
internal import InterfaceManager
internal import Interfaces
import Linux
import Logging
public import Overlord
import Packing
import Snap
public import SnapManager
public import State
import Synchronization
import TestSupport
import Threads

/// A whole system below a directory of its own: the daemon's parts with real images, mounts and services; hooks and
/// services run without a sandbox, through a stand-in for `snap run`.
public final class Machine: Sendable {
  public let directories: Directories
  private let directory: TemporaryDirectory
  private let current: Mutex<Overlord?>
  /// The store that is set up; none by default.
  private let snapStore: StoreInMemory?

  /// Tests of machines block (they mount, run programs, wait for them), and the few threads that all tests share are
  /// needed by those that measure time.
  private static let threads = ThreadPool(most: 3)

  /// Only some machines are up at a time: they work hard, and tests beside them measure time.
  ///
  /// - Parameters:
  ///   - base: whether an OS snap `core` is installed, for snaps to run on.
  ///   - store: the store that is set up, and believed.
  ///   - rig: called before tasks run.
  public static func with(
    base: Bool = true, store: StoreInMemory? = nil, boundary: (@Sendable (Boundary) -> Void)? = nil,
    rig: (Overlord) throws -> Void = { _ in }, _ body: (Machine) async throws -> Void
  ) async throws {
    await Turns.shared.take()
    do {
      try await withTaskExecutorPreference(Self.threads) {
        try await withMachine(base: base, store: store, boundary: boundary, rig: rig, body)
      }
    } catch {
      await Turns.shared.give()
      throw error
    }
    await Turns.shared.give()
  }

  private static func withMachine(
    base: Bool, store: StoreInMemory?, boundary: (@Sendable (Boundary) -> Void)?, rig: (Overlord) throws -> Void,
    _ body: (Machine) async throws -> Void
  ) async throws {
    let machine = try Machine(store)
    do {
      try await machine.start(boundary: boundary, rig: base ? { _ in } : rig)
      if base {
        try await machine.install(machine.pack(SnapSource("core", type: "os")))
        try rig(machine.overlord)
      }
      try await body(machine)
    } catch {
      try? await machine.end()
      throw error
    }
    try await machine.end()
  }

  private init(_ store: StoreInMemory?) throws {
    snapStore = store
    directory = try TemporaryDirectory()
    let root = directory.path
    directories = Directories(root: root)
    current = Mutex(nil)
    for path in ["usr/bin", "root", "home/alice", "run"] { try Files.makeDirectories("\(root)/\(path)") }
    try Files.writeAtomically([UInt8](Self.snapCommand.utf8), to: directories.snapCommand, mode: 0o755)
    try store?.trust(on: directories)
  }

  public var root: String { directories.root }

  public var overlord: Overlord {
    guard let overlord = current.withLock({ $0 }) else { preconditionFailure("the machine is not running") }
    return overlord
  }
  public var store: StateStore { overlord.store }
  public var snaps: SnapManager { overlord.snaps }

  /// Starts the daemon's parts; what another has left unfinished goes on.
  public func start(
    boundary: (@Sendable (Boundary) -> Void)? = nil, rig: (Overlord) throws -> Void = { _ in }
  ) async throws {
    let overlord = try open(boundary)
    try rig(overlord)
    current.withLock { $0 = overlord }
    try await overlord.start()
  }

  /// What the system under test logs is not for whoever reads the results.
  static let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

  private func open(_ boundary: (@Sendable (Boundary) -> Void)?) throws -> Overlord {
    // The threads of one that was just stopped may hold its state a moment longer.
    for _ in 0..<500 {
      do {
        return try overlord(boundary)
      } catch StateError.inUse { usleep(10_000) }
    }
    return try overlord(boundary)
  }

  private func overlord(_ boundary: (@Sendable (Boundary) -> Void)?) throws -> Overlord {
    if let snapStore {
      return try Overlord(directories: directories, logger: Self.quiet, snapStore: snapStore, boundary: boundary)
    }
    return try Overlord(
      directories: directories, logger: Self.quiet, automaticAliases: WrittenAliases(directory: "\(root)/declared"),
      boundary: boundary)
  }

  /// Has declarations grant a snap aliases: apps by alias.
  public func declareAliases(_ aliases: [String: String], of snap: String) throws {
    try write(aliases.map { "\($0.key) \($0.value)\n" }.joined(), to: "declared/\(snap)")
  }

  /// Stops the daemon's parts, in the middle of whatever they do. Services go on.
  public func stop() async {
    let overlord = current.withLock { current in
      defer { current = nil }
      return current
    }
    await overlord?.stop()
  }

  /// Stops everything, and makes sure that nothing is left.
  private func end() async throws {
    if let overlord = current.withLock({ $0 }) {
      await overlord.runner.stop()
      try (overlord.services as? Supervisor)?.shutdown(stoppingServices: true)
      current.withLock { $0 = nil }
    }
    // The snaps are still installed, so their images are mounted; the directory of mounts may be bound to itself.
    try Leaks.removeMounts(below: root)
    let left = try Leaks.below(root)
    try directory.remove()
    if !left.isEmpty { throw MachineError(left.joined(separator: "; ")) }
  }

  // MARK: Connections

  /// Begins connecting a plug, `snap:plug`, with a slot, by default the system's of its interface.
  public func connect(_ plug: String, to slot: String = "") throws -> ChangeID {
    let (snap, name) = Self.parts(plug)
    let (slotSnap, slotName) = Self.parts(slot)
    return try overlord.interfaces.connect(plugSnap: snap, plug: name, slotSnap: slotSnap, slot: slotName)
  }

  /// Begins disconnecting everything from a plug.
  public func disconnect(_ plug: String) throws -> ChangeID {
    let (snap, name) = Self.parts(plug)
    return try overlord.interfaces.disconnect(plugSnap: snap, plug: name, slotSnap: "", slot: "")
  }

  /// What is remembered of each connection, and whether it is there.
  public var connections: [String: String] {
    let connected = Set(overlord.interfaces.current.connections.map(\.connectionID.description))
    let records = store.read { $0.all(RecordKind<ConnectionRecord>.connections) }
    var facts = Dictionary(uniqueKeysWithValues: connected.map { ($0, "connected, not remembered") })
    for (key, record) in records { facts[key] = "connected \(connected.contains(key)), \(record)" }
    return facts
  }

  private static func parts(_ plug: String) -> (String, String) {
    let parts = plug.split(separator: ":").map(String.init)
    return (parts.first ?? "", parts.last ?? "")
  }

  // MARK: Snaps

  /// Packs a snap; returns the image's path.
  public func pack(_ source: SnapSource) throws -> String {
    let name = "\(source.name)-\(source.version)-\(UInt32.random(in: 0 ... .max))"
    let (directory, image) = ("\(root)/sources/\(name)", "\(root)/sources/\(name).snap")
    if let bytes = Self.packed.withLock({ $0[source] }) {
      try Files.makeDirectories("\(root)/sources")
      try Files.writeAtomically(bytes, to: image, mode: 0o644, durable: false)
      return image
    }
    try source.write(to: directory)
    _ = try SnapPacker(directory: directory).pack(
      into: "\(root)/sources", fileName: "\(name).snap", compression: "gzip")
    let bytes = try Files.read(image, limit: 1 << 20)
    Self.packed.withLock { $0[source] = bytes }
    return image
  }

  /// Images are small, and many tests use the same.
  private static let packed = Mutex<[SnapSource: [UInt8]]>([:])

  /// A copy of an image where the daemon receives them.
  public func upload(_ image: String) throws -> SnapSetup.Source {
    let path = "\(directories.blobs)/\(SnapManager.uploadPrefix)\(UInt64.random(in: 0 ... .max))"
    try Copying.copyFile(from: image, to: path, mode: 0o600)
    return .image(path: path)
  }

  /// Starts to install images.
  public func installing(
    _ images: [String], as instance: String? = nil, transaction: Bool = false, flags: SnapFlags = SnapFlags()
  ) throws -> ChangeID {
    let name = try instance.map { try InstanceName($0) }
    let contents = try images.map {
      InstallRequest.Content(source: try upload($0), fileName: $0, instance: name)
    }
    return try snaps.install(contents, InstallRequest(flags: flags, dangerous: true, isTransaction: transaction)).change
  }

  /// Installs an image, and fails when it cannot be.
  public func install(_ image: String, as instance: String? = nil) async throws {
    let change = try installing([image], as: instance)
    guard try await end(of: change) == .done else { throw MachineError(errorText(of: change)) }
  }

  /// How a change ends, after everything is tidied up.
  @discardableResult
  public func end(of change: ChangeID) async throws -> Status {
    let status = await store.wait(timeout: .seconds(60)) { state -> Status? in
      state.change(change)?.isClean == true ? state.status(of: change) : nil
    }
    guard let status else {
      let tasks = store.read { $0.tasks(of: change) }.map { "\($0.kind): \($0.status.name) \($0.log.map(\.message))" }
      throw MachineError("change \(change) does not end:\n" + tasks.joined(separator: "\n"))
    }
    return status
  }

  public func errorText(of change: ChangeID) -> String { store.read { $0.errorText(of: change) } ?? "" }

  /// What is recorded of a snap.
  public func state(_ instance: String) -> SnapState? {
    store.read { $0[RecordKind<SnapState>.snaps, instance] }
  }

  // MARK: Files

  /// The text of a file below the root; nil without one.
  public func text(_ path: String) -> String? {
    (try? Files.read("\(root)/\(path)", limit: 1 << 20)).map { String(decoding: $0, as: UTF8.self) }
  }

  public func write(_ text: String, to path: String) throws {
    let full = "\(root)/\(path)"
    try Files.makeDirectories(String(full[..<(full.lastIndex(of: "/") ?? full.endIndex)]))
    try Files.writeAtomically([UInt8](text.utf8), to: full, mode: 0o644)
  }

  public func exists(_ path: String) -> Bool {
    ((try? Files.status("\(root)/\(path)", followSymlinks: false)) ?? nil) != nil
  }

  /// In place of the real command: hooks and services are run from the image as they are.
  private static let snapCommand = """
    #!/bin/sh
    hook= revision=current action=
    shift
    while :; do
      case "$1" in
        --hook=*) hook=${1#--hook=} ;;
        -r=*) revision=${1#-r=} ;;
        --command=*) action=-${1#--command=} ;;
        *) break ;;
      esac
      shift
    done
    snap=${1%%.*} app=${1#*.}
    # As the launcher does, but for its lock: so it is one file only, which is there or not.
    mkdir -p "$SNAPPY_GLOBAL_ROOT/run/snapd/ns"
    : >"$SNAPPY_GLOBAL_ROOT/run/snapd/ns/$snap.mnt"
    export ROOT=$SNAPPY_GLOBAL_ROOT SNAP=$SNAPPY_GLOBAL_ROOT/snap/$snap/$revision
    if [ -n "$hook" ]; then
      echo "$hook $revision" >>"$ROOT/hooks.$snap"
      exec "$SNAP/meta/hooks/$hook"
    fi
    exec "$SNAP/bin/$app$action"

    """
}

/// A few that may go on at a time; the others wait without holding a thread.
private actor Turns {
  static let shared = Turns(3)
  private var free: Int
  private var waiting: [CheckedContinuation<Void, Never>] = []

  private init(_ count: Int) { free = count }

  func take() async {
    if free > 0 {
      free -= 1
    } else {
      await withCheckedContinuation { waiting.append($0) }
    }
  }

  func give() {
    if waiting.isEmpty { free += 1 } else { waiting.removeFirst().resume() }
  }
}

/// What a test could not set up.
public struct MachineError: Error, CustomStringConvertible {
  public let description: String
  public init(_ description: String) { self.description = description }
}

/// A snap to pack: a command, a service, hooks.
public struct SnapSource: Hashable, Sendable {
  public var name: String
  public var version: String
  public var type: String
  /// Further lines of `snap.yaml`.
  public var yaml: String
  public var hasService: Bool
  /// Further simple services, each with a further line of `snap.yaml`, or none.
  public var services: [String: String] = [:]
  /// Scripts by the name of the hook, without the first line.
  public var hooks: [String: String]
  /// Further files: an empty text is a directory.
  public var files: [String: String] = [:]

  public init(
    _ name: String, version: String = "1", type: String = "app", yaml: String = "", service: Bool = false,
    hooks: [String: String] = [:]
  ) {
    self.name = name
    self.version = version
    self.type = type
    self.yaml = yaml
    hasService = service
    self.hooks = hooks
  }

  public func write(to directory: String) throws {
    var text = "name: \(name)\nversion: '\(version)'\nsummary: s\ndescription: d\ntype: \(type)\n\(yaml)\n"
    if type == "app" {
      text += "apps:\n  \(name):\n    command: bin/\(name)\n"
      if hasService { text += "  svc:\n    command: bin/svc\n    daemon: simple\n" }
      for (app, line) in services.sorted(by: { $0.key < $1.key }) {
        text += "  \(app):\n    command: bin/\(app)\n    daemon: simple\n" + (line.isEmpty ? "" : "    \(line)\n")
      }
    }
    try Files.makeDirectories("\(directory)/meta")
    try put("meta/snap.yaml", text, directory, mode: 0o644)
    if type == "app" {
      try put("bin/\(name)", "#!/bin/sh\necho \(name) \(version)\n", directory, mode: 0o755)
      for app in Array(services.keys) + (hasService ? ["svc"] : []) {
        try put("bin/\(app)", "#!/bin/sh\nexec sleep 1000\n", directory, mode: 0o755)
      }
    } else {
      for name in ["etc", "usr", "tmp", "var", "snap"] { try Files.makeDirectories("\(directory)/\(name)") }
    }
    for (hook, script) in hooks { try put("meta/hooks/\(hook)", "#!/bin/sh\n\(script)\n", directory, mode: 0o755) }
    for (path, content) in files { try put(path, content, directory, mode: 0o755) }
  }

  private func put(_ path: String, _ text: String, _ directory: String, mode: UInt32) throws {
    let full = "\(directory)/\(path)"
    try Files.makeDirectories(String(full[..<(full.lastIndex(of: "/") ?? full.endIndex)]))
    try Files.writeAtomically([UInt8](text.utf8), to: full, mode: mode, durable: false)
  }
}

/// Automatic aliases from files, in place of declarations: a line `alias app` each.
private struct WrittenAliases: AutomaticAliases {
  let directory: String

  func aliases(of snap: SnapName, id snapID: String?) throws -> [String: String] {
    guard try Files.status("\(directory)/\(snap)") != nil else { return [:] }
    let text = String(decoding: try Files.read("\(directory)/\(snap)", limit: 1 << 16), as: UTF8.self)
    let lines = text.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
    return Dictionary(uniqueKeysWithValues: lines.filter { $0.count == 2 }.map { ($0[0], $0[1]) })
  }
}
