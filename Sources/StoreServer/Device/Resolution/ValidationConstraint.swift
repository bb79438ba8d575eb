/// What the validation sets that a device enforces say of one snap. Source: `spec/engine.md` §10.
struct ValidationConstraint: Equatable, Sendable {
  /// A set's word on one snap.
  enum Presence: String, Equatable, Sendable {
    case required, optional, invalid
  }

  /// The snap has to be at this revision, when it is there.
  private(set) var revision: UInt32?
  private var isRequired = false
  private var isInvalid = false
  private var hasTwoRevisions = false

  /// Nothing is said.
  init() {}

  /// Takes what one more set says.
  mutating func add(_ presence: Presence, revision: UInt32?) {
    switch presence {
    case .invalid: isInvalid = true
    case .required: isRequired = true
    case .optional: break
    }
    guard presence != .invalid, let revision else { return }
    if let own = self.revision, own != revision { hasTwoRevisions = true }
    self.revision = revision
  }

  /// No revision that the store could send would please all sets.
  var isConflict: Bool { hasTwoRevisions || (isInvalid && isRequired) }

  /// Whether a revision may be sent to the device.
  func allows(_ candidate: UInt32) -> Bool {
    !isInvalid && !hasTwoRevisions && (revision.map { $0 == candidate } ?? true)
  }
}
