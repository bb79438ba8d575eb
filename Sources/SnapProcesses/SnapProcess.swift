internal import ByteText
internal import Linux

/// Whose a running process is: which snap, and which of its apps. For programs that are asked for something by a process,
/// and do it for snaps, or not for snaps.
public struct SnapProcess: Hashable, Sendable {
  /// The snap, with its instance key.
  public var instance: String
  /// The app, when that is known. A process may lie about it, within its own snap.
  public var app: String?
  /// Whether the kernel vouches for it. A snap that was launched without privilege is known by a name that others, who
  /// need not be snaps at all, can give to a mount of theirs.
  public var isCertain: Bool

  public init(instance: String, app: String? = nil, isCertain: Bool = true) {
    self.instance = instance
    self.app = app
    self.isCertain = isCertain
  }
}

/// Finds out whose a process is, with the rights of whoever asks: a user learns it of processes of their own.
public struct SnapProcesses: Sendable {
  private let prefix: String

  /// - Parameter root: the directory that stands for `/`.
  public init(root: String = "/") { prefix = root == "/" ? "" : root }

  /// - Returns: nil for a process that is no snap's, that is gone, or that may not be looked at.
  public func owner(of pid: Int32) -> SnapProcess? {
    guard pid > 0 else { return nil }
    if let owner = behindProxy(pid) { return owner }
    if let instance = kept(pid) { return SnapProcess(instance: instance, app: app(of: pid, instance)) }
    if let instance = unkept(pid) {
      return SnapProcess(instance: instance, app: app(of: pid, instance), isCertain: false)
    }
    return classic(pid)
  }

  /// By the mount namespace, which a process cannot leave, and which the launcher keeps as
  /// `/run/snapd/ns/INSTANCE[.UID].mnt`.
  private func kept(_ pid: Int32) -> String? {
    guard let namespace = ProcessTable.mountNamespace(of: pid) else { return nil }
    let folder = prefix + "/run/snapd/ns"
    for name in (try? Files.list(folder)) ?? [] where name.hasByteSuffix(".mnt") {
      guard (try? ProcessTable.namespaceNumber(atFile: "\(folder)/\(name)")) == namespace else { continue }
      return name.byteSplit(".").first.map(String.init)
    }
    return nil
  }

  /// By the name that the launcher gives to the root of a view that nobody keeps (docs/unprivileged.md).
  private func unkept(_ pid: Int32) -> String? {
    guard ProcessTable.mountNamespace(of: pid) != ProcessTable.mountNamespace(of: Self.ownPID) else { return nil }
    return ProcessTable.rootSource(of: pid).flatMap { source in
      source.bytes(after: "snap-confine:\(prefix):").map(String.init)
    }
  }

  /// A process that runs a program of a snap in the view of the machine: a classic one.
  private func classic(_ pid: Int32) -> SnapProcess? {
    guard let program = ProcessTable.executable(of: pid), let rest = program.bytes(after: prefix + "/snap/") else {
      return nil
    }
    let parts = rest.byteSplit("/")
    guard parts.count > 2 else { return nil }
    // The directory is the instance's, as the machine sees it.
    let instance = String(parts[0])
    return SnapProcess(instance: instance, app: app(of: pid, instance), isCertain: false)
  }

  /// On a message bus, the filtering proxy of a launch speaks for the app. Its keeper is the launcher itself, which
  /// carries the tag in its arguments: `snap-confine [OPTION VALUE]… TAG -- …`. A snap's own process cannot be one: it is
  /// in a view of its own, and this one is in the machine's.
  private func behindProxy(_ pid: Int32) -> SnapProcess? {
    guard ProcessTable.executable(of: pid)?.hasByteSuffix("/xdg-dbus-proxy") == true,
      ProcessTable.mountNamespace(of: pid) == ProcessTable.mountNamespace(of: Self.ownPID),
      let parent = ProcessTable.parent(of: pid), let words = ProcessTable.arguments(of: parent),
      let program = words.first, program.hasByteSuffix("/snap-confine")
    else { return nil }
    var index = 1
    while index + 1 < words.count, words[index].hasBytePrefix("--") { index += 2 }
    guard index + 1 < words.count, words[index + 1].hasSameBytes(as: "--") else { return nil }
    return Self.tag(words[index])
  }

  /// `snap.INSTANCE.APP` or `snap.INSTANCE.hook.HOOK`.
  static func tag(_ text: String) -> SnapProcess? {
    let parts = text.byteSplit(".", keepingEmpty: true).map(String.init)
    guard parts.count == 3 || parts.count == 4 && parts[2] == "hook", parts[0] == "snap",
      parts.allSatisfy({ !$0.isEmpty })
    else { return nil }
    return SnapProcess(instance: parts[1], app: parts.count == 3 ? parts[2] : nil)
  }

  /// What the process's environment says of it.
  private func app(of pid: Int32, _ instance: String) -> String? {
    guard let bytes = try? Files.read("/proc/\(pid)/environ", limit: 1 << 20) else { return nil }
    var found: String?
    for variable in bytes.split(separator: 0) {
      let text = String(decoding: variable, as: UTF8.self)
      if let name = text.bytes(after: "SNAP_INSTANCE_NAME="), !name.hasSameBytes(as: instance) { return nil }
      if let app = text.bytes(after: "SNAP_APP_NAME=") { found = String(app) }
    }
    return found.flatMap { $0.isEmpty || $0.hasByte("/") ? nil : $0 }
  }

  private static var ownPID: Int32 { ProcessTable.own }
}
