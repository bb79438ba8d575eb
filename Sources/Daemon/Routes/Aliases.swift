internal import API
internal import HTTP
internal import Overlord
internal import Snap
internal import SnapManager
internal import State

/// `/v2/aliases`.
extension DaemonService {
  /// `GET /v2/aliases`: those of each snap that has any.
  func listAliases(_ request: Request) async throws -> Answer {
    var result: [String: [String: AliasStatusJSON]] = [:]
    for (snap, aliases) in overlord.store.read({ $0.aliasesOfSnaps }) where !aliases.targets.isEmpty {
      result[snap.description] = aliases.targets.mapValues { target in
        let app = target.effective(autoDisabled: aliases.autoDisabled)
        let status = app == nil ? "disabled" : target.manual != nil ? "manual" : "auto"
        let name = app ?? target.auto ?? ""
        return AliasStatusJSON(
          command: name == snap.name.rawValue ? snap.description : "\(snap).\(name)", status: status,
          manual: target.manual ?? "", auto: target.auto ?? "")
      }
    }
    return try .sync(result)
  }

  /// `POST /v2/aliases` with alias, unalias or prefer.
  func changeAliases(_ request: Request) async throws -> Answer {
    let instruction = try request.decoded(
      AliasInstruction.self, orSay: "cannot decode request body into an alias action")
    guard instruction.aliases.isEmpty else {
      throw APIFailure.badRequest(
        "cannot interpret request, snaps can no longer be expected to declare their aliases")
    }
    switch instruction.action {
    case "alias":
      let alias = try AliasName(instruction.alias)
      return .async(try overlord.snaps.alias(installed(instruction.snap), app: instruction.app, as: alias))
    case "unalias":
      // One name for both: what is installed under it is meant, else the alias.
      let isSnap = overlord.store.read { $0.contains(RecordKind<SnapState>.snaps, instruction.snap) }
      if instruction.snap.isEmpty || instruction.snap == instruction.alias && !isSnap {
        return .async(try overlord.snaps.unalias(instruction.alias))
      }
      return .async(try overlord.snaps.disableAliases(of: installed(instruction.snap)))
    case "prefer": return .async(try overlord.snaps.preferAliases(of: installed(instruction.snap)))
    default: throw APIFailure.badRequest("unsupported alias action: \"\(instruction.action)\"")
    }
  }

  /// A snap by a name that may be none.
  private func installed(_ name: String) throws -> InstanceName {
    guard let instance = try? InstanceName(name) else {
      throw APIFailure(
        400, "snap \"\(name)\" is not installed", kind: .snapNotInstalled, value: .string(name))
    }
    return instance
  }
}
