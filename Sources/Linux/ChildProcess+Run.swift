internal import CLinux
internal import Glibc

/// What a finished program left behind.
public struct ProcessResult: Equatable, Sendable {
  /// How it ended.
  public var status: ProcessStatus
  /// The start of its standard output.
  public var output: [UInt8]
  /// The start of its standard error.
  public var errorOutput: [UInt8]
  /// Some output was beyond the limit and is lost.
  public var truncated: Bool
  /// It was killed because its time was over.
  public var timedOut: Bool

  public init(
    status: ProcessStatus, output: [UInt8] = [], errorOutput: [UInt8] = [], truncated: Bool = false,
    timedOut: Bool = false
  ) {
    self.status = status
    self.output = output
    self.errorOutput = errorOutput
    self.truncated = truncated
    self.timedOut = timedOut
  }
}

extension ChildProcess {
  /// Runs a program to its end and captures what it prints.
  ///
  /// - Parameters:
  ///   - argv: the absolute path of the program and its arguments.
  ///   - environment: all of it; nothing is inherited.
  ///   - stdin: what it can read.
  ///   - captureLimit: most bytes kept of each of the two outputs; the rest is read and dropped.
  ///   - timeout: its process group is killed when it takes longer; nil for no limit.
  public static func run(
    _ argv: [String], environment: [String: String] = ChildProcessOptions.fixedEnvironment, stdin: [UInt8] = [],
    captureLimit: Int = 1 << 20, timeout: Duration? = nil, workingDirectory: String? = nil
  ) throws(SyscallError) -> ProcessResult {
    var input = try Pipe()
    var output = try Pipe()
    var errors = try Pipe()
    var options = ChildProcessOptions(environment: environment, workingDirectory: workingDirectory)
    options.descriptors = [0: input.read, 1: output.write, 2: errors.write]
    let child = try spawn(argv, options)
    input.closeRead()
    output.closeWrite()
    errors.closeWrite()
    if stdin.isEmpty { input.closeWrite() }

    var capture = Capture(
      child: child, stdin: stdin, limit: captureLimit, deadline: timeout.map { ContinuousClock.now + $0 })
    do throws(SyscallError) {
      try capture.pump(input: &input, output: &output, errors: &errors)
    } catch {
      child.killGroup(SIGKILL)
      _ = try? child.wait()
      throw error
    }
    return ProcessResult(
      status: try child.wait(), output: capture.output, errorOutput: capture.errors, truncated: capture.truncated,
      timedOut: capture.timedOut)
  }
}

/// A pipe whose ends can be closed one by one.
private struct Pipe: ~Copyable {
  private(set) var read: Int32
  private(set) var write: Int32

  init() throws(SyscallError) {
    var ends: [Int32] = [-1, -1]
    _ = try check("make pipe", nil) { cl_pipe(&ends) }
    (read, write) = (ends[0], ends[1])
  }

  mutating func closeRead() {
    if read >= 0 { close(read) }
    read = -1
  }

  mutating func closeWrite() {
    if write >= 0 { close(write) }
    write = -1
  }

  deinit {
    if read >= 0 { close(read) }
    if write >= 0 { close(write) }
  }
}

/// Moves bytes to and from a running program until its outputs end.
private struct Capture {
  /// A program may leave something behind that keeps the pipe open; its output is not waited for longer than this.
  static let grace = Duration.seconds(1)

  let child: ChildProcess
  let stdin: [UInt8]
  let limit: Int
  let deadline: ContinuousClock.Instant?
  var written = 0
  var output: [UInt8] = []
  var errors: [UInt8] = []
  var truncated = false
  var timedOut = false

  mutating func pump(input: inout Pipe, output: inout Pipe, errors: inout Pipe) throws(SyscallError) {
    for end in [input.write, output.read, errors.read] where end >= 0 {
      _ = try check("make pipe", nil) { fcntl(end, F_SETFL, O_NONBLOCK) }
    }
    var until = deadline
    var ended = false
    while output.read >= 0 || errors.read >= 0 || !ended {
      // poll(2) passes over negative descriptors.
      var requests = [
        pollfd(fd: input.write, events: Int16(POLLOUT), revents: 0),
        pollfd(fd: output.read, events: Int16(POLLIN), revents: 0),
        pollfd(fd: errors.read, events: Int16(POLLIN), revents: 0),
        pollfd(fd: ended ? -1 : child.pidfd, events: Int16(POLLIN), revents: 0),
      ]
      let ready = poll(&requests, UInt(requests.count), until.map(millisecondsUntil) ?? -1)
      if ready < 0, errno != EINTR { throw SyscallError("read output of process", path: "\(child.pid)", errno: errno) }
      if ready == 0, let over = until, ContinuousClock.now >= over {
        if ended || timedOut { return }
        timedOut = true
        child.killGroup(SIGKILL)
        until = ContinuousClock.now + Self.grace
        continue
      }
      if requests[0].revents != 0, !feed(input.write) { input.closeWrite() }
      if requests[1].revents != 0, !Self.take(output.read, into: &self.output, limit, &truncated) { output.closeRead() }
      if requests[2].revents != 0, !Self.take(errors.read, into: &self.errors, limit, &truncated) { errors.closeRead() }
      if requests[3].revents != 0 {
        ended = true
        let grace = ContinuousClock.now + Self.grace
        until = until.map { min($0, grace) } ?? grace
      }
    }
  }

  /// Writes what fits; false when all is written or nobody reads.
  private mutating func feed(_ end: Int32) -> Bool {
    let start = written
    let count = stdin.withUnsafeBytes { bytes in
      // Without a SIGPIPE, which would end the caller when the program doesn't read its input.
      Int(cl_write_quietly(end, bytes.baseAddress.map { $0 + start }, bytes.count - start))
    }
    if count < 0 { return errno == EAGAIN || errno == EINTR }
    written += count
    return written < stdin.count
  }

  /// Reads what is there; false at the end.
  private static func take(_ end: Int32, into bytes: inout [UInt8], _ limit: Int, _ truncated: inout Bool) -> Bool {
    var chunk = [UInt8](repeating: 0, count: 64 * 1024)
    let count = read(end, &chunk, chunk.count)
    if count < 0 { return errno == EAGAIN || errno == EINTR }
    if count == 0 { return false }
    let room = max(limit - bytes.count, 0)
    if count > room { truncated = true }
    bytes += chunk[..<min(count, room)]
    return true
  }
}
