internal import ByteText
internal import CLinux
internal import Glibc
internal import Linux

/// Looks into a traced process that stands still.
struct TracedProcess {
  let pid: Int32
  /// Prefixes under which the machine's own files are: a root directory of the caller's choice first, then `""`.
  let roots: [String]

  /// The most that is read of a path: PATH_MAX of linux/limits.h.
  private static let pathLimit = 4096

  func bytes(at address: UInt64, count: Int) -> [UInt8]? {
    guard address != 0, count > 0, count <= Self.pathLimit else { return nil }
    var buffer = [UInt8](repeating: 0, count: count)
    let got = buffer.withUnsafeMutableBytes { cl_trace_read(pid, address, $0.baseAddress, $0.count) }
    return got > 0 ? Array(buffer[..<Int(got)]) : nil
  }

  func text(at address: UInt64) -> String? {
    // Most are short, and a page's end must not make one fail.
    guard let some = bytes(at: address, count: 256) else { return nil }
    if let end = some.firstIndex(of: 0) { return String(decoding: some[..<end], as: UTF8.self) }
    guard let all = bytes(at: address, count: Self.pathLimit), let end = all.firstIndex(of: 0) else { return nil }
    return String(decoding: all[..<end], as: UTF8.self)
  }

  /// The absolute path that a call names, in the app's view and without `.` and `..`; links are not followed.
  ///
  /// - Parameter directory: the descriptor that the path is relative to; nil: the working directory.
  func path(at address: UInt64, relativeTo directory: UInt64?) -> String? {
    guard let text = text(at: address), !text.isEmpty else { return nil }
    if text.hasBytePrefix("/") { return cleaned(text) }
    let descriptor = directory.map { Int32(truncatingIfNeeded: $0) } ?? AT_FDCWD
    let link = descriptor == AT_FDCWD ? "/proc/\(pid)/cwd" : "/proc/\(pid)/fd/\(descriptor)"
    guard let base = try? Files.readSymlink(link), base.hasBytePrefix("/") else { return nil }
    return cleaned(base + "/" + text)
  }

  /// Lexically; `/proc/self` is the process's own.
  private func cleaned(_ path: String) -> String {
    var parts: [Substring] = []
    for part in path.byteSplit("/") {
      if part == "." { continue }
      if part == ".." {
        _ = parts.popLast()
      } else {
        parts.append(part)
      }
    }
    if parts.count > 1, parts[0] == "proc", parts[1] == "self" || parts[1] == "thread-self" { parts[1] = "\(pid)" }
    return "/" + parts.joined(separator: "/")
  }

  /// What is at a path of the view outside of it; nil when nothing is, or the caller may not look.
  func outside(_ path: String) -> FileStatus? {
    for root in roots {
      if let status = try? Files.status(root + path, followSymlinks: true) { return status }
      if let status = try? Files.status(root + path, followSymlinks: false) { return status }
    }
    return nil
  }

  /// The path in a view of the process's own, where it is there.
  func inside(_ path: String) -> FileStatus? {
    try? Files.status("/proc/\(pid)/root" + path, followSymlinks: false)
  }

  /// The directory that a path is in.
  static func parent(of path: String) -> String {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")), slash != path.startIndex else { return "/" }
    return String(path[..<slash])
  }

  /// The process's user for files, and its name (proc_pid_status(5)).
  func identity() -> (uid: UInt32, command: String) {
    var result: (uid: UInt32, command: String) = (UInt32.max, "")
    guard let bytes = try? Files.read("/proc/\(pid)/status", limit: 1 << 16) else { return result }
    for line in String(decoding: bytes, as: UTF8.self).byteSplit("\n").prefix(20) {
      if let name = line.bytes(after: "Name:\t") { result.command = String(name) }
      if let numbers = line.bytes(after: "Uid:\t")?.byteSplit("\t") {
        if numbers.count == 4, let uid = UInt32(numbers[3]) { result.uid = uid }
      }
    }
    return result
  }
}

// MARK: - What a call names

extension TracedProcess {
  /// What failed, when it may be confinement's doing; nil otherwise.
  func failure(
    arch: UInt32, number: UInt64, arguments: [UInt64], errno code: Int32
  ) -> TracedFailure? {
    guard Self.interesting.contains(code) else { return nil }
    let shape = cl_call_shape(arch, number)
    func argument(_ index: Int32) -> UInt64 { index >= 0 ? arguments[Int(index)] : 0 }
    let named: TracedFailure.Target?
    switch Int(shape.kind) {
    case CL_CALL_OPEN, CL_CALL_OPEN_HOW, CL_CALL_LOOK, CL_CALL_ACCESS, CL_CALL_EXECUTE, CL_CALL_CHANGE, CL_CALL_CREATE,
      CL_CALL_NODE:
      let directory = shape.directory >= 0 ? arguments[Int(shape.directory)] : nil
      guard let path = path(at: argument(shape.path), relativeTo: directory) else { return nil }
      var flags = argument(shape.flags)
      if Int(shape.kind) == CL_CALL_OPEN_HOW {
        guard let how = bytes(at: flags, count: 8), how.count == 8 else { return nil }
        flags = how.reversed().reduce(0) { $0 << 8 | UInt64($1) }
      }
      named = target(path, Self.access(kind: Int(shape.kind), flags: flags), code, isMade: Self.makes(shape, flags))
    case CL_CALL_ADDRESS:
      named = address(at: argument(shape.path), count: Int(min(argument(shape.flags), 128)), code)
    case CL_CALL_MOUNT:
      named = .mount(
        type: text(at: arguments[2]) ?? "", source: text(at: arguments[0]) ?? "",
        target: path(at: arguments[1], relativeTo: nil) ?? "")
    case CL_CALL_UNMOUNT: named = path(at: arguments[0], relativeTo: nil).map { .unmount($0) }
    case CL_CALL_SIGNAL: named = .signal(Int32(truncatingIfNeeded: argument(shape.flags)))
    case CL_CALL_PTRACE: named = .ptrace
    default: named = TracedFailure.Target.none
    }
    guard let named else { return nil }
    if case .path = named {} else if code == ENOENT || code == ENXIO || code == ENODEV || code == EROFS { return nil }
    let identity = identity()
    return TracedFailure(
      arch: arch, number: number, arguments: arguments, errno: code, uid: identity.uid, command: identity.command,
      target: named)
  }

  /// How confinement refuses.
  private static let interesting: Set<Int32> = [
    EPERM, EACCES, ENOENT, ENXIO, ENODEV, EROFS, EAFNOSUPPORT, EPROTONOSUPPORT, ENOSYS,
  ]

  private static func access(kind: Int, flags: UInt64) -> String {
    switch kind {
    case CL_CALL_OPEN, CL_CALL_OPEN_HOW:
      let flags = Int32(truncatingIfNeeded: flags)
      let writes = flags & O_ACCMODE != O_RDONLY || flags & (O_CREAT | O_TRUNC) != 0
      if flags & O_ACCMODE == O_WRONLY { return "w" }
      return writes ? "rw" : "r"
    case CL_CALL_ACCESS:
      let mode = Int32(truncatingIfNeeded: flags)
      if mode & W_OK != 0 { return mode & R_OK != 0 ? "rw" : "w" }
      return mode & X_OK != 0 && mode & R_OK == 0 ? "x" : "r"
    case CL_CALL_EXECUTE: return "x"
    case CL_CALL_CHANGE, CL_CALL_CREATE, CL_CALL_NODE: return "w"
    default: return "r"
    }
  }

  /// Whether a call makes what it names.
  private static func makes(_ shape: cl_call_shape, _ flags: UInt64) -> Bool {
    switch Int(shape.kind) {
    case CL_CALL_OPEN, CL_CALL_OPEN_HOW: Int32(truncatingIfNeeded: flags) & O_CREAT != 0
    case CL_CALL_CHANGE, CL_CALL_CREATE, CL_CALL_NODE: true
    default: false
    }
  }

  /// What is not there is confinement's doing only where the machine has it.
  private func target(_ path: String, _ access: String, _ code: Int32, isMade: Bool) -> TracedFailure.Target? {
    let found = outside(path)
    let isMissing = code == ENOENT || code == ENXIO || code == ENODEV
    if isMissing, found == nil {
      let parent = Self.parent(of: path)
      guard code == ENOENT, isMade, outside(parent) != nil, inside(parent) == nil else { return nil }
    }
    // The view has it: what is missing is something else (the interpreter of a script, a device behind its node, a
    // terminal for `/dev/tty`).
    if code == ENOENT, let found, inside(path) != nil, found.kind != .symlink { return nil }
    if code != ENOENT, isMissing, let found, let seen = inside(path), seen.kind == found.kind,
      seen.specialDevice == found.specialDevice
    {
      return nil
    }
    let status = found ?? inside(path)
    return .path(
      path, access: access, isOutside: found != nil, isDirectory: status?.kind == .directory,
      isOwn: status.map { $0.uid == identity().uid } ?? true)
  }

  private func address(at address: UInt64, count: Int, _ code: Int32) -> TracedFailure.Target? {
    guard count >= 2, let bytes = bytes(at: address, count: count), bytes.count >= 2 else { return nil }
    let family = UInt16(bytes[0]) | UInt16(bytes[1]) << 8
    guard family == UInt16(AF_UNIX) else { return .address(family: family) }
    let name = bytes[2...]
    if name.first == 0 {
      let text = name.dropFirst().map { $0 == 0 ? UInt8(ascii: "@") : $0 }
      return .abstract("@" + String(decoding: text, as: UTF8.self))
    }
    let path = String(decoding: name.prefix { $0 != 0 }, as: UTF8.self)
    guard !path.isEmpty else { return nil }
    guard path.hasBytePrefix("/") else { return nil }
    return target(cleaned(path), "rw", code, isMade: false)
  }
}
