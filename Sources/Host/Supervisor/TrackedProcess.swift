internal import CLinux
internal import Glibc
internal import Linux

/// What `/proc/PID/stat` tells of a process.
struct ProcessFacts: Hashable, Sendable {
  var pid: Int32
  var state: Character
  var parent: Int32
  var group: Int32
  var session: Int32
  /// Clock ticks since the machine started: with the number, it names a process for good.
  var startTime: UInt64

  /// - Returns: `nil` when there is no such process.
  init?(pid: Int32) {
    guard let bytes = try? Files.read("/proc/\(pid)/stat", limit: 4096) else { return nil }
    self.init(pid: pid, stat: bytes)
  }

  /// - Parameter stat: the content of the file. The name, which the process chose, is skipped up to its last `)`.
  init?(pid: Int32, stat: [UInt8]) {
    guard let end = stat.lastIndex(of: UInt8(ascii: ")")) else { return nil }
    let fields = stat[(end + 1)...].split(whereSeparator: { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\n") })
      .map { String(decoding: $0, as: UTF8.self) }
    guard fields.count >= 20, let state = fields[0].first, let parent = Int32(fields[1]), let group = Int32(fields[2]),
      let session = Int32(fields[3]), let startTime = UInt64(fields[19])
    else { return nil }
    self.pid = pid
    self.state = state
    self.parent = parent
    self.group = group
    self.session = session
    self.startTime = startTime
  }

  struct Identity: Hashable, Sendable {
    var pid: Int32
    var startTime: UInt64
  }

  var identity: Identity { Identity(pid: pid, startTime: startTime) }

  var isAlive: Bool { state != "Z" && state != "X" }
}

/// A process that is watched through a descriptor, so that its number cannot come to mean another one.
final class TrackedProcess {
  let pid: Int32
  let startTime: UInt64
  let descriptor: OwnedFD

  init(pid: Int32, descriptor: consuming OwnedFD) {
    self.pid = pid
    self.startTime = ProcessFacts(pid: pid)?.startTime ?? 0
    self.descriptor = descriptor
  }

  /// Takes over a process that runs already.
  /// - Parameter startTime: when it must have started; `nil` if any is right.
  /// - Returns: `nil` when it is gone.
  init?(adopting pid: Int32, startTime: UInt64?) {
    guard pid > 1 else { return nil }
    let fd = cl_service_pidfd_open(pid)
    guard fd >= 0 else { return nil }
    let descriptor = OwnedFD(owning: fd)
    // Read after the descriptor is open: what is read now is about the process behind it, or about none.
    guard let facts = ProcessFacts(pid: pid), startTime == nil || facts.startTime == startTime else { return nil }
    guard facts.isAlive || facts.parent == getpid() else { return nil }
    self.pid = pid
    self.startTime = facts.startTime
    self.descriptor = descriptor
  }

  /// Whether it has ended; a child is reaped. To be called when the descriptor is readable.
  func end() -> ProcessEnd? {
    var code: Int32 = 0
    var status: Int32 = 0
    switch cl_service_wait(descriptor.raw, &code, &status) {
    case 0: return nil
    case 1:
      // CLD_EXITED, CLD_KILLED, CLD_DUMPED of waitid(2).
      return code == 1 ? .exited(status) : .killed(signal: status, dumpedCore: code == 3)
    default: return .unknown
    }
  }

  func signal(_ number: Int32) { _ = cl_service_pidfd_signal(descriptor.raw, number) }
}
