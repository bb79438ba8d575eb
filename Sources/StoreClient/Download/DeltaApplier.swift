internal import CLinux
internal import Glibc
internal import Linux

/// Makes an image of an older one and a delta, with `xdelta3` as a process of its own.
/// Source: `spec/assertions-and-store.md` §6, "Deltas".
///
/// What xdelta3 reads comes from elsewhere, and is checked only when it is made. So it is confined: it reads these two
/// files, and writes to a pipe out of which no more is taken than the image has bytes.
public struct DeltaApplier: Sendable {
  /// The absolute path of the program.
  var program: String
  /// What it gets before the other arguments; for tests.
  var firstArguments: [String] = []
  /// For all of it.
  var timeout = Duration.seconds(1800)
  /// What it may have; the files are filled in.
  var confinement = ProgramConfinement()

  init(program: String) { self.program = program }

  /// The system's own; nil when there is none.
  public static func installed(in directories: [String] = ["/usr/bin", "/usr/local/bin"]) -> DeltaApplier? {
    let paths = directories.map { "\($0)/xdelta3" }
    return paths.first { path in access(path, X_OK) == 0 }.map { path in DeltaApplier(program: path) }
  }

  /// Writes the new image; more bytes than it must have, or others, are an error.
  func apply(
    _ delta: String, to source: String, into file: DownloadFile, size: Int64, sha3: String,
    isCancelled: IsCancelled
  ) throws(StoreError) {
    try file.restart()
    var ends: [Int32] = [-1, -1]
    guard cl_pipe(&ends) == 0 else { throw failure(SyscallError("make pipe", errno: errno)) }
    let output = OwnedFD(owning: ends[0])
    let child: ChildProcess
    do {
      let input = OwnedFD(owning: ends[1])
      var confinement = confinement
      confinement.files = [try Files.realPath(source), try Files.realPath(delta)]
      // To standard output; what a delta says of programs and names of files does not count.
      child = try ChildProcess.spawn(
        [program] + firstArguments + ["-d", "-c", "-D", "-R", "-s"] + confinement.files, confined: confinement,
        output: input.raw)
    } catch { throw failure(error) }
    do {
      try copy(output, to: file, size: size, isCancelled: isCancelled)
    } catch {
      child.killGroup(SIGKILL)
      _ = try? child.wait()
      throw error
    }
    let status: ProcessStatus
    do {
      guard let ended = try child.wait(timeout: .seconds(10)) else {
        child.killGroup(SIGKILL)
        _ = try? child.wait()
        throw StoreError.delta("xdelta3 does not end")
      }
      status = ended
    } catch let error as StoreError { throw error } catch { throw .delta("\(error)") }
    guard status == .exited(0) else { throw .delta("xdelta3 ended with \(status)") }
    guard file.size == size else { throw .delta("the result has \(file.size) bytes instead of \(size)") }
    guard try file.digest() == sha3 else { throw .delta("the result is not the image that was asked for") }
  }

  private func failure(_ error: SyscallError) -> StoreError { .delta("\(error)") }

  private func copy(
    _ output: borrowing OwnedFD, to file: DownloadFile, size: Int64, isCancelled: IsCancelled
  ) throws(StoreError) {
    let deadline = ContinuousClock.now + timeout
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 << 10, alignment: 16)
    defer { buffer.deallocate() }
    while true {
      if isCancelled() { throw .cancelled }
      guard ContinuousClock.now < deadline else { throw .delta("xdelta3 takes too long") }
      var request = pollfd(fd: output.raw, events: Int16(POLLIN), revents: 0)
      guard poll(&request, 1, 500) > 0 else { continue }
      let count = read(output.raw, buffer.baseAddress, buffer.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw failure(SyscallError("read", path: "xdelta3", errno: errno)) }
      guard count > 0 else { return }
      guard file.size + Int64(count) <= size else { throw .delta("the result has more than \(size) bytes") }
      try file.append(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
    }
  }
}
