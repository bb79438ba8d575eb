internal import Glibc
internal import Linux

/// The file a service's log is kept in: lines of `<microseconds since 1970> <identifier>[<pid>]: <message>`.
struct ServiceLogFile: Sendable {
  let path: String

  static func path(of unit: String, directories: Directories) -> String { "\(directories.logs)/\(unit).log" }

  /// A log that cannot be written is lost: no service may fail or wait for it.
  func append(_ lines: [[UInt8]], identifier: String, pid: Int32) {
    guard !lines.isEmpty else { return }
    let head = Array("\(wallMicroseconds()) \(identifier)[\(pid)]: ".utf8)
    var bytes: [UInt8] = []
    for line in lines {
      bytes += head
      bytes += line
      bytes.append(UInt8(ascii: "\n"))
    }
    let fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o640)
    guard fd >= 0 else { return }
    defer { close(fd) }
    var status = stat()
    let full =
      fstat(fd, &status) == 0 && status.st_size > 0 && Int64(status.st_size) + Int64(bytes.count) > ServiceLog.limit
    if full, rename(path, path + ".1") == 0 { return append(lines, identifier: identifier, pid: pid) }
    bytes.withUnsafeBytes { _ = write(fd, $0.baseAddress, $0.count) }
    LogReaders.shared.wake()
  }

  /// The last entries, oldest first.
  func entries(last: Int?) -> [LogEntry] {
    var entries = Self.parse(read(path))
    if last == nil || entries.count < last ?? 0 { entries = Self.parse(read(path + ".1")) + entries }
    guard let last else { return entries }
    return Array(entries.suffix(max(0, last)))
  }

  func remove() {
    _ = unlink(path)
    _ = unlink(path + ".1")
  }

  private func read(_ path: String) -> [UInt8] { (try? Files.read(path, limit: Int(ServiceLog.limit) * 2)) ?? [] }

  /// Lines of another form are skipped.
  static func parse(_ bytes: [UInt8]) -> [LogEntry] {
    bytes.split(separator: UInt8(ascii: "\n")).compactMap { line in
      let parts = line.split(separator: UInt8(ascii: " "), maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, let time = Int64(String(decoding: parts[0], as: UTF8.self)),
        let open = parts[1].firstIndex(of: UInt8(ascii: "[")),
        let close = parts[1][open...].firstIndex(of: UInt8(ascii: "]")),
        let pid = Int32(String(decoding: parts[1][(open + 1)..<close], as: UTF8.self)),
        parts[1][close...].starts(with: Array("]: ".utf8))
      else { return nil }
      return LogEntry(
        microseconds: time, identifier: String(decoding: parts[1][..<open], as: UTF8.self), pid: pid,
        message: String(decoding: parts[1][(close + 3)...], as: UTF8.self))
    }
  }
}
