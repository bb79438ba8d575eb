internal import API
internal import ByteText
internal import Glibc
internal import Linux

/// A `multipart/form-data` body whose length is known before the first byte is sent.
struct MultipartForm: ~Copyable {
  let boundary: String
  /// Bytes of the whole body.
  let length: Int64
  private let parts: [Part]
  private let end: [UInt8]

  private final class Part {
    let head: [UInt8]
    /// Closed when the form goes.
    let file: OwnedFD?
    let size: Int64

    init(head: [UInt8]) {
      self.head = head
      file = nil
      size = 0
    }

    init(head: [UInt8], file: consuming OwnedFD, size: Int64) {
      self.head = head
      self.file = consume file
      self.size = size
    }

    /// The name without what could end it in the header. By scalars: a combining character would hide a quote.
    private static func harmless(_ name: Substring) -> String {
      String(String.UnicodeScalarView(name.unicodeScalars.filter { $0 != "\"" && $0 != "\\" && $0.value >= 0x20 }))
    }

    func send(over connection: Connection) throws(WireFailure) {
      try connection.send(head)
      switch file {
      case .some(let file): try connection.sendFile(file, length: size)
      case .none: break
      }
    }
  }

  init(fields: [(SideloadField, String)], files: [String]) throws(ClientError) {
    // Random, because the content of a snap is not ours: no file can be made to contain it.
    boundary = (0..<4).map { _ in String(UInt64.random(in: .min ... .max), radix: 16) }.joined()
    var parts: [Part] = []
    for (field, value) in fields {
      let text =
        "--\(boundary)\r\nContent-Disposition: form-data; name=\"\(field.rawValue)\"\r\n\r\n\(value)\r\n"
      parts.append(Part(head: Array(text.utf8)))
    }
    for (index, path) in files.enumerated() {
      let raw = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
      guard raw >= 0 else { throw MultipartForm.cannotOpen(path, errno) }
      let file = OwnedFD(owning: raw)
      var status = stat()
      guard fstat(file.raw, &status) == 0 else { throw MultipartForm.cannotOpen(path, errno) }
      guard status.st_mode & S_IFMT == S_IFREG else {
        throw ClientError(origin: .answer, message: "cannot open \"\(path)\": not a regular file")
      }
      let name = Self.harmless(path.byteSplit("/").last ?? "")
      let text =
        (parts.isEmpty || index == 0 ? "" : "\r\n")
        + "--\(boundary)\r\nContent-Disposition: form-data; name=\"snap\"; filename=\"\(name)\"\r\n"
        + "Content-Type: application/octet-stream\r\n\r\n"
      parts.append(Part(head: Array(text.utf8), file: file, size: Int64(status.st_size)))
    }
    end = Array(((files.isEmpty ? "" : "\r\n") + "--\(boundary)--\r\n").utf8)
    length = parts.reduce(Int64(end.count)) { $0 + Int64($1.head.count) + $1.size }
    self.parts = parts
  }

  /// The name without what could end it in the header. By scalars: a combining character would hide a quote.
  private static func harmless(_ name: Substring) -> String {
    String(String.UnicodeScalarView(name.unicodeScalars.filter { $0 != "\"" && $0 != "\\" && $0.value >= 0x20 }))
  }

  func send(over connection: Connection) throws(WireFailure) {
    for part in parts { try part.send(over: connection) }
    try connection.send(end)
  }

  private static func cannotOpen(_ path: String, _ code: Int32) -> ClientError {
    let reason = SyscallError("open", errno: code).message
    return ClientError(
      origin: .answer,
      message: "cannot open \"\(path)\": open \(path): \(reason.prefix(1).lowercased())\(reason.dropFirst())")
  }
}
