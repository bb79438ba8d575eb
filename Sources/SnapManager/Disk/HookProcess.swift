internal import Glibc
internal import Linux

/// A hook that runs: its output is captured, and it is killed when its time is over or nobody wants it any more.
struct HookProcess: Sendable {
  /// How a hook ended.
  struct Result: Sendable {
    var status: ProcessStatus
    /// The start of both outputs, as they came.
    var output: String
    var timedOut: Bool
  }

  /// How often the hook's process is left alone to see whether it is still wanted, in milliseconds.
  private static let pause: Int32 = 100
  /// What a hook leaves behind may keep the pipe open; it is not waited for.
  private static let grace = Duration.milliseconds(200)

  /// - Parameters:
  ///   - limit: bytes of output that are kept.
  ///   - isUnwanted: asked now and then; true ends the hook.
  /// - Returns: nil when the hook was ended because it is unwanted.
  static func run(
    _ argv: [String], environment: [String: String], timeout: Duration, limit: Int, isUnwanted: () -> Bool
  ) throws(SyscallError) -> Result? {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { throw SyscallError("make pipe", errno: errno) }
    let reading = OwnedFD(owning: ends[0])
    let writing = OwnedFD(owning: ends[1])
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    _ = fcntl(reading.raw, F_SETFL, O_NONBLOCK)
    var options = ChildProcessOptions(environment: environment)
    options.descriptors = [1: writing.raw, 2: writing.raw]
    let child = try ChildProcess.spawn(argv, options)
    close(writing)
    return try watch(child, reading, until: ContinuousClock.now + timeout, limit, isUnwanted)
  }

  private static func close(_ end: consuming OwnedFD) {}

  private static func watch(
    _ child: ChildProcess, _ output: borrowing OwnedFD, until deadline: ContinuousClock.Instant, _ limit: Int,
    _ isUnwanted: () -> Bool
  ) throws(SyscallError) -> Result? {
    var text: [UInt8] = []
    var isOpen = true
    var ended: ContinuousClock.Instant?
    var timedOut = false
    while isOpen || ended == nil {
      var requests = [
        pollfd(fd: isOpen ? output.raw : -1, events: Int16(POLLIN), revents: 0),
        pollfd(fd: ended == nil ? child.pidfd : -1, events: Int16(POLLIN), revents: 0),
      ]
      _ = poll(&requests, 2, Self.pause)
      if isOpen, requests[0].revents != 0 { isOpen = take(output.raw, into: &text, limit) }
      if ended == nil, requests[1].revents != 0 { ended = ContinuousClock.now }
      if let ended {
        if ContinuousClock.now - ended > Self.grace { break }
        continue
      }
      if isUnwanted() {
        child.killGroup(SIGKILL)
        try child.wait()
        return nil
      }
      if !timedOut, ContinuousClock.now >= deadline {
        timedOut = true
        child.killGroup(SIGKILL)
      }
    }
    return Result(status: try child.wait(), output: String(decoding: text, as: UTF8.self), timedOut: timedOut)
  }

  /// Reads what is there, and keeps what fits; false at the end.
  private static func take(_ end: Int32, into text: inout [UInt8], _ limit: Int) -> Bool {
    var chunk = [UInt8](repeating: 0, count: 16 << 10)
    let count = read(end, &chunk, chunk.count)
    if count < 0 { return errno == EAGAIN || errno == EINTR }
    text += chunk[..<min(count, max(0, limit - text.count))]
    return count > 0
  }
}
