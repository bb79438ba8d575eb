internal import API
internal import FoundationEssentials
internal import Overlord
internal import Snap
internal import SnapManager
internal import State

/// `/v2/snaps` and `/v2/snaps/{name}`.
extension DaemonService {
  /// `GET /v2/snaps?select=all|enabled&snaps=a,b`.
  func listSnaps(_ request: Request) async throws -> Answer {
    let all: Bool
    switch request.query["select"] {
    case nil, "", "enabled": all = false
    case "all": all = true
    case "refresh-inhibited": return try .sync([SnapJSON]())
    case let other?: throw APIFailure.badRequest("invalid select parameter: \"\(other)\"")
    }
    var wanted: Set<String>?
    if let names = request.query["snaps"], !names.isEmpty {
      wanted = Set(names.split(separator: ",").map { $0.trimmingSpaces() })
    }
    return .sync(try catalog.list(all: all, only: wanted))
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

  private func perform(_ instruction: SnapInstruction, on name: InstanceName) throws -> ChangeID {
    if instruction.devmode && instruction.jailmode {
      throw APIFailure.badRequest("cannot use devmode and jailmode flags together")
    }
    if instruction.devmode && instruction.classic {
      throw APIFailure.badRequest("cannot use classic and devmode flags together")
    }
    let snaps = overlord.snaps
    let revision = try revision(instruction.revision)
    if instruction.terminate && (instruction.action != "remove" || revision != nil) {
      throw APIFailure.badRequest("terminate can only be specified for remove of all revisions")
    }
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
      if overlord.store.read({ $0[RecordKind<SnapState>.snaps, name.description] }) != nil { throw Refusal.alreadyInstalled(name) }
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
