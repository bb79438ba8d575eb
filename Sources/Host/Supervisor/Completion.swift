internal import CLinux
internal import Glibc
internal import Linux
internal import Synchronization

/// What one thread waits for and another delivers, once.
final class Completion<Value: Sendable>: Sendable {
  private let result = Mutex<Result<Value, any Error>?>(nil)
  private let event: OwnedFD

  init() throws { event = try EventCounter.make() }

  func deliver(_ value: Result<Value, any Error>) {
    let first = result.withLock { result in
      guard result == nil else { return false }
      result = value
      return true
    }
    if first { EventCounter.signal(event.raw) }
  }

  /// Blocks until the value is there.
  func wait() throws -> Value {
    while true {
      if let result = result.withLock({ $0 }) { return try result.get() }
      var descriptor = pollfd(fd: event.raw, events: Int16(POLLIN), revents: 0)
      _ = poll(&descriptor, 1, -1)
    }
  }
}

/// An eventfd(2): wakes a thread that polls it.
enum EventCounter {
  static func make() throws(SyscallError) -> OwnedFD {
    let fd = cl_event_counter()
    guard fd >= 0 else { throw SyscallError("create an event counter", errno: -fd) }
    return OwnedFD(owning: fd)
  }

  static func signal(_ fd: Int32) {
    var one: UInt64 = 1
    _ = write(fd, &one, 8)
  }

  static func clear(_ fd: Int32) {
    var count: UInt64 = 0
    _ = read(fd, &count, 8)
  }
}

/// Microseconds since 1970.
func wallMicroseconds() -> Int64 {
  let now = Clock.realTime()
  return now.seconds * 1_000_000 + Int64(now.nanoseconds) / 1000
}
