package import Snap

/// A snap without what people read: whose it is, who sees it, and what is open. Read for every snap that a device asks
/// for and memory does not have, so it is one look-up in narrow rows.
package struct SnapOutline: Hashable, Sendable {
  package let id: String
  package let name: SnapName
  package let publisherID: String
  /// As in ``SnapRecord``.
  package let isPrivate: Bool
  /// As in ``SnapRecord``.
  package let isUnlisted: Bool
  /// As in ``SnapRecord``.
  package let defaultTrack: String?
  /// Of all architectures; those that have expired too.
  package internal(set) var releases: [ReleaseRecord]
}
