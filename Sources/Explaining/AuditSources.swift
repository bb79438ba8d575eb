internal import Glibc
internal import Linux

/// Where audit records are, and the newest of them.
public struct AuditSources: Sendable {
  /// The audit daemon's file (auditd(8)).
  public var file: String
  /// The kernel's ring buffer, which has them while no audit daemon runs.
  public var ring: String
  public var journal: String

  public init(
    file: String = "/var/log/audit/audit.log", ring: String = "/dev/kmsg", journal: String = "/usr/bin/journalctl"
  ) {
    self.file = file
    self.ring = ring
    self.journal = journal
  }

  /// What was read, and from where.
  public struct Reading: Sendable {
    public var records: [AuditRecord] = []
    /// The places that could be read, for people.
    public var sources: [String] = []
  }

  /// At most this much of a file's end, and of the journal.
  private static let byteLimit = 8 << 20
  /// Records of the ring buffer; it holds fewer.
  private static let ringLimit = 100_000

  /// Reads everything that is readable: the audit daemon's file, else the ring buffer and the journal.
  public func read(limit: Int = 5000) -> Reading {
    var reading = Reading()
    var reader = AuditReader(limit: limit)
    if let text = tail(of: file) {
      reading.sources.append(file)
      read(text, with: &reader)
    } else {
      if readRing(with: &reader) { reading.sources.append(ring) }
      if reader.records.isEmpty, let text = journalText() {
        reading.sources.append("the journal")
        read(text, with: &reader)
      }
    }
    reading.records = reader.records
    return reading
  }

  private func read(_ text: [UInt8], with reader: inout AuditReader) {
    for line in text.split(separator: UInt8(ascii: "\n")) { reader.read(String(decoding: line, as: UTF8.self)) }
  }

  private func tail(of path: String) -> [UInt8]? {
    let raw = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
    guard raw >= 0 else { return nil }
    let file = OwnedFD(owning: raw)
    var status = stat()
    guard fstat(file.raw, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    let start = max(0, Int(status.st_size) - Self.byteLimit)
    var bytes = [UInt8](repeating: 0, count: Int(status.st_size) - start)
    var done = 0
    while done < bytes.count {
      let count = bytes.withUnsafeMutableBytes {
        pread(file.raw, $0.baseAddress.map { $0 + done }, $0.count - done, start + done)
      }
      guard count > 0 else { break }
      done += count
    }
    return Array(bytes[..<done])
  }

  /// One read(2) is one record (Documentation/ABI/testing/dev-kmsg): `priority,serial,microseconds,flags;text`.
  private func readRing(with reader: inout AuditReader) -> Bool {
    let raw = open(ring, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    guard raw >= 0 else { return false }
    let device = OwnedFD(owning: raw)
    var buffer = [UInt8](repeating: 0, count: 8192)
    for _ in 0..<Self.ringLimit {
      let count = buffer.withUnsafeMutableBytes { Glibc.read(device.raw, $0.baseAddress, $0.count) }
      if count < 0 {
        // EPIPE: what was next has been overwritten meanwhile; the following read goes on.
        if errno == EPIPE || errno == EINTR { continue }
        return errno == EAGAIN
      }
      guard count > 0 else { return true }
      let record = buffer[..<count]
      guard let start = record.firstIndex(of: UInt8(ascii: ";")) else { continue }
      let text = record[(start + 1)...].prefix { $0 != UInt8(ascii: "\n") }
      // Anybody who may write to the ring buffer could forge a record; its facility says who did. 0 is the kernel.
      guard let priority = Int(String(decoding: record[..<start].prefix { $0 != UInt8(ascii: ",") }, as: UTF8.self)),
        priority >> 3 == 0, text.starts(with: "audit: ".utf8)
      else { continue }
      reader.read(String(decoding: text, as: UTF8.self))
    }
    return true
  }

  private func journalText() -> [UInt8]? {
    guard access(journal, X_OK) == 0 else { return nil }
    let command = [journal, "--quiet", "--no-pager", "--output=cat", "--lines=20000", "_TRANSPORT=audit"]
    guard let result = try? ChildProcess.run(command, captureLimit: Self.byteLimit, timeout: .seconds(10)),
      result.status == .exited(0), !result.output.isEmpty
    else { return nil }
    return result.output
  }
}
