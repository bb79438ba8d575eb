internal import Snap

/// Who asks, as far as the answer depends on it.
struct DeviceContext: Sendable {
  var architecture: Architecture
  /// The client follows redirects to a snap's default track.
  var knowsDefaultTracks = false
  /// The client applies deltas of the kind that is made here.
  var takesDeltas = false
  /// The account whose log-in came along; it sees its private snaps.
  var account: String?
  /// The serial of the session that came along, with brand and model.
  var serial: String?
  /// Where the request came from.
  var address = ""
  /// Seconds of Unix time.
  var now: Int64
  /// The address that the server is known by, with `/` at its end.
  var base: String

  /// What tells the device from others for one of its snaps. Source of the salt in instance keys:
  /// `spec/assertions-and-store.md` §6.
  func seed(instanceKey: String, snapID: String, refreshed: String?) -> DeviceSeed? {
    if let serial { return .serial(serial) }
    if instanceKey.utf8.count > snapID.utf8.count, instanceKey.utf8.starts(with: snapID.utf8) {
      return .instance(instanceKey)
    }
    if let refreshed { return .refreshed(refreshed) }
    return address.isEmpty ? nil : .address(address)
  }
}

/// Why one action has no snap for an answer. Source of the codes: `spec/assertions-and-store.md` §6.
struct ActionError: Error, Equatable, Sendable {
  enum Code: String, Sendable {
    case nameNotFound = "name-not-found"
    case idNotFound = "id-not-found"
    case revisionNotFound = "revision-not-found"
    case invalidCohortKey = "invalid-cohort-key"
    case invalidAction = "invalid-action"
    case invalidChannel = "invalid-channel"
    case validationSet = "validation-set-error"
  }

  var code: Code
  var message: String
  /// Where there is something instead.
  var releases: [ChannelMap.Release] = []
  /// Known once the snap was found.
  var snapID: String?
  var name: String?

  init(_ code: Code, _ message: String, of entry: Catalogue.Entry? = nil, releases: [ChannelMap.Release] = []) {
    self.code = code
    self.message = message
    self.releases = releases
    snapID = entry?.snap.id
    name = entry?.snap.name.rawValue
  }
}
