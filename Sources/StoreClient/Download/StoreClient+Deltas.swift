internal import Linux
public import Snap
public import StoreProtocol

/// What can be used in place of downloads.
public struct DownloadSources: Sendable {
  /// Images that are here, by revision of the same snap: deltas start from them.
  public var images: [Revision: String] = [:]
  public var applier: DeltaApplier?
  public var cache: DownloadCache?
  /// Told why a delta was of no use, for the log; the whole image is brought then.
  public var deltaFailed: (@Sendable (StoreError) -> Void)?

  public init(
    images: [Revision: String] = [:], applier: DeltaApplier? = nil, cache: DownloadCache? = nil,
    deltaFailed: (@Sendable (StoreError) -> Void)? = nil
  ) {
    (self.images, self.applier, self.cache, self.deltaFailed) = (images, applier, cache, deltaFailed)
  }
}

extension StoreClient {
  /// Brings an image the cheapest way: from the cache, by a delta over one that is here, or whole.
  public func download(
    _ name: String, _ download: SnapDownload, using sources: DownloadSources, to path: String,
    _ options: DownloadOptions = DownloadOptions(), _ context: Context = Context()
  ) throws(StoreError) {
    // A cache that does not work is no reason to fail.
    if let cache = sources.cache, (try? cache.take(download.sha3_384, size: download.size, to: path)) == true {
      options.progress?(download.size, download.size)
      return
    }
    if let applier = sources.applier, let (delta, image) = Self.delta(download, sources.images) {
      do {
        return try build(name, download, delta, over: image, to: path, applier, options, context)
      } catch {
        switch error {
        case .cancelled, .offline, .noSpace: throw error
        default: sources.deltaFailed?(error)
        }
      }
    }
    try self.download(name, download, to: path, options, context)
  }

  /// The smallest delta that can be applied here, and is smaller than the whole.
  private static func delta(
    _ download: SnapDownload, _ images: [Revision: String]
  ) -> (delta: SnapDelta, image: String)? {
    let usable = download.deltas.compactMap { delta -> (delta: SnapDelta, image: String)? in
      guard delta.format == StoreMediaType.xdelta3, delta.size > 0, delta.size < download.size,
        let image = delta.source.flatMap({ images[$0] })
      else { return nil }
      return (delta, image)
    }
    return usable.min { $0.delta.size < $1.delta.size }
  }

  private func build(
    _ name: String, _ download: SnapDownload, _ delta: SnapDelta, over image: String, to path: String,
    _ applier: DeltaApplier, _ options: DownloadOptions, _ context: Context
  ) throws(StoreError) {
    let (from, to) = (delta.source?.description ?? "?", delta.target?.description ?? "?")
    let deltaPath = "\(path).\(delta.format)-\(from)-to-\(to)"
    var deltaOptions = options
    (deltaOptions.isDurable, deltaOptions.keepsPartial) = (false, false)
    defer { try? Files.remove(deltaPath) }
    let whole = SnapDownload(sha3_384: delta.sha3_384, size: delta.size, url: delta.url)
    try self.download(name, whole, to: deltaPath, deltaOptions, context)

    let partial = path + ".partial"
    do {
      let file = try DownloadFile(path: partial)
      try applier.apply(
        deltaPath, to: image, into: file, size: download.size, sha3: download.sha3_384,
        isCancelled: context.isCancelled)
      if options.isDurable { try file.sync() }
    } catch {
      // A beginning that a delta made is not one that a download can go on from.
      try? Files.remove(partial)
      throw error
    }
    try Self.complete(partial, as: path, options)
    options.progress?(download.size, download.size)
  }
}
