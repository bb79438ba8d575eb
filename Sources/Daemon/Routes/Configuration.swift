internal import API
internal import ConfigurationManager
internal import HTTP
internal import JSONValues
internal import Overlord
internal import Snap
internal import SnapManager
internal import State

/// `/v2/snaps/{name}/conf`.
extension DaemonService {
  /// `GET /v2/snaps/{name}/conf?keys=a,b.c`: a map from each key to its value; without keys, everything.
  func showConfiguration(_ request: Request) async throws -> Answer {
    let name = try configured(request)
    let transaction = overlord.configuration.transaction(for: name)
    let keys = request.lists("keys")
    guard !keys.isEmpty else {
      guard !transaction.current.isEmpty else { return .sync(JSONValue.object([:]).bytes) }
      return .sync(try transaction.value("").bytes)
    }
    var values: [String: JSONValue] = [:]
    for key in keys { values[key] = try transaction.value(key) }
    return .sync(JSONValue.object(values).bytes)
  }

  /// `PUT /v2/snaps/{name}/conf`: values by dotted keys; null takes an option away.
  func changeConfiguration(_ request: Request) async throws -> Answer {
    let name = try configured(request)
    let json: JSONValue
    do { json = try JSONValue(parsing: request.body) } catch {
      throw APIFailure.badRequest("cannot decode request body into patch values: \(error)")
    }
    guard case .object(let patch) = json else {
      throw APIFailure.badRequest(
        "cannot decode request body into patch values: expected object, found \(json.typeName)")
    }
    // Names that nobody could have are refused before there is a change.
    for key in patch.keys { _ = try OptionKey(key) }
    return .async(
      try overlord.snaps.configure(
        try InstanceName(name), patch: patch, isSystem: name == ConfigurationManager.systemName))
  }

  /// Whose configuration is meant; a snap has to be installed.
  private func configured(_ request: Request) throws -> String {
    let name = ConfigurationManager.name(fromRequest: request.capture("name"))
    guard name != ConfigurationManager.systemName else { return name }
    guard overlord.store.read({ $0.contains(RecordKind<SnapState>.snaps, name) }) else {
      throw APIFailure(
        404, "snap \(InvalidText.quote(name)) is not installed", kind: .snapNotFound, value: .string(name))
    }
    return name
  }
}

extension APIFailure {
  /// What is wrong with a configuration, as the reference says it.
  init(_ error: ConfigurationError) {
    self.init(400, "\(error)")
    if case .noOption(let snap, let key) = error {
      kind = .configNoSuchOption
      value = ["SnapName": .string(snap), "Key": .string(key)]
    }
  }
}
