internal import Glibc
internal import HTTP
internal import Linux
internal import StoreProtocol
internal import StoreState

/// Makes what devices download instead of a whole image. Source: `spec/assertions-and-store.md` §6, "Deltas".
struct DeltaMaker: Sendable {
  let blobs: any BlobStore
  /// Where xdelta3 is; nil where it is not, and then no deltas are made.
  let program: String?
  /// What the program gets before the other arguments; for tests.
  var firstArguments: [String] = []
  /// Longest that one may take, in seconds.
  var timeLimit: Int64 = 30 * 60

  init(blobs: any BlobStore, program: String? = DeltaMaker.installed) {
    self.blobs = blobs
    self.program = program
  }

  static var installed: String? { ["/usr/bin/xdelta3", "/usr/local/bin/xdelta3"].first { access($0, X_OK) == 0 } }

  /// Makes a delta and keeps it as a blob.
  ///
  /// - Returns: nil when it would spare too little.
  /// - Throws: when an image is not there, or the program failed.
  func make(from source: BlobDigest, to target: BlobDigest) throws -> (digest: BlobDigest, size: Int64)? {
    guard let program, let old = try blobs.open(source), let new = try blobs.open(target) else {
      throw SyscallError("open images for a delta", errno: ENOENT)
    }
    guard (DeltaPlan.smallest...DeltaPlan.largest).contains(new.size), old.size <= DeltaPlan.largest else { return nil }
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { throw SyscallError("make a pipe", errno: errno) }
    let output = OwnedFD(owning: ends[0])
    // Children of other threads that are started just now must not keep the pipe open.
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    let process: ChildProcess
    do {
      let input = OwnedFD(owning: ends[1])
      // Publishers are no more trusted than anybody: xdelta3 may read these two files and write to the pipe. It runs
      // behind everything else that the machine does.
      var confinement = ProgramConfinement(reading: [try Self.path(of: old), try Self.path(of: new)])
      (confinement.niceness, confinement.seconds) = (19, UInt64(timeLimit))
      // Level 3 is what the reference's store uses for whole images. `-A` leaves file names out, so that the same
      // images give the same delta.
      process = try ChildProcess.spawn(
        [program] + firstArguments + ["-e", "-3", "-A", "-c", "-s"] + confinement.files, confined: confinement,
        output: input.raw)
    }
    let writer = try blobs.makeWriter()
    var isComplete = false
    defer {
      if !isComplete { process.killGroup(SIGKILL) }
      _ = try? process.wait()
    }
    let most = DeltaPlan.mostWorthwhile(target: new.size)
    let isSmall = try copy(output, to: writer, most: most)
    guard isSmall else { return nil }
    isComplete = true
    let status = try process.wait()
    guard status == .exited(0) else { throw DeltaFailure(status: status) }
    let size = writer.size
    return (try writer.finish(), size)
  }

  /// Where an open image is: the confinement names files by path.
  private static func path(of blob: borrowing BlobContent) throws(SyscallError) -> String {
    try Files.readSymlink("/proc/self/fd/\(blob.file.raw)")
  }

  /// - Returns: false when there is more than `most`.
  private func copy(_ output: borrowing OwnedFD, to writer: any BlobWriter, most: Int64) throws -> Bool {
    var chunk = [UInt8](repeating: 0, count: 64 << 10)
    let deadline = ContinuousClock.now + .seconds(timeLimit)
    while true {
      guard ContinuousClock.now < deadline else { throw SyscallError("make a delta", errno: ETIMEDOUT) }
      var ready = pollfd(fd: output.raw, events: Int16(POLLIN), revents: 0)
      let count = poll(&ready, 1, 1000)
      if count < 0, errno == EINTR { continue }
      if count == 0 { continue }
      let got = read(output.raw, &chunk, chunk.count)
      if got < 0, errno == EINTR { continue }
      guard got >= 0 else { throw SyscallError("read a delta", errno: errno) }
      if got == 0 { return true }
      try writer.write(Array(chunk[..<got]))
      if writer.size > most { return false }
    }
  }
}

/// xdelta3 ended otherwise than it should.
struct DeltaFailure: Error, CustomStringConvertible {
  let status: ProcessStatus
  var description: String { "cannot make a delta: xdelta3 ended with \(status)" }
}
