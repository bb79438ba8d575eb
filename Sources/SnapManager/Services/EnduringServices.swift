internal import ByteText
internal import Host
internal import Linux
internal import Snap
internal import State

/// Services with `refresh-mode: endure`: a refresh leaves them as they are, running the revision they began with.
/// Source: `spec/features.md` §4; `spec/engine.md`, "refresh-app-awareness".
extension SnapManager {
  /// The services that an operation leaves running: the revision that they are of says so.
  func enduringServices(over setup: SnapSetup) throws -> Set<String> {
    guard let (info, _, _) = try? enduringRevision(setup) else { return [] }
    return Set(enduringApps(info).map { UnitName.service(instance: "\(setup.instance)", app: "\($0.name)") })
  }

  /// What of the host's definitions stays over an operation: a service that is forgotten is stopped.
  func enduringDefinitions(over setup: SnapSetup) throws -> [ServiceDefinition] {
    guard let (info, revision, flags) = try enduringRevision(setup), !enduringApps(info).isEmpty else { return [] }
    let names = try enduringServices(over: setup)
    let parts = try connections.parts(of: setup.instance)
    return try serviceDefinitions(
      info, in: setup.instance, revision, flags, parts: parts, vitalityRank: vitalityRank(of: setup.instance)
    )
    .filter { names.contains($0.name) }
  }

  private func enduringApps(_ info: SnapInfo) -> [AppInfo] {
    info.apps.filter { $0.isSystemService && $0.refreshMode == .endure }
  }

  /// The revision that a refresh leaves, linked or not; nil for other operations.
  private func enduringRevision(
    _ setup: SnapSetup
  ) throws -> (info: SnapInfo, revision: Revision, flags: SnapFlags)? {
    guard setup.purpose == .refresh, let state = store.read({ $0[snap: setup.instance] }) else { return nil }
    let revision = setup.previous ?? state.current
    return (try infos.info(of: setup.instance, revision), revision, state.flags)
  }

  /// The processes among these that don't belong to the services named.
  func processes(_ pids: [Int32], outside names: Set<String>) throws -> [Int32] {
    guard !names.isEmpty else { return pids }
    let sessions = Set(try services.status(names.sorted()).compactMap(\.mainPID).compactMap(Self.session))
    return pids.filter { pid in
      if let session = Self.session(of: pid), sessions.contains(session) { return false }
      return names.isDisjoint(with: Self.controlGroup(of: pid))
    }
  }

  /// The session of a process, from the sixth field of `/proc/PID/stat` (proc_pid_stat(5)).
  private static func session(of pid: Int32) -> Int32? {
    guard let bytes = try? Files.read("/proc/\(pid)/stat", limit: 4096) else { return nil }
    // The second field is the name of the program, in parentheses, with whatever in it.
    guard let end = bytes.lastIndex(of: UInt8(ascii: ")")) else { return nil }
    let fields = bytes[(end + 1)...].split(separator: UInt8(ascii: " "))
    return fields.count > 3 ? Int32(String(decoding: fields[3], as: UTF8.self)) : nil
  }

  /// The parts of the path of a process's control group: hosts name the group of a service like its unit.
  private static func controlGroup(of pid: Int32) -> Set<String> {
    guard let bytes = try? Files.read("/proc/\(pid)/cgroup", limit: 1 << 16) else { return [] }
    let lines = String(decoding: bytes, as: UTF8.self).byteSplit("\n")
    guard let line = lines.first(where: { $0.hasBytePrefix("0::/") }) else { return [] }
    return Set(line.byteSplit("/").map(String.init))
  }
}
