internal import API
internal import HTTP
internal import Overlord
internal import State
internal import ValidationSets

/// `/v2/validation-sets`.
extension DaemonService {
  /// `GET /v2/validation-sets`: those that are followed.
  func listValidationSets(_ request: Request) async throws -> Answer {
    let sets = overlord.validationSets
    return try .sync(try await asking { try sets.list() }.map(ValidationSetJSON.init))
  }

  /// `GET /v2/validation-sets/{account}/{name}?sequence=N`: one that is followed, or as it would be at another number.
  func showValidationSet(_ request: Request) async throws -> Answer {
    let key = try validationSetKey(request)
    var sequence: Int?
    if let text = request.query["sequence"], !text.isEmpty {
      guard let number = ValidationSetKey.number(text) else { throw ValidationSetRefusal.invalidSequence(text) }
      sequence = number
    }
    let sets = overlord.validationSets
    return try .sync(ValidationSetJSON(try await asking { [sequence] in try sets.show(key, sequence: sequence) }))
  }

  /// `POST /v2/validation-sets/{account}/{name}` with apply or forget.
  func changeValidationSet(_ request: Request) async throws -> Answer {
    let key = try validationSetKey(request)
    let instruction = try request.decoded(
      ValidationSetInstruction.self, orSay: "cannot decode request body into validation set action")
    guard instruction.sequence >= 0, instruction.sequence < 1_000_000_000 else {
      throw ValidationSetRefusal.invalidSequence("\(instruction.sequence)")
    }
    let sequence = instruction.sequence == 0 ? nil : instruction.sequence
    let sets = overlord.validationSets
    switch (instruction.action, TrackedSet.Mode(instruction.mode)) {
    case ("forget", _):
      try sets.forget(key, sequence: sequence)
      return try .sync(String?.none)
    case ("apply", .monitor?):
      return try .sync(ValidationSetJSON(try await asking { try sets.monitor(key, sequence: sequence) }))
    case ("apply", .enforce?):
      do {
        return try .sync(ValidationSetJSON(try await asking { try sets.enforce(key, sequence: sequence) }))
      } catch let refusal as ValidationSetRefusal {
        if case .notFound = refusal { throw refusal }
        throw APIFailure.badRequest("cannot enforce validation set: \(refusal)")
      }
    case ("apply", nil): throw APIFailure.badRequest("invalid mode \(quotedText(instruction.mode))")
    default: throw APIFailure.badRequest("unsupported action \(quotedText(instruction.action))")
    }
  }

  private func validationSetKey(_ request: Request) throws -> ValidationSetKey {
    try ValidationSetKey(account: request.capture("account"), name: request.capture("name"))
  }

  /// Does what may ask a store, on a thread that may block.
  func asking<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
    try await Task(executorPreference: Self.storeThreads) { try body() }.value
  }
}

extension ValidationSetJSON {
  fileprivate init(_ status: ValidationSetManager.Status) {
    let set = status.tracked
    self.init(accountID: set.account, name: set.name)
    pinnedAt = set.pinnedAt ?? 0
    mode = set.mode.name
    sequence = set.current
    valid = status.isValid
  }
}

extension APIFailure {
  init(_ refusal: ValidationSetRefusal) {
    switch refusal {
    case .notFound(let key, let sequence), .notTracked(let key, let sequence):
      var value: [String: JSONValue] = ["account-id": .string(key.account), "name": .string(key.name)]
      if let sequence { value["sequence"] = .integer(Int64(sequence)) }
      self.init(404, "\(refusal)", kind: .validationSetNotFound, value: .object(value))
    default: self.init(400, "\(refusal)")
    }
  }
}
