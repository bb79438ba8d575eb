internal import CSeccomp
internal import Glibc

/// The `snap-seccomp` program: compiling, showing and naming the version of filters.
public struct FilterCommand {
  /// What to print, and how to exit.
  public struct Outcome: Equatable, Sendable {
    /// For standard output.
    public var output: String
    /// For standard error.
    public var errors: String
    /// The exit status.
    public var status: Int32
  }

  /// A source is text by people or the daemon; nothing sane is longer.
  static let sourceLimit = 4 << 20

  /// Runs one command; `arguments` are those after the program's name.
  public static func run(_ arguments: [String]) -> Outcome {
    do throws(SeccompError) {
      switch arguments.first {
      case "compile":
        guard arguments.count == 3 else {
          return Outcome(output: "", errors: "error: compile needs an input and output file\n", status: 1)
        }
        let bytes = try read(arguments[1], limit: sourceLimit)
        guard let text = String(validating: bytes, as: UTF8.self) else { throw .notUTF8 }
        try write(SeccompCompiler().compile(text).encoded(), to: arguments[2])
        return Outcome(output: "", errors: "", status: 0)
      case "dump":
        guard arguments.count == 2 else {
          return Outcome(output: "", errors: "error: dump needs a file\n", status: 1)
        }
        let limit = SeccompPrograms.headerSize + 2 * SeccompPrograms.programLimit
        let programs = try SeccompPrograms(decoding: read(arguments[1], limit: limit))
        return Outcome(output: programs.dump, errors: "", status: 0)
      case "library-version": return Outcome(output: libraryVersion + "\n", errors: "", status: 0)
      case "version-info": return Outcome(output: versionInfo + "\n", errors: "", status: 0)
      case .some(let command):
        return Outcome(output: "", errors: "error: unsupported argument \(quoted(command))\n", status: 1)
      case nil: return Outcome(output: "", errors: "error: no command given\n", status: 1)
      }
    } catch {
      return Outcome(output: "", errors: "error: \(error)\n", status: 1)
    }
  }

  /// The version of libseccomp that runs, such as `2.5.4`.
  public static var libraryVersion: String {
    guard let version = seccomp_version()?.pointee else { return "0.0.0" }
    return "\(version.major).\(version.minor).\(version.micro)"
  }

  /// What a compiled filter depends on: generation of this compiler, libseccomp, a hash of the calls that
  /// libseccomp knows among those we use, and features. Different text: compile again.
  public static var versionInfo: String {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    func mix(_ byte: UInt8) { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    for line in SyscallTemplate(users: SystemUser.allCases).source.split(separator: "\n") {
      for byte in line.utf8 { mix(byte) }
      let name = line.drop { $0 == "~" }.prefix { $0 != " " }
      withUnsafeBytes(of: seccomp_syscall_resolve_name(String(name))) { for byte in $0 { mix(byte) } }
    }
    let digits = String(hash, radix: 16)
    let padded = String(repeating: "0", count: 16 - digits.utf8.count) + digits
    return "1 \(libraryVersion) \(padded) \(SeccompCompiler.canLog ? "bpf-actlog" : "-")"
  }

  private static func read(_ path: String, limit: Int) throws(SeccompError) -> [UInt8] {
    // Non-blocking, so that a FIFO does not hang the program.
    let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard file >= 0 else { throw .file(call: "open", path: path, code: errno) }
    defer { close(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65536)
    while true {
      let count = Glibc.read(file, &buffer, buffer.count)
      guard count >= 0 else { throw .file(call: "read", path: path, code: errno) }
      guard count > 0 else { return bytes }
      bytes += buffer[..<count]
      guard bytes.count <= limit else { throw .file(call: "read", path: path, code: EFBIG) }
    }
  }

  /// Aside, synced, renamed: a reader sees the old filter or the new one.
  private static func write(_ bytes: [UInt8], to path: String) throws(SeccompError) {
    let aside = path + ".\(getpid())~"
    let file = open(aside, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o644)
    guard file >= 0 else { throw .file(call: "create", path: aside, code: errno) }
    var done = 0
    while done < bytes.count {
      let count = bytes.withUnsafeBytes { Glibc.write(file, $0.baseAddress.map { $0 + done }, $0.count - done) }
      if count <= 0 { break }
      done += count
    }
    let synced = done == bytes.count && fsync(file) == 0
    let code = errno
    close(file)
    guard synced, rename(aside, path) == 0 else {
      let failure = synced ? errno : code
      unlink(aside)
      throw .file(call: "write", path: path, code: failure)
    }
    let parent = path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
    let directory = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    if directory >= 0 {
      fsync(directory)
      close(directory)
    }
  }
}

extension SeccompPrograms {
  /// One instruction a line: `code jt jf k`, the deny program first as it is loaded.
  var dump: String {
    guard !unrestricted else { return "unrestricted\n" }
    var text = ""
    for (title, program) in [("deny", deny), ("allow", allow)] {
      text += "\(title): \(program.count / 8) instructions\n"
      program.withUnsafeBytes { bytes in
        for offset in stride(from: 0, to: bytes.count, by: 8) {
          let code = bytes.loadUnaligned(fromByteOffset: offset, as: UInt16.self)
          let value = bytes.loadUnaligned(fromByteOffset: offset + 4, as: UInt32.self)
          text += "\(offset / 8): 0x\(String(code, radix: 16)) \(bytes[offset + 2]) \(bytes[offset + 3]) "
          text += "0x\(String(value, radix: 16))\n"
        }
      }
    }
    return text
  }
}
