internal import ByteText
internal import Glibc
internal import Linux
public import StoreProtocol

/// How something is brought.
public struct DownloadOptions: Sendable {
  /// Bytes a second; 0 for as fast as it goes.
  public var rate: Int64 = 0
  /// Told of bytes that are there, and of those that there will be, a few times a second.
  public var progress: (@Sendable (_ done: Int64, _ total: Int64) -> Void)?
  /// Whether the file is on the disk, and has its name for good, before the call returns.
  public var isDurable = true
  /// Whether what has come is kept for the next attempt when this one fails or is cancelled.
  public var keepsPartial = true

  public init(
    rate: Int64 = 0, isDurable: Bool = true, keepsPartial: Bool = true,
    progress: (@Sendable (_ done: Int64, _ total: Int64) -> Void)? = nil
  ) {
    (self.rate, self.isDurable, self.keepsPartial, self.progress) = (rate, isDurable, keepsPartial, progress)
  }
}

/// Images. Source: `spec/assertions-and-store.md` §6, "Download".
extension StoreClient {
  /// Brings a file to `path`, whole and with the digest that it must have; until then it is `path.partial`.
  ///
  /// What an earlier attempt left in `path.partial` is taken up. The digest is made while the bytes come.
  ///
  /// - Parameter name: what it is called in messages.
  public func download(
    _ name: String, _ download: SnapDownload, to path: String, _ options: DownloadOptions = DownloadOptions(),
    _ context: Context = Context()
  ) throws(StoreError) {
    guard isOnline else { throw .offline }
    guard download.size > 0, download.sha3_384.utf8.count == 96 else {
      throw .other("cannot download \"\(name)\": the store does not say what size and digest it has")
    }
    let partial = path + ".partial"
    do {
      let file = try DownloadFile(path: partial)
      try transfer(name, download, to: file, options, context)
      if options.isDurable { try file.sync() }
    } catch {
      if !options.keepsPartial || error.spoilsDownload { try? Files.remove(partial) }
      throw error
    }
    try Self.complete(partial, as: path, options)
  }

  /// Gives what is whole its name.
  static func complete(_ partial: String, as path: String, _ options: DownloadOptions) throws(StoreError) {
    do {
      try Files.rename(partial, to: path)
      if options.isDurable { try Files.syncDirectory(String(path.directoryPart)) }
    } catch { throw .other("\(error)") }
  }

  /// Brings a file into one that is open, and checks it.
  private func transfer(
    _ name: String, _ download: SnapDownload, to file: DownloadFile, _ options: DownloadOptions, _ context: Context
  ) throws(StoreError) {
    let address: WebAddress
    do { address = try WebAddress(download.url) } catch {
      throw .other("cannot download \"\(name)\": \(error)")
    }
    guard address.scheme == .https || configuration.api.scheme == .http else {
      throw .other("cannot download \"\(name)\": the store leads from https to http")
    }
    try file.resume(limit: download.size, isCancelled: context.isCancelled)
    try checkSpace(for: download.size - file.size, at: file.path)
    // The beginning may have been another file's; then it is tried once more without it.
    if file.size > 0 {
      do { return try transferOnce(name, download, from: address, to: file, options, context) } catch {
        guard error.spoilsDownload else { throw error }
        try file.restart()
      }
    }
    try transferOnce(name, download, from: address, to: file, options, context)
  }

  private func transferOnce(
    _ name: String, _ download: SnapDownload, from address: WebAddress, to file: DownloadFile,
    _ options: DownloadOptions, _ context: Context
  ) throws(StoreError) {
    var transfer = Transfer(client: self, name: name, download: download, file: file, options: options)
    try transfer.run(from: address, context)
    let digest = try file.digest()
    guard digest == download.sha3_384 else {
      throw .hash(name: name, got: digest, expected: download.sha3_384)
    }
  }

  private func checkSpace(for needed: Int64, at path: String) throws(StoreError) {
    // Where nobody can say, writing will.
    guard let free = try? Files.freeBytes(besides: path), needed > 0, free < UInt64(needed) else { return }
    throw .noSpace(path: path, needed: needed - Int64(free))
  }

  /// Where downloads may come from.
  var cdnHeader: [(name: String, value: String)] {
    guard configuration.allowsCDN else { return [(StoreHeader.cdn, "none")] }
    guard let location = configuration.cloud?.header, !location.isEmpty else { return [] }
    return [(StoreHeader.cdn, location)]
  }
}

extension Files {
  /// Free bytes where a file is.
  fileprivate static func freeBytes(besides path: String) throws -> UInt64 {
    try Kernel.freeBytes(at: String(path.directoryPart))
  }
}

extension String {
  /// The path of the directory that a path is in.
  var directoryPart: Substring {
    guard let slash = utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
    return slash == startIndex ? "/" : self[..<slash]
  }
}

extension StoreError {
  /// Whether what has come is of no use for another attempt.
  var spoilsDownload: Bool {
    switch self {
    case .hash, .size: true
    default: false
    }
  }
}
