internal import API
internal import HTTP
internal import InterfaceManager
internal import Interfaces
internal import Overlord
internal import Snap
internal import SnapManager
internal import State

/// `/v2/interfaces` and `/v2/connections`.
extension DaemonService {
  /// `GET /v2/interfaces`: without `select` the listing of old, else interfaces with what has them.
  func listInterfaces(_ request: Request) async throws -> Answer {
    let listing = ConnectionListing(overlord.interfaces.current)
    guard let select = request.query["select"], !select.isEmpty else {
      var legacy = LegacyInterfacesJSON()
      legacy.plugs = listing.plugs()
      legacy.slots = listing.slots()
      return try .sync(legacy)
    }
    guard select == "all" || select == "connected" else {
      throw APIFailure.badRequest("unsupported select qualifier")
    }
    let query = InterfaceListing.Query(
      names: request.lists("names"), documentation: request.query["doc"] == "true",
      connectedOnly: select == "connected")
    let found = overlord.interfaces.current.listing(query).map { interface in
      var json = InterfaceJSON(name: interface.name)
      json.summary = interface.summary
      json.docURL = interface.documentation ?? ""
      if request.query["plugs"] == "true" { json.plugs = listing.plugs { $0.interface == interface.name } }
      if request.query["slots"] == "true" { json.slots = listing.slots { $0.interface == interface.name } }
      return json
    }
    return try .sync(found)
  }

  /// `POST /v2/interfaces`: connect or disconnect one plug and one slot.
  func changeInterfaces(_ request: Request) async throws -> Answer {
    let instruction = try request.decoded(
      InterfaceInstruction.self, orSay: "cannot decode request body into an interface action")
    guard !instruction.action.isEmpty else { throw APIFailure.badRequest("interface action not specified") }
    guard instruction.plugs.count <= 1, instruction.slots.count <= 1 else {
      throw APIFailure.badRequest("many-to-many operations are not implemented")
    }
    guard instruction.action == "connect" || instruction.action == "disconnect" else {
      throw APIFailure.badRequest("unsupported interface action: \"\(instruction.action)\"")
    }
    guard let plug = instruction.plugs.first, let slot = instruction.slots.first else {
      throw APIFailure.badRequest("at least one plug and slot is required")
    }
    try refuseUnknownSnaps([plug.snap, slot.snap])
    if instruction.action == "connect" {
      return .async(
        try overlord.interfaces.connect(
          plugSnap: plug.snap, plug: plug.plug, slotSnap: slot.snap, slot: slot.slot))
    }
    return .async(
      try overlord.interfaces.disconnect(
        plugSnap: plug.snap, plug: plug.plug, slotSnap: slot.snap, slot: slot.slot, forget: instruction.forget))
  }

  /// `GET /v2/connections?snap=…&interface=…&select=all`.
  func listConnections(_ request: Request) async throws -> Answer {
    let select = request.query["select"] ?? ""
    guard select.isEmpty || select == "all" else { throw APIFailure.badRequest("unsupported select qualifier") }
    let snap = request.query["snap"] ?? ""
    try refuseUnknownSnaps([snap])
    let records = overlord.store.read { $0.all(RecordKind<ConnectionRecord>.connections) }
    let listing = ConnectionListing(overlord.interfaces.current, records)
    return try .sync(
      listing.connections(snap: snap, interface: request.query["interface"] ?? "", all: select == "all"))
  }

  /// A name of a snap that is not installed; the system's own names and none are fine.
  private func refuseUnknownSnaps(_ names: [String]) throws {
    for name in names where !name.isEmpty && !["system", "snapd", "core"].contains(name) {
      let known = overlord.store.read { $0.contains(RecordKind<SnapState>.snaps, name) }
      guard known else {
        throw APIFailure(404, "snap \"\(name)\" is not installed", kind: .snapNotFound, value: .string(name))
      }
    }
  }
}
