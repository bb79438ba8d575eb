internal import Glibc
internal import Linux
internal import Synchronization

/// Those who wait for new lines in any log of this process.
final class LogReaders: Sendable {
  static let shared = LogReaders()

  private let events = Mutex<Set<Int32>>([])

  func add(_ event: Int32) { events.withLock { _ = $0.insert(event) } }
  /// The descriptor may be closed afterwards: nobody is waking it any more.
  func remove(_ event: Int32) { events.withLock { _ = $0.remove(event) } }
  func wake() {
    events.withLock { for event in $0 { EventCounter.signal(event) } }
  }
}

/// Reads the file of one service's log as it grows, also over the beginning of a new file. Lines wait in the file until
/// they are asked for; of somebody so slow that the file was begun twice meanwhile, the middle is lost.
struct LogFollower: ~Copyable {
  private let path: String
  private var descriptor: Int32 = -1
  private var partial: [UInt8] = []

  init(path: String) { self.path = path }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// Goes to the end of what is there.
  /// - Returns: the last lines before it.
  mutating func begin(last: Int?) -> [LogEntry] {
    var entries = descriptor < 0 && open() ? read(most: .max) : []
    if last.map({ entries.count < $0 }) ?? true {
      entries = ServiceLogFile.parse((try? Files.read(path + ".1", limit: Int(ServiceLog.limit) * 2)) ?? []) + entries
    }
    return last.map { Array(entries.suffix(max(0, $0))) } ?? entries
  }

  /// - Returns: what was written since; not much at a time.
  mutating func next() -> [LogEntry] {
    guard descriptor >= 0 || open() else { return [] }
    let entries = read(most: 1 << 18)
    if !entries.isEmpty { return entries }
    // At the end of the file: is it still the one that is written?
    var own = stat()
    var current = stat()
    guard fstat(descriptor, &own) == 0, stat(path, &current) != 0 || own.st_ino != current.st_ino else { return [] }
    // What came between the last look and the renaming.
    let rest = read(most: .max)
    close(descriptor)
    descriptor = -1
    partial = []
    return rest + (open() ? read(most: 1 << 18) : [])
  }

  private mutating func open() -> Bool {
    descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
    return descriptor >= 0
  }

  private mutating func read(most: Int) -> [LogEntry] {
    var bytes = partial
    withUnsafeTemporaryAllocation(byteCount: 1 << 16, alignment: 16) { buffer in
      while bytes.count < most {
        let count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
        guard count > 0 else { return }
        bytes += buffer[..<count]
      }
    }
    guard let end = bytes.lastIndex(of: UInt8(ascii: "\n")) else {
      partial = bytes
      return []
    }
    partial = Array(bytes[(end + 1)...])
    return ServiceLogFile.parse(Array(bytes[..<end]))
  }
}

extension Supervisor {
  public func followLogs(
    _ names: [String], last: Int?, while isWanted: @Sendable () -> Bool, _ body: (LogEntry) throws -> Void
  ) throws {
    let event = try EventCounter.make()
    LogReaders.shared.add(event.raw)
    defer { LogReaders.shared.remove(event.raw) }
    try drainLogs(names)
    let paths = names.filter(UnitName.isValid).map { ServiceLogFile.path(of: $0, directories: directories) }
    let followers = paths.map { Box(LogFollower(path: $0)) }
    var entries = Self.inOrder(followers.flatMap { $0.value.begin(last: last) })
    if let last { entries = entries.suffix(max(0, last)) }
    while true {
      for entry in entries {
        guard isWanted() else { return }
        try body(entry)
      }
      EventCounter.clear(event.raw)
      entries = Self.inOrder(followers.flatMap { $0.value.next() })
      while entries.isEmpty {
        guard isWanted() else { return }
        var descriptor = pollfd(fd: event.raw, events: Int16(POLLIN), revents: 0)
        _ = poll(&descriptor, 1, 200)
        EventCounter.clear(event.raw)
        entries = Self.inOrder(followers.flatMap { $0.value.next() })
      }
    }
  }

  /// An array cannot hold what is not copied.
  private final class Box {
    var value: LogFollower
    init(_ value: consuming LogFollower) { self.value = value }
  }
}
