internal import API
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
    let change = try perform(instruction, on: name, userID: user(of: request)?.id)
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
    // Stores show what is private to who may see it.
    let userID = user(of: request)?.id
    switch instruction.action {
    case "remove":
      guard !names.isEmpty else { throw APIFailure.badRequest("no snaps given to remove") }
      try overlord.refuseRemoval(of: names)
      return .async(try overlord.snaps.remove(names, terminate: instruction.terminate))
    case "install":
      guard !names.isEmpty else { throw APIFailure.badRequest("cannot install zero snaps") }
      var request = StoreInstallRequest(names, isOfOne: false)
      request.isTransaction = instruction.transaction == "all-snaps"
      request.ignoreValidation = instruction.ignoreValidation
      request.flags = flags(instruction)
      request.aliasing = aliasing(instruction)
      request.userID = userID
      return .async(try overlord.snaps.install(try overlord.limited(request)).change)
    case "refresh" where !instruction.validationSets.isEmpty:
      guard names.isEmpty else {
        throw APIFailure.badRequest("cannot refresh snaps and enforce validation sets at once")
      }
      return .async(try overlord.enforceByRefreshing(instruction.validationSets))
    case "refresh":
      var request = StoreRefreshRequest(names)
      request.isTransaction = instruction.transaction == "all-snaps"
      request.ignoreRunning = instruction.ignoreRunning
      if instruction.ignoreValidation { request.ignoreValidation = true }
      request.userID = userID
      guard let change = try overlord.snaps.refresh(try overlord.limited(request)).change else {
        throw APIFailure(500, "internal error: a refresh that was asked for has no change")
      }
      return .async(change)
    case "hold", "unhold": return .async(try changeHolds(instruction, names))
    case "snapshot", "switch":
      throw APIFailure.badRequest("cannot \(instruction.action) snaps: not supported yet")
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
    try refuseHoldOptions(instruction)
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
    try refuseHoldOptions(instruction)
    try refuse(
      !instruction.quotaGroup.isEmpty && action != "install", "quota-group can only be specified on install")
    try refuse(
      instruction.terminate && (action != "remove" || revision != nil),
      "terminate can only be specified for the \"remove\" action of all revisions")
  }

  private func perform(
    _ instruction: SnapInstruction, on name: InstanceName, userID: Int?
  ) throws -> ChangeID {
    let snaps = overlord.snaps
    let revision = try revision(instruction.revision)
    try refuseOptions(instruction, revision)
    switch instruction.action {
    case "remove":
      if revision == nil { try overlord.refuseRemoval(of: [name]) }
      return try snaps.remove([name], revision: revision, terminate: instruction.terminate)
    case "revert":
      var flags: SnapFlags?
      if instruction.devmode || instruction.jailmode || instruction.classic {
        flags = SnapFlags(
          devmode: instruction.devmode, jailmode: instruction.jailmode, classic: instruction.classic)
      }
      return try snaps.revert(name, to: revision, flags: flags, ignoreRunning: instruction.ignoreRunning)
    case "enable": return try snaps.enable(name)
    case "disable": return try snaps.disable(name)
    case "install": return try install(instruction, name, revision, userID: userID)
    case "refresh": return try refresh(instruction, name, revision, userID: userID)
    case "switch":
      return try snaps.switchTracking(
        of: name, channel: instruction.channel, cohortKey: instruction.cohortKey, leaveCohort: instruction.leaveCohort)
    case "hold", "unhold": return try changeHolds(instruction, [name])
    default: throw APIFailure.badRequest("unknown action \(instruction.action)")
    }
  }

  private func install(
    _ instruction: SnapInstruction, _ name: InstanceName, _ revision: Revision?, userID: Int?
  ) throws -> ChangeID {
    guard name.name.description != "ubuntu-core" else {
      throw APIFailure.badRequest("cannot install \"ubuntu-core\", please use \"core\" instead")
    }
    var request = StoreInstallRequest([name], isOfOne: true)
    request.channel = instruction.channel
    request.revision = revision
    request.cohortKey = instruction.cohortKey
    request.flags = flags(instruction)
    request.aliasing = aliasing(instruction)
    request.ignoreValidation = instruction.ignoreValidation
    request.isTransaction = instruction.transaction == "all-snaps"
    request.userID = userID
    return try overlord.snaps.install(try overlord.limited(request)).change
  }

  private func refresh(
    _ instruction: SnapInstruction, _ name: InstanceName, _ revision: Revision?, userID: Int?
  ) throws -> ChangeID {
    var request = StoreRefreshRequest([name], isOfOne: true)
    request.channel = instruction.channel
    request.revision = revision
    request.cohortKey = instruction.cohortKey
    request.leaveCohort = instruction.leaveCohort
    request.amend = instruction.amend
    // As the reference has it, one refresh ignores validation and the next one heeds it again.
    request.ignoreValidation = instruction.ignoreValidation
    request.ignoreRunning = instruction.ignoreRunning
    request.isTransaction = instruction.transaction == "all-snaps"
    request.userID = userID
    if instruction.devmode || instruction.jailmode || instruction.classic { request.flags = flags(instruction) }
    guard let change = try overlord.snaps.refresh(try overlord.limited(request)).change else {
      throw StoreRefusal.noUpdate(name)
    }
    return change
  }

  private func flags(_ instruction: SnapInstruction) -> SnapFlags {
    SnapFlags(devmode: instruction.devmode, jailmode: instruction.jailmode, classic: instruction.classic)
  }

  private func aliasing(_ instruction: SnapInstruction) -> SnapSetup.Aliasing? {
    instruction.unaliased ? .unaliased : instruction.prefer ? .prefer : nil
  }

  private func instruction(_ request: Request) throws -> SnapInstruction {
    let json = try request.decoded(
      JSONValue.self, orSay: "cannot decode request body into snap instruction")
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
