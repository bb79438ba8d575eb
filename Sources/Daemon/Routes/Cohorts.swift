internal import API
internal import ByteText
internal import FoundationEssentials
internal import HTTP
internal import Overlord
internal import Snap

/// `/v2/cohorts`. Source: `spec/features.md` §3.
extension DaemonService {
  /// `POST /v2/cohorts`: keys with which other machines get the same revisions.
  func createCohorts(_ request: Request) async throws -> Answer {
    let instruction: CohortInstruction
    do {
      instruction = try JSONDecoder().decode(CohortInstruction.self, from: Data(request.body))
    } catch {
      throw APIFailure.badRequest("cannot decode request body into cohort instruction: \(error)")
    }
    guard instruction.action == "create" else {
      throw APIFailure.badRequest("unknown cohort action \(QuotedText.quote(instruction.action))")
    }
    guard instruction.snaps.count <= 1000 else { throw APIFailure.badRequest("too many snaps") }
    let names = try instruction.snaps.map { try SnapName($0) }
    return try .sync(names.isEmpty ? [:] : try stores.createCohorts(names, user(of: request)))
  }
}
