internal import API
internal import Glibc
internal import Linux

/// What the daemon says of a snap before its bytes (`spec/features.md` §3, `/v2/download`).
public struct DownloadHead: Hashable, Sendable {
  /// `NAME_REVISION.snap`.
  public var fileName: String
  /// Bytes of the whole image.
  public var size: Int64
  /// The digest of the image, hexadecimal.
  public var sha3_384: String
  /// For getting the rest of it later.
  public var resumeToken: String

  /// - Throws: when something is missing, or the name is none of a file in a directory.
  init(_ fields: [String: String]) throws(WireFailure) {
    let mark = "filename="
    let name =
      (fields["content-disposition"] ?? "").split(separator: ";").map(\.trimmed)
      .first { $0.hasPrefix(mark) }?.dropFirst(mark.utf8.count) ?? ""
    let bare = name.filter { $0 != "\"" }
    guard !bare.isEmpty, bare != ".", bare != "..", !bare.utf8.contains(UInt8(ascii: "/")), !bare.utf8.contains(0)
    else {
      throw WireFailure(text: "answer names no file", errno: EBADMSG)
    }
    guard let size = fields["snap-length"].flatMap({ Int64($0) }), size >= 0 else {
      throw WireFailure(text: "answer says no length of the snap", errno: EBADMSG)
    }
    fileName = String(bare)
    self.size = size
    sha3_384 = fields["snap-sha3-384"] ?? ""
    resumeToken = fields["snap-download-token"] ?? ""
  }
}

/// The body of `POST /v2/download`.
public struct DownloadInstruction: Encodable, Hashable, Sendable {
  public var snapName: String
  public var channel: String?
  public var revision: String?
  public var cohortKey: String?
  var headerPeek: Bool?
  var resumeToken: String?

  public init(snapName: String) { self.snapName = snapName }

  enum CodingKeys: String, CodingKey {
    case channel, revision
    case snapName = "snap-name"
    case cohortKey = "cohort-key"
    case headerPeek = "header-peek"
    case resumeToken = "resume-token"
  }
}

extension SnapdClient {
  /// What would be downloaded.
  public func peek(_ instruction: DownloadInstruction) throws(ClientError) -> DownloadHead {
    var instruction = instruction
    instruction.headerPeek = true
    return try download(instruction, from: 0, begin: { (_, _) in }, take: { (_) throws(ClientError) in })
  }

  /// Downloads a snap through the daemon.
  ///
  /// - Parameters:
  ///   - offset: how many bytes are here already, with the token of what they are of.
  ///   - begin: told what comes, and from where on: from 0 when the daemon does not resume.
  ///   - take: gets the bytes as they come.
  public func download(
    _ instruction: DownloadInstruction, from offset: Int64, token: String = "",
    begin: (DownloadHead, _ offset: Int64) throws(ClientError) -> Void,
    take: ([UInt8]) throws(ClientError) -> Void
  ) throws(ClientError) -> DownloadHead {
    let path = "/v2/download"
    var instruction = instruction
    if offset > 0 { instruction.resumeToken = token }
    let content: [UInt8]
    do { content = try WireJSON.encode(instruction) } catch {
      throw ClientError(origin: .answer, message: "cannot encode request: \(error)")
    }
    let head = head(
      "POST", path, query: [], contentType: "application/json", length: Int64(content.count),
      extra: offset > 0 ? [("Range", "bytes=\(offset)-")] : [])
    let limit = configuration.answerLimit
    let peeks = instruction.headerPeek == true
    // What goes wrong here, not on the wire.
    var local: ClientError?
    func here(_ body: () throws(ClientError) -> Void) throws(WireFailure) {
      do throws(ClientError) { try body() } catch {
        local = error
        throw WireFailure(text: error.message, errno: EIO)
      }
    }
    let outcome: (head: DownloadHead?, refusal: RawAnswer?)
    do throws(ClientError) {
      outcome = try perform("POST", path, query: [], retry: false) { connection throws(WireFailure) in
        try connection.send(head + content)
      } receive: { connection throws(WireFailure) in
        connection.bePatient()
        var head = try connection.receiveHead()
        while head.status < 200 { head = try connection.receiveHead() }
        guard head.status == 200 || head.status == 206, !head.contentType.hasPrefix("application/json") else {
          return (nil, try connection.receiveRest(of: head, limit: limit))
        }
        let described = try DownloadHead(head.fields)
        if peeks {
          // Whatever would follow is not waited for.
          connection.isSpent = true
          return (described, nil)
        }
        let start = head.status == 206 ? offset : 0
        try here { () throws(ClientError) in try begin(described, start) }
        try connection.receiveFile(of: head) { bytes throws(WireFailure) in
          try here { () throws(ClientError) in try take(bytes) }
        }
        return (described, nil)
      }
    } catch { throw local ?? error }
    if let described = outcome.head { return described }
    guard let refusal = outcome.refusal else { throw unexpected("nothing", wanted: "a file as", "POST", path) }
    switch try decode(refusal, as: JSONValue.self).reply {
    case .error(let error): throw failure(error, refusal.status)
    case .sync: throw unexpected("sync", wanted: "a file as", "POST", path)
    case .async: throw unexpected("async", wanted: "a file as", "POST", path)
    }
  }
}
