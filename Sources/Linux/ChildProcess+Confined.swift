internal import CLinux
internal import Glibc

/// What a program that parses what somebody else made may have: files that it reads, descriptors that it writes to.
///
/// It has no capability and can gain none, no network, no other process, and can make no file. Files are hidden by two
/// layers, either of which is enough: a root directory of its own with nothing but what is named here, and Landlock.
/// System calls are those of reading, calculating and writing (`confine.c`).
public struct ProgramConfinement: Sendable {
  /// What hides files.
  public struct Layers: OptionSet, Sendable {
    public let rawValue: UInt32
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    public static let ownRoot = Layers(rawValue: UInt32(CL_CONFINE_VIEW))
    public static let landlock = Layers(rawValue: UInt32(CL_CONFINE_LANDLOCK))
  }

  /// What it reads besides itself and shared libraries: absolute paths of regular files, without symbolic links.
  public var files: [String] = []
  /// Bytes of its address space.
  public var memory: UInt64 = 2 << 30
  /// Seconds of a processor.
  public var seconds: UInt64 = 1800
  /// How far behind others it is, 0 to 19.
  public var niceness: Int32 = 0
  /// The layers that may be used; those that the machine lacks are passed over while one is left.
  public var layers: Layers = [.ownRoot, .landlock]

  public init(reading files: [String] = []) { self.files = files }

  /// Where the dynamic linker looks.
  fileprivate static let libraries = [
    "/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/etc/ld.so.cache",
  ]
}

extension ChildProcess {
  /// Starts a program that is confined, and killed when the thread that calls this ends: so this thread waits for it.
  ///
  /// - Parameters:
  ///   - argv: the absolute path of the program, which is no script, and its arguments.
  ///   - output: the descriptor that becomes its standard output; it has no other.
  /// - Throws: also when any part of the confinement cannot be had.
  public static func spawn(
    _ argv: [String], confined: ProgramConfinement, output: Int32
  ) throws(SyscallError) -> ChildProcess {
    guard let named = argv.first, named.hasPrefix("/") else {
      throw SyscallError("execute", path: argv.first, errno: ENOENT)
    }
    for text in argv + confined.files where text.utf8.contains(0) {
      throw SyscallError("execute", path: named, errno: EINVAL)
    }
    let program = try Files.realPath(named)
    let start = try ProgramStart(path: program)
    let null = try OwnedFD.open("/dev/null", O_RDWR)
    let environment = ChildProcessOptions.fixedEnvironment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    var pid: Int32 = 0
    var failure = cl_confine_failure()
    let lists = [
      [program] + argv.dropFirst(), environment, start.interpreter.map { [$0] } ?? [], ProgramConfinement.libraries,
      confined.files,
    ]
    let result = withLists(lists) { lists in
      var request = cl_confine(
        arguments: lists[0], environment: lists[1], interpreters: lists[2], libraries: lists[3], files: lists[4],
        streams: (null.raw, output, null.raw), memory: confined.memory, seconds: confined.seconds,
        nice: confined.niceness, layers: confined.layers.rawValue)
      return cl_spawn_confined(&request, &pid, &failure)
    }
    guard result == 0 else {
      let call = failure.call.map { String(cString: $0) } ?? "start"
      throw SyscallError("confine \(named): cannot \(call)", errno: failure.error)
    }
    return try watch(pid, path: named)
  }

  /// The lists as arrays that end with a null pointer.
  private static func withLists<Result>(
    _ lists: [[String]], _ body: ([UnsafePointer<UnsafeMutablePointer<CChar>?>]) -> Result
  ) -> Result {
    func extend(_ done: [UnsafePointer<UnsafeMutablePointer<CChar>?>]) -> Result {
      guard done.count < lists.count else { return body(done) }
      return withCStrings(lists[done.count]) { extend(done + [$0]) }
    }
    return extend([])
  }
}

extension Files {
  /// A path without symbolic links to what another leads to.
  public static func realPath(_ path: String) throws(SyscallError) -> String {
    try rejectNUL("resolve", path)
    guard let real = realpath(path, nil) else { throw SyscallError("resolve", path: path, errno: errno) }
    defer { free(real) }
    return String(cString: real)
  }
}

/// What the kernel reads of a program first. Source: elf(5).
private struct ProgramStart {
  /// The dynamic linker that it names; nil for one that is static.
  private(set) var interpreter: String?
  private let bytes: [UInt8]
  private let isLittle: Bool

  init(path: String) throws(SyscallError) {
    let notProgram = SyscallError("execute", path: path, errno: ENOEXEC)
    let file = try OwnedFD.open(path, O_RDONLY)
    var start = [UInt8](repeating: 0, count: 4096)
    let count = pread(file.raw, &start, start.count, 0)
    guard count >= 64, Array(start[..<4]) == [0x7F, 0x45, 0x4C, 0x46] else { throw notProgram }
    bytes = Array(start[..<count])
    isLittle = bytes[5] == 1
    let isLong = bytes[4] == 2
    guard let table = number(isLong ? 32 : 28, isLong ? 8 : 4), let size = number(isLong ? 54 : 42, 2),
      let entries = number(isLong ? 56 : 44, 2)
    else { throw notProgram }
    for index in 0..<min(entries, 64) {
      let entry = table + index * size
      guard number(entry, 4) == 3 else { continue }
      guard let offset = number(entry + (isLong ? 8 : 4), isLong ? 8 : 4),
        let length = number(entry + (isLong ? 32 : 16), isLong ? 8 : 4),
        length > 1, length < bytes.count, offset <= bytes.count - length
      else { throw notProgram }
      interpreter = String(decoding: bytes[offset..<offset + length - 1], as: UTF8.self)
    }
  }

  /// A number of so many bytes; nil where there is none, or none of a sensible size.
  private func number(_ offset: Int, _ size: Int) -> Int? {
    guard offset >= 0, offset <= bytes.count - size else { return nil }
    let part = bytes[offset..<offset + size]
    let value = (isLittle ? Array(part.reversed()) : Array(part)).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    return Int(exactly: value).flatMap { $0 < 1 << 40 ? $0 : nil }
  }
}
