internal import Snap
internal import StoreProtocol
internal import StoreState

/// What an action asks of one snap, with what the device has of it.
struct SnapWish: Sendable {
  var entry: Catalogue.Entry
  var instanceKey: String
  /// What is tracked, or asked for.
  var channel: RequestedChannel?
  /// Exactly this one.
  var revision: UInt32?
  var cohortKey: String?
  /// What the device has; nil for nothing.
  var current: UInt32?
  /// The epoch of the data that the device has; nil for none.
  var data: Epoch?
  /// When the device got what it has, as it says.
  var refreshed: String?
  /// Validation sets that bind the device: series, account, name and perhaps sequence.
  var validationSets: [[String]] = []
  /// A new device may be sent to the snap's default track.
  var mayRedirect = false
}

/// What is sent for a wish.
struct SnapChoice: Sendable {
  var revision: UInt32
  /// Nil when a revision was asked for by its number.
  var channel: Channel?
  /// Set when the device should track another channel from now on.
  var redirect: Channel?
}

extension Catalogue {
  /// Chooses the revision for a wish.
  ///
  /// - Returns: nil when the device has nothing to do: it has what there is, or can't go on from what it has.
  func choose(_ wish: SnapWish, for device: DeviceContext, cohortSecret: [UInt8]) throws -> SnapChoice? {
    let snap = wish.entry.snap
    let constraint = try constraint(wish)
    if constraint.isConflict {
      throw ActionError(
        .validationSet, "cannot choose a revision of snap \"\(snap.name)\": validation sets contradict each other",
        of: wish.entry)
    }
    let choice = try chooseFreely(wish, pinned: wish.revision ?? constraint.revision, for: device, cohortSecret)
    guard let choice, constraint.allows(choice.revision) else {
      // A device that has the snap stays as it is.
      if wish.current != nil || choice == nil { return nil }
      throw ActionError(
        .revisionNotFound, "cannot find a revision of snap \"\(snap.name)\" that the validation sets allow",
        of: wish.entry)
    }
    return choice.revision == wish.current && choice.redirect == nil ? nil : choice
  }

  private func chooseFreely(
    _ wish: SnapWish, pinned: UInt32?, for device: DeviceContext, _ cohortSecret: [UInt8]
  ) throws -> SnapChoice? {
    let snap = wish.entry.snap
    if let pinned {
      guard let revision = try revision(pinned, of: wish.entry), revision.runs(on: device.architecture),
        try isAvailable(pinned, of: snap, to: device)
      else {
        throw ActionError(
          .revisionNotFound, "cannot find revision \(pinned) of snap \"\(snap.name)\"", of: wish.entry,
          releases: snap.map.open(at: device.now))
      }
      return SnapChoice(revision: pinned)
    }
    var query = DeviceQuery(
      snapID: snap.id, architecture: device.architecture, time: device.now,
      seed: nil, current: wish.current)
    var map = snap.map
    if let text = wish.cohortKey, !text.isEmpty {
      let cohort: CohortKey
      do { cohort = try CohortKey(text, for: snap.id, secret: cohortSecret) } catch {
        throw ActionError(.invalidCohortKey, error.description, of: wish.entry)
      }
      // All of a cohort are told the same, whatever each has.
      (query.time, query.seed, query.current) = (cohort.createdAt, cohort.seed, nil)
      map = try state.map(of: snap.id, at: cohort.createdAt)
    } else if !map.releases.allSatisfy({ $0.progress == nil }) {
      query.seed = device.seed(instanceKey: wish.instanceKey, snapID: snap.id, refreshed: wish.refreshed)
    }
    let wanted = wish.channel ?? .stable
    let (channel, isRedirect) =
      wish.mayRedirect
      ? map.asked(wanted, knowsDefaultTracks: device.knowsDefaultTracks) : (wanted.channel, false)
    guard let found = map.resolve(channel, query) else {
      throw ActionError(
        .revisionNotFound,
        "cannot find snap \"\(snap.name)\" for \(device.architecture) in channel \"\(channel.answerName)\"",
        of: wish.entry, releases: map.open(at: query.time))
    }
    guard let revision = try readable(found, wish, query, device) else { return nil }
    return SnapChoice(revision: revision, channel: found.channel, redirect: isRedirect ? channel : nil)
  }

  /// The revision found, or one on the way to it that can read the device's data; nil when none can.
  private func readable(
    _ found: Resolution, _ wish: SnapWish, _ query: DeviceQuery, _ device: DeviceContext
  ) throws -> UInt32? {
    guard let data = wish.data, found.revision != wish.current else { return found.revision }
    guard let revision = try revision(found.revision, of: wish.entry) else { return nil }
    if revision.epoch.canRead(data) { return found.revision }
    let history = try state.history(
      of: wish.entry.snap.id, architecture: found.release.architecture, channel: found.channel, until: query.time,
      limit: 256)
    var steps: [EpochWalk.Step] = []
    for number in history.compactMap(\.revision) where number != found.revision {
      guard let step = try self.revision(number, of: wish.entry) else { continue }
      steps.append(EpochWalk.Step(revision: number, epoch: step.epoch))
    }
    return EpochWalk.next(steps, from: data)
  }

  /// Whether a device may have a revision by its number: what was released is for all, anything else for those who
  /// make it.
  private func isAvailable(_ revision: UInt32, of snap: DeviceSnap, to device: DeviceContext) throws -> Bool {
    if try state.wasReleased(revision, of: snap.id) { return true }
    return try device.account.map { try state.mayDevelop(snapID: snap.id, account: $0) } ?? false
  }

  /// What the device's validation sets say of the snap. A set that the store does not have says nothing: another
  /// store's sets are for the device to heed.
  private func constraint(_ wish: SnapWish) throws -> ValidationConstraint {
    var constraint = ValidationConstraint()
    for key in wish.validationSets {
      guard key.count == 3 || key.count == 4, key[0] == "16" else {
        throw ActionError(
          .validationSet, "cannot read the key of a validation set: \(key.joined(separator: "/").prefix(200))")
      }
      let sequence = key.count == 4 ? Int(key[3]) : nil
      guard key.count == 3 || sequence != nil else {
        throw ActionError(.validationSet, "cannot read the sequence of validation set \(key[1])/\(key[2])")
      }
      let set = try state.validationSet(account: key[1], name: key[2], sequence: sequence) ?? []
      for word in set where word.snapID == wish.entry.snap.id {
        constraint.add(ValidationConstraint.Presence(rawValue: word.presence) ?? .optional, revision: word.revision)
      }
    }
    return constraint
  }
}

extension StoreSnap {
  func runs(on architecture: Architecture) -> Bool {
    architectures.contains { Architecture($0).isSupported(on: architecture) }
  }
}
