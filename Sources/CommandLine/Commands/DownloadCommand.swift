import API
import ByteText
import Client
import Glibc
import Linux
import Snap

/// `snap download`: through the daemon, which knows the stores; the reference asks its store itself.
enum DownloadCommand: Command {
  static var grammar: Grammar {
    Grammar(
      name: "download", summary: "Download the given snap",
      help: """
        The download command downloads the given snap and its supporting assertions to the current directory with \
        .snap and .assert file extensions, respectively. A download that was cut off goes on where it ended.
        """,
      options: .channel + [
        .value("revision", "Download the given revision of a snap"),
        .value("basename", "Use this basename for the snap and assertion files (defaults to <snap>_<revision>)"),
        .value("target-directory", "Download to this directory (defaults to the current directory)"),
        .value("cohort", "Download from the given cohort"),
        .flag("only-components", "Only download the given components, not the snap", hidden: true),
      ],
      positionals: [.init("<snap>", .one)])
  }

  static func run(_ arguments: Arguments, in context: Context) throws {
    let basename = arguments.value("basename") ?? ""
    if basename.hasByte("/") || basename == "." || basename == ".." {
      throw Failure("cannot specify a path in basename (use --target-dir for that)")
    }
    let name = arguments.positional(0) ?? ""
    if name.hasByte("+") || arguments.has("only-components") {
      throw Failure("cannot download components: not supported yet")
    }
    var instruction = DownloadInstruction(snapName: name)
    let channel = try Channels.chosen(arguments, in: context)
    if let revision = arguments.value("revision") {
      if !channel.isEmpty { throw Failure("cannot specify both channel and revision") }
      if arguments.has("cohort") { throw Failure("cannot specify both cohort and revision") }
      do throws(InvalidText) { _ = try Revision(revision) } catch { throw Failure("\(error)") }
      instruction.revision = revision
    }
    if !channel.isEmpty { instruction.channel = channel }
    instruction.cohortKey = arguments.value("cohort")
    do throws(ClientError) {
      let directory = arguments.value("target-directory") ?? ""
      if !directory.isEmpty { try makeDirectory(directory) }
      context.out.line("Fetching snap \(quoted(name))")
      context.out.flush()
      let place = Place(directory: directory, basename: basename)
      let image = try fetch(instruction, to: place, name, in: context)
      context.out.line("Fetching assertions for \(quoted(name))")
      context.out.flush()
      let assertions = try SnapAssertions(in: context).of(image: image.path, digest: image.head.sha3_384, name: name)
      let beside = image.path.hasByteSuffix(".snap") ? String(image.path.dropLast(5)) : image.path
      try write(assertions, to: beside + ".assert")
      context.out.line("Install the snap with:\n   snap ack \(beside).assert\n   snap install \(image.path)")
    } catch {
      context.err.line(
        try DaemonMessage.explain(error, DaemonMessage.Request(snap: name, operation: "download"), in: context))
    }
  }

  /// Where the files go.
  private struct Place {
    var directory: String
    var basename: String

    func path(_ head: DownloadHead) -> String {
      let name = basename.isEmpty ? head.fileName : basename + ".snap"
      return directory.isEmpty || directory == "."
        ? name : directory.hasByteSuffix("/") ? directory + name : "\(directory)/\(name)"
    }
  }

  private static func makeDirectory(_ path: String) throws(ClientError) {
    if mkdir(path, 0o755) != 0, errno != EEXIST { throw cannot("create", path) }
  }

  private static func cannot(_ what: String, _ path: String) -> ClientError {
    ClientError(
      origin: .answer, message: "cannot \(what) \(quoted(path)): \(SyscallError("", errno: errno).message)")
  }

  private static func write(_ bytes: [UInt8], to path: String) throws(ClientError) {
    do { try SmallFile.write(bytes, to: path, mode: 0o644) } catch {
      throw ClientError(origin: .answer, message: "\(error)")
    }
  }

  /// A file for this download alone: another would cut off what this one has checked.
  private static func openPartial(_ path: String) throws(ClientError) -> OwnedFD {
    let taken = ClientError(origin: .answer, message: "cannot write \(quoted(path)): another download does")
    for _ in 0..<100 {
      let raw = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
      guard raw >= 0 else { throw cannot("open", path) }
      let file = OwnedFD(owning: raw)
      // Where the file system knows no locks it goes without.
      if flock(raw, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK { throw taken }
      // The other may have been done between the two, and the file have its last name.
      if let mine = try? file.status(), let there = try? Files.status(path), mine.inode == there.inode { return file }
    }
    throw taken
  }

  /// Gets the image; into `….partial`, which a later try goes on with.
  private static func fetch(
    _ instruction: DownloadInstruction, to place: Place, _ name: String, in context: Context
  ) throws(ClientError) -> (path: String, head: DownloadHead) {
    let head = try context.client.peek(instruction)
    let path = place.path(head)
    // What lies there already and is the same is not got again.
    if let status = try? Files.status(path), status.size == head.size,
      Digests.sha3_384(of: path, in: context) == head.sha3_384
    {
      return (path, head)
    }
    let partial = path + ".partial"
    let file = try openPartial(partial)
    let present = lseek(file.raw, 0, SEEK_END)
    let start = present > 0 && present < head.size && !head.resumeToken.isEmpty ? Int64(present) : 0
    let meter = Waiting.meter(in: context)
    defer { meter.finish() }
    var done: Int64 = 0
    let descriptor = file.raw
    let got = try context.client.download(instruction, from: start, token: head.resumeToken) {
      (_, offset) throws(ClientError) in
      done = offset
      guard ftruncate(descriptor, Int(offset)) == 0, lseek(descriptor, Int(offset), SEEK_SET) >= 0 else {
        throw cannot("write", partial)
      }
    } take: { bytes throws(ClientError) in
      var rest = bytes[...]
      while !rest.isEmpty {
        let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { throw cannot("write", partial) }
        rest = rest.dropFirst(count)
      }
      done += Int64(bytes.count)
      meter.set("Download snap \(quoted(name))", done: Int(done), total: Int(max(head.size, 2)))
    }
    meter.finish()
    guard done == got.size, got.sha3_384 == head.sha3_384 else {
      throw ClientError(
        origin: .answer,
        message: "cannot download \(quoted(name)): got \(done) bytes of \(got.size), or of another file")
    }
    guard fsync(descriptor) == 0 else { throw cannot("write", partial) }
    if let digest = Digests.sha3_384(of: partial, in: context), !got.sha3_384.isEmpty, digest != got.sha3_384 {
      unlink(partial)
      throw ClientError(
        origin: .answer, message: "sha3-384 mismatch for \(quoted(name)): got \(digest) but expected \(got.sha3_384)")
    }
    guard rename(partial, path) == 0 else { throw cannot("rename", partial) }
    return (path, got)
  }
}
