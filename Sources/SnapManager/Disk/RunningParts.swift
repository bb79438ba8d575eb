internal import ByteText
internal import Linux
public import Snap
internal import State
internal import Time

/// What of a snap runs, by app and hook. Everything is read from /proc; nothing is started to find it out.
///
/// Whose a process is it says itself, by the variables that `snap run` gave it. That decides about names in a message,
/// and about apps that say that they need not be waited for: whoever lies about it harms nothing but their own app.
struct RunningParts {
  /// Processes by the app's name.
  var apps: [String: [Int32]] = [:]
  /// Those of hooks, by the hook's name as far as it can be told.
  var hooks: [String: [Int32]] = [:]
  /// Processes in the snap's namespaces that don't say whose they are.
  var others: [Int32] = []

  init(_ pids: [Int32], of instance: InstanceName) {
    for pid in pids {
      switch Self.part(pid, instance) {
      case .app(let name): apps[name, default: []].append(pid)
      case .hook(let name): hooks[name, default: []].append(pid)
      case nil: others.append(pid)
      }
    }
  }

  private enum Part {
    case app(String)
    case hook(String)
  }

  private static func part(_ pid: Int32, _ instance: InstanceName) -> Part? {
    guard let bytes = try? Files.read("/proc/\(pid)/environ", limit: 4 << 20) else { return nil }
    var app: String?
    var isOwn = false
    for variable in bytes.split(separator: 0) {
      if variable.starts(with: "SNAP_APP_NAME=".utf8) {
        app = String(decoding: variable.dropFirst(14), as: UTF8.self)
      } else if variable.starts(with: "SNAP_INSTANCE_NAME=".utf8) {
        isOwn = variable.dropFirst(19).elementsEqual(instance.description.utf8)
      }
    }
    guard isOwn else { return nil }
    if let app { return (try? AppName(app)).map { .app($0.rawValue) } }
    return .hook(hook(pid) ?? "")
  }

  /// The hook that a process was started as: its program, or its interpreter's script, is in `meta/hooks`.
  private static func hook(_ pid: Int32) -> String? {
    guard let line = try? Files.read("/proc/\(pid)/cmdline", limit: 1 << 16) else { return nil }
    for word in line.split(separator: 0).prefix(4) {
      let parts = String(decoding: word, as: UTF8.self).byteSplit("/")
      if parts.count > 2, parts[parts.count - 2] == "hooks", parts[parts.count - 3] == "meta",
        let name = parts.last.map(String.init), (try? HookName(name)) != nil
      {
        return name
      }
    }
    return nil
  }

  /// The revision that a process was started from, as it says itself.
  static func revision(of pid: Int32, _ instance: InstanceName) -> Revision? {
    guard let bytes = try? Files.read("/proc/\(pid)/environ", limit: 4 << 20) else { return nil }
    let variables = bytes.split(separator: 0)
    guard variables.contains(where: { $0.elementsEqual("SNAP_INSTANCE_NAME=\(instance)".utf8) }) else { return nil }
    return variables.first { $0.starts(with: "SNAP_REVISION=".utf8) }
      .flatMap { try? Revision(String(decoding: $0.dropFirst(14), as: UTF8.self)) }
  }

  /// Leaves out apps that need not be waited for.
  mutating func ignore(_ isIgnored: (AppInfo) -> Bool, of info: SnapInfo) {
    for app in info.apps where isIgnored(app) { apps[app.name.rawValue] = nil }
  }

  /// The refusal to go on while all this runs; nil when nothing does.
  func refusal(of instance: InstanceName) -> Refusal? {
    let pids = (apps.values.flatMap { $0 } + hooks.values.flatMap { $0 } + others).sorted()
    guard !pids.isEmpty else { return nil }
    return .running(
      instance, apps: apps.keys.sorted(), hooks: hooks.keys.filter { !$0.isEmpty }.sorted(), pids: pids)
  }
}

extension SnapManager {
  /// Refuses a refresh at its very beginning while apps or hooks run: nothing is stopped in vain. Services are left out,
  /// as the refresh stops them. Source: `spec/engine.md` §5, "refresh-app-awareness".
  ///
  /// - Parameter isAutomatic: nobody has asked for it: it is put off for some days, and then done all the same.
  /// - Returns: whether it is done although something runs.
  func refuseRefreshWhileRunning(
    _ instance: InstanceName, _ installed: SnapState, isAutomatic: Bool
  ) throws -> Bool {
    guard installed.type != .snapd, installed.type != .os, installed.active else { return false }
    // A snap that is broken can be mended by a refresh.
    guard let info = try? infos.info(of: instance, installed.current) else { return false }
    var parts = RunningParts(try processes(of: instance), of: instance)
    // What does not say whose it is may be a service's: it is looked at again when they have been stopped.
    parts.others = []
    parts.ignore({ $0.daemon != nil || $0.refreshMode == .ignoreRunning }, of: info)
    guard let refusal = parts.refusal(of: instance) else { return false }
    guard isAutomatic, try !inhibitRefresh(of: instance) else { throw refusal }
    return true
  }

  /// Remembers that running apps stand in the way of an automatic refresh.
  ///
  /// - Returns: whether it is still to wait for them.
  private func inhibitRefresh(of instance: InstanceName) throws -> Bool {
    try store.write { state in
      let now = state.now.seconds
      guard let since = state[snap: instance]?.refreshInhibited else {
        state[snap: instance]?.refreshInhibited = now
        try state.addNotice(.refreshInhibit, key: "-")
        return true
      }
      return now - since < configuration.longestInhibition(in: state).components.seconds
    }
  }

  /// What runs of a snap and puts an automatic refresh of it off.
  ///
  /// - Parameter remembers: whether it is remembered since when; else this only looks.
  /// - Returns: the names of apps, and when the refresh is made all the same (seconds since 1970). Nil when nothing runs,
  ///   or when it has been put off for as long as it can be.
  public func refreshObstacle(
    of instance: InstanceName, remembers: Bool
  ) throws -> (apps: [String], proceeds: Int64)? {
    guard let installed = store.read({ $0[snap: instance] }) else { return nil }
    do {
      _ = try refuseRefreshWhileRunning(instance, installed, isAutomatic: remembers)
      return nil
    } catch Refusal.running(_, let apps, _, _) {
      return store.read { state in
        let longest = configuration.longestInhibition(in: state).components.seconds
        let proceeds = (state[snap: instance]?.refreshInhibited ?? state.now.seconds) + longest
        return proceeds > state.now.seconds ? (apps, proceeds) : nil
      }
    }
  }

  /// When an automatic refresh will no longer wait for running apps, seconds since 1970; nil while none does.
  public func refreshProceeds(_ record: SnapState) -> Int64? {
    record.refreshInhibited.map { since in
      since + store.read { configuration.longestInhibition(in: $0) }.components.seconds
    }
  }

  /// The revisions that something runs from: their images stay, so that apps which a refresh has passed by go on working,
  /// however many refreshes there are. They go with the first refresh after these apps have ended.
  func revisionsInUse(of instance: InstanceName) throws -> Set<Revision> {
    Set(try processes(of: instance).compactMap { RunningParts.revision(of: $0, instance) })
  }

  /// Refuses to take a revision away from what runs. Its services have been stopped before this is asked, but for those
  /// that are to endure.
  ///
  /// - Parameter services: those.
  func refuseWhileRunning(_ instance: InstanceName, but services: Set<String> = []) throws {
    let pids = try processes(processes(of: instance), outside: services)
    guard !pids.isEmpty else { return }
    var parts = RunningParts(pids, of: instance)
    if let current = store.read({ $0[snap: instance]?.current }), let info = try? infos.info(of: instance, current) {
      parts.ignore({ $0.refreshMode == .ignoreRunning }, of: info)
    }
    if let refusal = parts.refusal(of: instance) { throw refusal }
  }
}
