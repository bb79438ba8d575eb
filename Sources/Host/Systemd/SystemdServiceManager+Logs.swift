internal import CSystemd
internal import Glibc

/// What services said, from the journal.
extension SystemdServiceManager {
  public func logs(_ names: [String], last: Int?) throws -> [LogEntry] {
    guard isLive, !names.isEmpty else { return [] }
    let journal = try Journal(of: names)
    var entries: [LogEntry] = []
    while entries.count < last ?? Self.mostEntries, let entry = journal.previous() { entries.append(entry) }
    return entries.reversed()
  }

  public func followLogs(
    _ names: [String], last: Int?, while isWanted: @Sendable () -> Bool, _ body: (LogEntry) throws -> Void
  ) throws {
    // Nothing will ever be said here; whoever follows stays until it is no longer wanted all the same.
    guard isLive, !names.isEmpty else {
      while isWanted() { usleep(100_000) }
      return
    }
    let journal = try Journal(of: names)
    try journal.goBack(last)
    while isWanted() {
      if let entry = journal.next() { try body(entry) } else { try journal.wait(.milliseconds(200)) }
    }
  }

  /// A journal can be larger than memory.
  private static let mostEntries = 100_000
}

/// The journal, as far as some units wrote it. Used by one thread.
private struct Journal: ~Copyable {
  private let journal: OpaquePointer

  init(of names: [String]) throws {
    for name in names where !UnitName.isValid(name) { throw ServiceError.unknown(name: name) }
    var journal: OpaquePointer?
    let texts = names.map { strdup($0) }
    defer { for text in texts { free(text) } }
    let status = texts.map { UnsafePointer($0) }.withUnsafeBufferPointer {
      cs_journal_open(&journal, $0.baseAddress, Int32($0.count))
    }
    guard status >= 0, let journal else { throw Self.failure("open", status) }
    self.journal = journal
  }

  deinit { cs_journal_close(journal) }

  func goBack(_ count: Int?) throws {
    let status = cs_journal_seek_last(journal, count.map { Int64(max(0, $0)) } ?? -1)
    if status < 0 { throw Self.failure("read", status) }
  }

  func wait(_ time: Duration) throws {
    let status = cs_journal_wait(journal, UInt64(time.nanoseconds / 1000))
    if status < 0 { throw Self.failure("read", status) }
  }

  func previous() -> LogEntry? { read(cs_journal_previous) }
  func next() -> LogEntry? { read(cs_journal_next) }

  private func read(_ step: (OpaquePointer, UnsafeMutablePointer<cs_entry>) -> Int32) -> LogEntry? {
    var entry = cs_entry()
    guard step(journal, &entry) > 0 else { return nil }
    defer { cs_entry_free(&entry) }
    let message = entry.message.map {
      String(decoding: UnsafeRawBufferPointer(start: $0, count: Int(entry.message_length)), as: UTF8.self)
    }
    return LogEntry(
      microseconds: Int64(clamping: entry.microseconds),
      identifier: entry.identifier.map { String(cString: $0) } ?? "-",
      pid: entry.pid, message: message ?? "")
  }

  private static func failure(_ action: String, _ status: Int32) -> ServiceError {
    .files(reason: "cannot \(action) the journal: \(String(cString: strerror(-status)))")
  }
}
