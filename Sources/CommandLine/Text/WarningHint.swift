import API
import Client
import Glibc
internal import Time

/// The line after a command that says that warnings wait to be read.
enum WarningHint {
  static func show(in context: Context) {
    let remarks = context.client.remarks
    guard remarks.warningCount > 0 else { return }
    if let newest = remarks.warningTimestamp, let seen = WarningsSeen.read(in: context), newest <= seen { return }
    let count = remarks.warningCount
    context.err.line(
      count == 1
        ? "WARNING: There is 1 new warning. See 'snap warnings'."
        : "WARNING: There are \(count) new warnings. See 'snap warnings'.")
  }
}

/// When the user last listed the warnings: `~/.snap/warnings.json`.
enum WarningsSeen {
  private static func path(in context: Context) -> String? {
    guard let home = context.environment("HOME"), home.hasPrefix("/") else { return nil }
    return home + "/.snap/warnings.json"
  }

  static func read(in context: Context) -> Timestamp? {
    guard let path = path(in: context), let bytes = SmallFile.read(path, limit: 4096),
      let value = try? WireJSON.decode(JSONValue.self, from: bytes), let text = value["timestamp"]?.string
    else { return nil }
    return Timestamp(text)
  }

  /// - Throws: `Failure` when it cannot be kept.
  static func write(_ time: Timestamp, in context: Context) throws {
    guard let path = path(in: context) else { return }
    let directory = String(path.dropLast("/warnings.json".count))
    if mkdir(directory, 0o700) != 0, errno != EEXIST {
      throw Failure("cannot create \(directory): \(String(cString: strerror(errno)))")
    }
    try SmallFile.write(try WireJSON.encode(["timestamp": time.description]), to: path, mode: 0o600)
  }
}

/// Whole small files.
enum SmallFile {
  /// The content, `nil` when it cannot be read or is longer than `limit` bytes.
  static func read(_ path: String, limit: Int) -> [UInt8]? {
    let fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard fd >= 0 else { return nil }
    defer { close(fd) }
    var bytes: [UInt8] = []
    while bytes.count <= limit {
      let chunk = [UInt8](unsafeUninitializedCapacity: 1 << 16) { buffer, count in
        count = max(0, Glibc.read(fd, buffer.baseAddress, buffer.count))
      }
      if chunk.isEmpty { return bytes }
      bytes += chunk
    }
    return nil
  }

  /// Writes aside and renames.
  static func write(_ bytes: [UInt8], to path: String, mode: mode_t) throws {
    let aside = "\(path).\(getpid())~"
    let fd = open(aside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode)
    guard fd >= 0 else { throw Failure("cannot write \(path): \(String(cString: strerror(errno)))") }
    let written = bytes.withUnsafeBytes { Glibc.write(fd, $0.baseAddress, $0.count) }
    let synced = fsync(fd)
    close(fd)
    guard written == bytes.count, synced == 0, rename(aside, path) == 0 else {
      let reason = String(cString: strerror(errno))
      unlink(aside)
      throw Failure("cannot write \(path): \(reason)")
    }
  }
}
