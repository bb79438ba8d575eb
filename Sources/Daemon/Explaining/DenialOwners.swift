internal import Explaining
internal import Linux

/// Whose a logged refusal is.
struct DenialOwners {
  /// Every tag that has a launch plan, by instance.
  let tags: [String: [String]]
  /// When the revision in use was installed, seconds since 1970, by instance.
  var installed: [String: Double] = [:]

  struct Owner: Hashable {
    var instance: String
    /// Nil when the log does not tell the app.
    var tag: String?
    /// It may be another snap's.
    var isGuess = false
  }

  /// By AppArmor's label, the name that the launcher has while it restricts itself, the program's place, and the process
  /// as long as it lives. Nil for what belongs to no snap.
  func owner(of record: AuditRecord) -> Owner? {
    if let label = record.label, label.hasPrefix("snap.") {
      let tag = String(label.prefix { $0 != " " && $0 != "/" })
      let instance = String(tag.dropFirst(5).prefix { $0 != "." && $0 != "+" })
      guard let known = tags[instance] else { return nil }
      return Owner(instance: instance, tag: known.contains(tag) ? tag : nil)
    }
    if record.program?.hasSuffix("/snap-confine") == true, let command = record.command,
      let owner = launched(as: command)
    {
      return owner
    }
    var owner: Owner?
    if let program = record.program, program.hasPrefix("/snap/") {
      let name = String(program.dropFirst(6).prefix { $0 != "/" })
      let instances = tags.keys.filter { $0 == name || $0.hasPrefix(name + "_") }
      if instances.count == 1, let instance = instances.first { owner = Owner(instance: instance) }
    }
    if let living = record.pid.flatMap({ living($0, command: record.command, program: record.program) }) {
      owner = living
    }
    if var found = owner, found.tag == nil, let all = tags[found.instance], all.count == 1 {
      found.tag = all.first
      owner = found
    }
    return owner
  }

  /// Whose a refusal of a process that has ended may be: that of the snap which is asked about, or of the only one. The
  /// log names the base's program (`/usr/bin/perl`), and the line says that it is a guess.
  func guess(_ record: AuditRecord, _ snap: String) -> Owner? {
    guard Self.mayBeApp(record) else { return nil }
    let candidates = tags.filter { !$0.value.isEmpty && (snap.isEmpty || $0.key == snap) }
    guard candidates.count == 1, let (instance, all) = candidates.first else { return nil }
    if let time = record.time, let since = installed[instance], time < since { return nil }
    return Owner(instance: instance, tag: all.count == 1 ? all.first : nil, isGuess: true)
  }

  /// Whether a filter like ours refused a program of a base.
  static func mayBeApp(_ record: AuditRecord) -> Bool {
    guard case .seccomp(_, _, let action) = record.what, action & 0xffff_0000 == 0x0005_0000 else { return false }
    guard record.label.map({ $0 == "unconfined" || $0.isEmpty }) ?? true, let program = record.program else {
      return false
    }
    return ["/usr/", "/bin/", "/sbin/"].contains { program.hasPrefix($0) }
  }

  /// The kernel keeps 15 bytes of a process's name.
  static let nameLimit = 15

  private func launched(as name: String) -> Owner? {
    var found: [Owner] = []
    for (instance, all) in tags {
      for tag in all where tag.dropFirst(5).utf8.prefix(Self.nameLimit).elementsEqual(name.utf8) {
        found.append(Owner(instance: instance, tag: tag))
      }
    }
    if found.count == 1 { return found.first }
    // Several apps of one snap begin alike.
    let instances = Set(found.map(\.instance))
    return instances.count == 1 ? instances.first.map { Owner(instance: $0) } : nil
  }

  /// What the process's environment says of it. It is the app's own word; it only decides under whose name a line is.
  private func living(_ pid: Int32, command: String?, program: String?) -> Owner? {
    // A number that was given out again is another process's.
    if let command, let now = try? Files.read("/proc/\(pid)/comm", limit: 64),
      String(decoding: now.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self) != command,
      program?.hasSuffix("/snap-confine") != true
    {
      return nil
    }
    guard let bytes = try? Files.read("/proc/\(pid)/environ", limit: 1 << 20) else { return nil }
    var variables: [String: String] = [:]
    for variable in bytes.split(separator: 0) where variable.starts(with: "SNAP_".utf8) {
      let parts = String(decoding: variable, as: UTF8.self).split(separator: "=", maxSplits: 1)
      if parts.count == 2 { variables[String(parts[0])] = String(parts[1]) }
    }
    guard let instance = variables["SNAP_INSTANCE_NAME"], let all = tags[instance] else { return nil }
    let tag = variables["SNAP_APP_NAME"].map { "snap.\(instance).\($0)" }
    return Owner(instance: instance, tag: tag.flatMap { all.contains($0) ? $0 : nil })
  }
}
