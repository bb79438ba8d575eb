internal import Glibc
internal import Host
public import Linux
public import Snap
internal import StoreProtocol

/// An image that a store has, for somebody who wants the file and not the snap.
public struct OfferedImage: Sendable {
  public let snap: SnapName
  public let revision: Revision
  let download: StoreDownload
  /// Bytes.
  public var size: UInt64 { download.size }
  /// The digest, in hexadecimal.
  public var sha3: String { download.sha3 }
}

extension SnapManager {
  /// What a store has of a snap in a channel, or by its revision.
  ///
  /// - Parameter channel: empty for stable.
  public func offeredImage(
    of snap: SnapName, channel: String, revision: Revision?, cohortKey: String, userID: Int?
  ) throws -> OfferedImage {
    if revision != nil, !cohortKey.isEmpty { throw StoreRefusal.revisionAndCohort }
    let instance = try InstanceName(snap.rawValue)
    var wish = StoreWish(instance: instance)
    if !channel.isEmpty { wish.channel = try Channel.following("", wanted: channel) }
    (wish.revision, wish.cohortKey) = (revision, cohortKey)
    let answers = try offers(for: [wish], StoreAsking(userID: userID), .download)
    guard let offer = try answers[instance]?.get() else { throw StoreRefusal.notFound(instance) }
    var download = offer.download(isRateLimited: false)
    // A private image is there for who may see it, and for nobody else.
    download.userID = userID
    return OfferedImage(snap: snap, revision: offer.revision, download: download)
  }

  /// Brings an image, checked against its digest.
  ///
  /// - Returns: the file, which has no name any more.
  public func fetch(
    _ image: OfferedImage, isCancelled: @escaping @Sendable () -> Bool
  ) throws -> OwnedFD {
    // What is called so and left behind is cleaned up when the daemon starts.
    let path = "\(directories.blobs)/.local-install-\(UInt64.random(in: .min ... .max))"
    defer { for name in [path, path + ".partial"] { try? Files.remove(name) } }
    try snapStore.download(image.download, over: [:], to: path, progress: { _, _ in }, isCancelled: isCancelled)
    return try OwnedFD.open(path, O_RDONLY | O_CLOEXEC)
  }
}
