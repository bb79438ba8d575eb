internal import API
internal import FoundationEssentials
internal import HTTP
internal import Overlord
internal import Snap
internal import SnapManager
internal import State

/// `/v2/snaps` and `/v2/snaps/{name}`.
extension DaemonService {
  /// `GET /v2/snaps?select=all|enabled&snaps=a,b`.
  func listSnaps(_ request: Request) async throws -> Answer {
    let selection: SnapCatalog.Selection
    switch request.query["select"] {
    case nil, "": selection = .current
    case "enabled": selection = .enabled
    case "all": selection = .all
    case "refresh-inhibited": selection = .refreshInhibited
    case let other?: throw APIFailure.badRequest("invalid select parameter: \"\(other)\"")
    }
    var wanted: Set<String>?
    let names = request.lists("snaps")
    if !names.isEmpty { wanted = Set(names) }
    return .sync(try catalog.list(selection, only: wanted))
  }

  /// `GET /v2/snaps/{name}`.
  func showSnap(_ request: Request) async throws -> Answer {
    .sync(try catalog.one(try instance(request.capture("name"))))
  }

  /// `POST /v2/snaps/{name}`: one action on one snap.
  func changeSnap(_ request: Request) async throws -> Answer {
    let name = try instance(request.capture("name"))
    let instruction = try instruction(request)
    guard instruction.snaps.isEmpty else { throw APIFailure.badRequest("unsupported option \"snaps\"") }
    let change = try perform(instruction, on: name)
    return .async(change)
  }

  /// `POST /v2/snaps`: one action on many snaps, or images to install.
  func changeSnaps(_ request: Request) async throws -> Answer {
    let type = request.headers["content-type"] ?? ""
    if type.hasPrefix("multipart/form-data") { return try await sideload(request, contentType: type) }
    guard type.isEmpty || type.hasPrefix("application/json") else {
      throw APIFailure.badRequest("unknown content type: \(type)")
    }
    let instruction = try instruction(request)
    try refuseOptionsOfOne(instruction)
    let names = try instruction.snaps.map { try instance($0) }
    switch instruction.action {
    case "remove":
      guard !names.isEmpty else { throw APIFailure.badRequest("no snaps given to remove") }
      return .async(try overlord.snaps.remove(names, terminate: instruction.terminate))
    case "install", "refresh", "snapshot", "hold", "unhold", "switch":
      throw APIFailure.badRequest("cannot \(instruction.action) snaps from a store: not supported yet")
    default:
      throw APIFailure.badRequest("unsupported multi-snap operation \"\(instruction.action)\"")
    }
  }

  /// What means something for one snap only must not be passed over in silence for many: a removal of one revision
  /// would become one of everything.
  private func refuseOptionsOfOne(_ instruction: SnapInstruction) throws(APIFailure) {
    let isOfOne =
      !instruction.channel.isEmpty || !instruction.revision.isEmpty || instruction.devmode || instruction.jailmode
      || !instruction.cohortKey.isEmpty || instruction.leaveCohort || instruction.prefer
    guard !isOfOne else { throw .badRequest("unsupported option provided for multi-snap operation") }
    if instruction.terminate && instruction.action != "remove" {
      throw .badRequest("terminate can only be specified for the \"remove\" action")
    }
  }

  /// The rules of `spec/features.md` §3 for which options go with which action, and with each other.
  private func refuseOptions(_ instruction: SnapInstruction, _ revision: Revision?) throws(APIFailure) {
    let action = instruction.action
    func refuse(_ isGiven: Bool, _ message: String) throws(APIFailure) {
      if isGiven { throw .badRequest(message) }
    }
    try refuse(
      instruction.devmode && instruction.jailmode, "cannot use devmode and jailmode flags together")
    try refuse(instruction.devmode && instruction.classic, "cannot use classic and devmode flags together")
    try refuse(
      !instruction.cohortKey.isEmpty && !["install", "refresh", "switch"].contains(action),
      "cohort-key can only be specified for install, refresh, or switch")
    try refuse(
      instruction.leaveCohort && !["refresh", "switch"].contains(action),
      "leave-cohort can only be specified for refresh or switch")
    try refuse(
      instruction.leaveCohort && !instruction.cohortKey.isEmpty, "cannot specify both cohort-key and leave-cohort")
    try refuse(instruction.prefer && action != "install", "the prefer flag can only be specified on install")
    try refuse(instruction.prefer && instruction.unaliased, "cannot use unaliased and prefer flags together")
    try refuse(
      !instruction.transaction.isEmpty && !["install", "refresh"].contains(action),
      "transaction type is unsupported for \"\(action)\" actions")
    try refuse(
      !["", "per-snap", "all-snaps"].contains(instruction.transaction),
      "invalid value for transaction type: \(instruction.transaction)")
    try refuse(
      !instruction.quotaGroup.isEmpty && action != "install", "quota-group can only be specified on install")
    try refuse(
      instruction.terminate && (action != "remove" || revision != nil),
      "terminate can only be specified for the \"remove\" action of all revisions")
  }

  private func perform(_ instruction: SnapInstruction, on name: InstanceName) throws -> ChangeID {
    let snaps = overlord.snaps
    let revision = try revision(instruction.revision)
    try refuseOptions(instruction, revision)
    switch instruction.action {
    case "remove": return try snaps.remove([name], revision: revision, terminate: instruction.terminate)
    case "revert":
      var flags: SnapFlags?
      if instruction.devmode || instruction.jailmode || instruction.classic {
        flags = SnapFlags(
          devmode: instruction.devmode, jailmode: instruction.jailmode, classic: instruction.classic)
      }
      return try snaps.revert(name, to: revision, flags: flags, ignoreRunning: instruction.ignoreRunning)
    case "enable": return try snaps.enable(name)
    case "disable": return try snaps.disable(name)
    case "install":
      if overlord.store.read({ $0.contains(RecordKind<SnapState>.snaps, name.description) }) {
        throw Refusal.alreadyInstalled(name)
      }
      throw APIFailure(
        404, "snap \"\(name)\" not found: no store is set up (stores are not supported yet; install from a file)",
        kind: .snapNotFound, value: .string(name.description))
    case "refresh":
      guard let installed = overlord.store.read({ $0[RecordKind<SnapState>.snaps, name.description] }) else {
        throw Refusal.notInstalled(name)
      }
      guard installed.channel.isEmpty else {
        throw APIFailure.badRequest("cannot refresh \"\(name)\": stores are not supported yet")
      }
      throw APIFailure(
        400, "local snap \"\(name)\" is unknown to the store, use --amend to proceed anyway", kind: .snapLocal,
        value: .string(name.description))
    case "switch", "hold", "unhold":
      throw APIFailure.badRequest("cannot \(instruction.action) \"\(name)\": stores are not supported yet")
    default: throw APIFailure.badRequest("unknown action \(instruction.action)")
    }
  }

  private func instruction(_ request: Request) throws -> SnapInstruction {
    let json: JSONValue
    do {
      json = try JSONDecoder().decode(JSONValue.self, from: Data(request.body))
    } catch {
      throw APIFailure.badRequest("cannot decode request body into snap instruction: invalid JSON")
    }
    var unknown: [String] = []
    do {
      return try SnapInstruction(json: json, unknown: &unknown)
    } catch { throw APIFailure.badRequest("\(error)") }
  }

  /// The snap that a path or body names.
  func instance(_ text: String?) throws -> InstanceName {
    do {
      return try InstanceName(text ?? "")
    } catch {
      // A name that cannot exist is not installed; the reference says no more than that.
      throw APIFailure(404, "snap not installed", kind: .snapNotFound, value: .string(text ?? ""))
    }
  }

  private func revision(_ text: String) throws -> Revision? {
    if text.isEmpty || text == "unset" { return nil }
    do {
      return try Revision(text)
    } catch { throw APIFailure.badRequest("\(error)") }
  }
}
