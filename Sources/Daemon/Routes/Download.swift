internal import API
internal import ByteText
internal import HTTP
internal import Overlord
internal import Snap
internal import SnapManager

/// `/v2/download`: images of snaps that need not be installed. Source: `spec/features.md` §3.
extension DaemonService {
  /// The body of the request.
  private struct Instruction: Decodable {
    var name: String?
    var channel: String?
    var revision: String?
    var cohortKey: String?
    var headerPeek: Bool?
    var resumeToken: String?

    enum CodingKeys: String, CodingKey {
      case channel, revision
      case name = "snap-name"
      case cohortKey = "cohort-key"
      case headerPeek = "header-peek"
      case resumeToken = "resume-token"
    }
  }

  /// `POST /v2/download`: fetches an image and hands it on, from a byte on when the client has the beginning.
  func download(_ request: Request) async throws -> Answer {
    let instruction = try request.decoded(
      Instruction.self, orSay: "cannot decode request body into download operation"
    ) { "\($0)" }
    guard let name = instruction.name, !name.isEmpty else {
      throw APIFailure.badRequest("download operation requires one snap name")
    }
    let token = instruction.resumeToken ?? ""
    let peeks = instruction.headerPeek == true
    if peeks, !token.isEmpty { throw APIFailure.badRequest("cannot request header-only peek when resuming") }
    let range = request.headers["range"]
    if range != nil, token.isEmpty { throw APIFailure.badRequest("cannot resume without a token") }
    let start = try range.map { try Self.start(of: $0) } ?? 0
    let image = try overlord.snaps.offeredImage(
      of: try SnapName(name), channel: instruction.channel ?? "",
      revision: try instruction.revision.flatMap { $0.isEmpty ? nil : try Revision($0) },
      cohortKey: instruction.cohortKey ?? "", userID: user(of: request)?.id)
    var headers: Headers = [
      "Content-Type": "application/octet-stream",
      "Content-Disposition": "attachment; filename=\(image.snap)_\(image.revision).snap",
      "Snap-Sha3-384": image.sha3, "Snap-Length": String(image.size), "Snap-Download-Token": image.sha3,
    ]
    if peeks { return .content([], headers: headers) }
    let file = SharedFile(try overlord.snaps.fetch(image) { Task.isCancelled })
    // Another image than the one whose beginning is there begins anew.
    let resumes = start > 0 && start < image.size && token.hasSameBytes(as: image.sha3)
    if resumes { headers["Content-Range"] = "bytes \(start)-\(image.size - 1)/\(image.size)" }
    let offset = resumes ? Int64(start) : 0
    return .file(
      file, status: resumes ? 206 : 200, headers: headers, offset: offset, length: Int64(image.size) - offset)
  }

  /// `bytes=N-`
  private static func start(of range: String) throws(APIFailure) -> UInt64 {
    guard let rest = range.bytes(after: "bytes="), rest.hasByteSuffix("-"), let start = UInt64(rest.dropLast()) else {
      throw .badRequest("invalid range header: \(QuotedText.quote(range))")
    }
    return start
  }
}
