internal import ByteText
/// What an audit log tells of one refusal.
public struct AuditRecord: Hashable, Sendable {
  public var what: What
  /// Seconds since 1970.
  public var time: Double?
  public var pid: Int32?
  public var uid: UInt32?
  /// The process's own name.
  public var command: String?
  /// The program, as the process's own view names it.
  public var program: String?
  /// AppArmor's label of the process.
  public var label: String?

  public enum What: Hashable, Sendable {
    /// A system call; `action` is the filter's answer (`SECCOMP_RET_*`).
    case seccomp(arch: UInt32, number: UInt64, action: UInt32)
    case landlock(blockers: [String], fields: [String: String])
    case appArmor(operation: String, fields: [String: String])
  }

  public init(
    _ what: What, time: Double? = nil, pid: Int32? = nil, uid: UInt32? = nil, command: String? = nil,
    program: String? = nil, label: String? = nil
  ) {
    self.what = what
    self.time = time
    self.pid = pid
    self.uid = uid
    self.command = command
    self.program = program
    self.label = label
  }
}

/// Lines of audit logs into refusals. Landlock says once who a domain belongs to, and then only the domain.
public struct AuditReader: Sendable {
  private struct Domain: Sendable {
    var pid: Int32?
    var uid: UInt32?
    var command: String?
    var program: String?
  }

  private var domains: [String: Domain] = [:]
  private var found: [AuditRecord] = []
  /// No more refusals than this are kept: the newest.
  private let limit: Int
  /// Domains beyond these are not remembered: a log that names more of them is not worth the memory.
  private static let domainLimit = 20_000

  public init(limit: Int = 5000) { self.limit = max(1, limit) }

  /// The refusals read so far, oldest first.
  public var records: [AuditRecord] { found.suffix(limit) }

  public mutating func read(_ text: some StringProtocol) {
    guard let line = AuditLine(text) else { return }
    let fields = line.fields
    let pid = fields["pid"].flatMap { Int32($0) }
    let uid = (fields["uid"] ?? fields["fsuid"]).flatMap { UInt32($0) }
    switch line.type {
    case 1326:
      guard let arch = fields["arch"].flatMap({ UInt32($0, radix: 16) }),
        let number = fields["syscall"].flatMap({ UInt64($0) })
      else { return }
      let action = fields["code"].flatMap { $0.hasBytePrefix("0x") ? UInt32($0.dropFirst(2), radix: 16) : nil } ?? 0
      // What was only logged has been let through.
      guard action & 0xffff_0000 != 0x7ffc_0000 else { return }
      add(
        AuditRecord(
          .seccomp(arch: arch, number: number, action: action), time: line.time, pid: pid, uid: uid,
          command: fields["comm"], program: fields["exe"], label: fields["subj"]))
    case 1424:
      guard let domain = fields["domain"], fields["status"] == "allocated", domains.count < Self.domainLimit else {
        return
      }
      domains[domain] = Domain(pid: pid, uid: uid, command: fields["comm"], program: fields["exe"])
    case 1423:
      guard let blockers = fields["blockers"] else { return }
      let domain = fields["domain"].flatMap { domains[$0] }
      add(
        AuditRecord(
          .landlock(blockers: blockers.byteSplit(",").prefix(16).map(String.init), fields: fields),
          time: line.time, pid: domain?.pid, uid: domain?.uid, command: domain?.command, program: domain?.program))
    case 1400, 1503:
      guard fields["apparmor"] == "DENIED" || line.type == 1503, let operation = fields["operation"] else { return }
      add(
        AuditRecord(
          .appArmor(operation: operation, fields: fields), time: line.time, pid: pid, uid: uid,
          command: fields["comm"], label: fields["profile"] ?? fields["label"]))
    default: return
    }
  }

  private mutating func add(_ record: AuditRecord) {
    found.append(record)
    if found.count >= 2 * limit { found.removeFirst(found.count - limit) }
  }
}
