internal import ByteText
internal import CLinux
internal import Glibc
internal import Linux

/// Where a socket of a service listens: what systemd.socket(5), `ListenStream=`, takes of what `snap.yaml` may say.
enum ListenAddress: Hashable {
  case path(String)
  case abstract(String)
  /// Every address when nil.
  case port(UInt16, address: String?)

  /// - Parameters:
  ///   - text: as in the definition.
  ///   - places: what a user's places are.
  init(_ text: String, places: (UserPlace) -> String?) throws(ServiceError) {
    for place in UserPlace.allCases {
      guard let rest = text.bytes(after: place.rawValue + "/") else { continue }
      guard let path = places(place) else { throw Self.invalid(text, "no user has it") }
      self = .path(path + "/" + rest)
      return
    }
    switch text.utf8.first {
    case UInt8(ascii: "/"): self = .path(text)
    case UInt8(ascii: "@"): self = .abstract(String(text.bytes(after: "@") ?? ""))
    default:
      var host: String?
      var port = text[...]
      if let colon = text.utf8.lastIndex(of: UInt8(ascii: ":")) {
        port = text[text.utf8.index(after: colon)...]
        let address = text[..<colon]
        host =
          address.hasBytePrefix("[") && address.hasByteSuffix("]")
          ? String(decoding: Array(address.utf8.dropFirst().dropLast()), as: UTF8.self) : String(address)
      }
      guard let number = UInt16(port), number > 0 else { throw Self.invalid(text, "it is neither a path nor a port") }
      self = .port(number, address: host)
    }
  }

  private static func invalid(_ text: String, _ why: String) -> ServiceError {
    .files(reason: "cannot listen at \(QuotedText.quote(text)): \(why)")
  }

  /// Opens a socket here. A socket that is there already is replaced; a file of another kind is not.
  /// - Parameters:
  ///   - mode: the permission bits of a path; systemd's default is for everybody.
  ///   - prefix: of the root that paths are below.
  func listen(mode: UInt32?, prefix: String) throws -> OwnedFD {
    let fd: Int32
    switch self {
    case .path(let path): return try Self.listen(at: path, mode: mode ?? 0o666, prefix: prefix)
    case .abstract(let name): fd = name.withCString { cl_listen_unix($0, name.utf8.count, 1) }
    case .port(let port, nil): fd = cl_listen_inet(nil, port)
    case .port(let port, let address?): fd = cl_listen_inet(address, port)
    }
    guard fd >= 0 else { throw SyscallError("listen at", path: "\(self)", errno: -fd) }
    return OwnedFD(owning: fd)
  }

  /// The snap may write where its socket is: no link of its making is followed, neither to unlink nor to change a mode.
  /// The bind itself is by name, because the name is what the service and others see of the socket (unix(7)); it is
  /// looked at afterwards that the name still is in the directory that was checked.
  private static func listen(at path: String, mode: UInt32, prefix: String) throws -> OwnedFD {
    let full = prefix + path
    let names = PathBytes.components(path)
    guard let name = names.last, !names.contains("..") else {
      throw SyscallError("listen at", path: full, errno: EINVAL)
    }
    let parent = try openParent(Array(names.dropLast()), below: prefix.isEmpty ? "/" : prefix)
    var status = stat()
    if fstatat(parent.raw, name, &status, AT_SYMLINK_NOFOLLOW) == 0, status.st_mode & S_IFMT == S_IFSOCK {
      unlinkat(parent.raw, name, 0)
    }
    let fd = full.withCString { cl_listen_unix($0, full.utf8.count, 0) }
    guard fd >= 0 else { throw SyscallError("listen at", path: full, errno: -fd) }
    let socket = OwnedFD(owning: fd)
    let file = try parent.openBeneath(name, CL_O_PATH | O_NOFOLLOW)
    guard fstat(file.raw, &status) == 0, status.st_mode & S_IFMT == S_IFSOCK else {
      throw SyscallError("listen at", path: full, errno: ELOOP)
    }
    try Files.setMode("/proc/self/fd/\(file.raw)", mode)
    return socket
  }

  /// Opens a directory without following links, and makes what is missing of it (0755, as systemd's `DirectoryMode=`).
  private static func openParent(_ names: [String], below root: String) throws -> OwnedFD {
    var directory = try OwnedFD.open(root, CL_O_PATH | O_DIRECTORY)
    for name in names {
      if mkdirat(directory.raw, name, 0o755) != 0, errno != EEXIST {
        throw SyscallError("make directory", path: name, errno: errno)
      }
      directory = try directory.openBeneath(name, CL_O_PATH | O_DIRECTORY)
    }
    return directory
  }
}

extension ListenAddress: CustomStringConvertible {
  var description: String {
    switch self {
    case .path(let path): path
    case .abstract(let name): "@" + name
    case .port(let port, let address): (address.map { $0 + ":" } ?? "port ") + String(port)
    }
  }
}
