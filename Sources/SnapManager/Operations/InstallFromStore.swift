public import Snap
public import State
internal import StoreProtocol

/// What a request to install snaps from stores asks for.
public struct StoreInstallRequest: Sendable {
  /// The snaps, under the names that they are to have.
  public var instances: [InstanceName]
  /// As it was written; empty for the default.
  public var channel = ""
  public var revision: Revision?
  public var cohortKey = ""
  public var flags = SnapFlags()
  public var aliasing: SnapSetup.Aliasing?
  public var ignoreValidation = false
  /// Whether all snaps of the request stand and fall together.
  public var isTransaction = false
  /// Whose credentials the stores are asked with.
  public var userID: Int?
  /// Whether the request is about one snap by its name: what is installed is then an error.
  public var isOfOne: Bool
  /// By snap: primary keys of validation sets, and the revisions that they want.
  public var validationSets: [InstanceName: [[String]]] = [:]
  public var pinned: [InstanceName: Revision] = [:]

  public init(_ instances: [InstanceName], isOfOne: Bool) {
    self.instances = instances
    self.isOfOne = isOfOne
  }
}

extension SnapManager {
  /// Starts the installation of snaps from stores. Of many, those that are installed are passed over.
  ///
  /// - Returns: the change, and the instance names it is about.
  /// - Throws: ``Refusal``, ``StoreRefusal``, or why a store gives no answer; nothing has changed then.
  public func install(_ request: StoreInstallRequest) throws -> (change: ChangeID, snaps: [InstanceName]) {
    guard request.revision == nil || request.cohortKey.isEmpty else { throw StoreRefusal.revisionAndCohort }
    for (index, name) in request.instances.enumerated() where request.instances[..<index].contains(name) {
      throw Refusal.givenTwice(name)
    }
    let wanted = try store.read { state in
      try state.refuseConflicts(with: request.instances)
      return try request.instances.filter { instance in
        guard state[snap: instance] != nil else { return true }
        if request.isOfOne { throw Refusal.alreadyInstalled(instance) }
        return false
      }
    }
    let plans = inOrder(try storePlans(for: wanted, request))
    let names = plans.map(\.setup.instance)
    let change = try store.write(durable: true) { state in
      try state.refuseConflicts(with: names)
      let change = state.newChange(kind: "install-snap", summary: Self.summary(request, names))
      try addTasks(of: plans, to: change, in: request.isTransaction ? state.newLane() : nil, &state)
      state.setChangeData(names.map(\.description), State.affectedSnaps, of: change)
      state.endIfEmpty(change)
      return change
    }
    runner.ensure()
    return (change, names)
  }

  func storePlans(for wanted: [InstanceName], _ request: StoreInstallRequest) throws -> [StorePlan] {
    let channel = request.channel.isEmpty ? nil : try Channel(request.channel)
    let wishes = wanted.map { instance in
      StoreWish(
        instance: instance, channel: channel,
        namesTrack: !request.channel.isEmpty && Channel.namesTrack(request.channel),
        revision: request.revision ?? request.pinned[instance], cohortKey: request.cohortKey,
        ignoresValidation: request.ignoreValidation ? true : nil,
        validationSets: request.validationSets[instance] ?? [])
    }
    var options = StoreOptions()
    options.flags = request.flags
    options.channel = request.channel
    options.cohortKey = request.cohortKey.isEmpty ? nil : request.cohortKey
    options.ignoreValidation = request.ignoreValidation ? true : nil
    options.aliasing = request.aliasing
    options.asking = StoreAsking(userID: request.userID)
    let answers = try offers(for: wishes, options.asking)
    return try wanted.map { instance in
      switch answers[instance] {
      case .success(let offer): return try plan(offer, over: nil, options)
      case .failure(let refusal): throw refusal
      case nil: throw StoreRefusal.notFound(instance)
      }
    }
  }

  /// The reference's texts.
  private static func summary(_ request: StoreInstallRequest, _ names: [InstanceName]) -> String {
    let quoted = names.map { "\"\($0)\"" }.joined(separator: ", ")
    guard names.count == 1 else { return names.isEmpty ? "Install snaps: none" : "Install snaps \(quoted)" }
    let isPlain = request.channel.isEmpty || request.channel == "stable"
    return "Install \(quoted) snap" + (isPlain ? "" : " from \"\(request.channel)\" channel")
  }
}
