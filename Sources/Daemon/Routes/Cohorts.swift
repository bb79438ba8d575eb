internal import API
internal import ByteText
internal import HTTP
internal import Overlord
internal import Snap

/// `/v2/cohorts`. Source: `spec/features.md` §3.
extension DaemonService {
  /// `POST /v2/cohorts`: keys with which other machines get the same revisions.
  func createCohorts(_ request: Request) async throws -> Answer {
    let instruction = try request.decoded(
      CohortInstruction.self, orSay: "cannot decode request body into cohort instruction"
    ) { "\($0)" }
    guard instruction.action == "create" else {
      throw APIFailure.badRequest("unknown cohort action \(QuotedText.quote(instruction.action))")
    }
    guard instruction.snaps.count <= 1000 else { throw APIFailure.badRequest("too many snaps") }
    let names = try instruction.snaps.map { try SnapName($0) }
    return try .sync(names.isEmpty ? [:] : try stores.createCohorts(names, user(of: request)))
  }
}
