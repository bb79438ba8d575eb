internal import ByteText
internal import Crypto
internal import HTTP
internal import JSONValues
internal import Snap
internal import StoreState
internal import Synchronization
internal import Threads
internal import Time

/// Takes images in, looks at them on threads of its own, and makes revisions of them.
///
/// Every step can be repeated, by this process or another one of the store: an upload is `processing` until its
/// revision is signed and can be released, and whoever finds one goes on with it. What a step wants to know it asks in
/// the transaction that depends on it.
final class UploadDesk: Sendable {
  /// How much is taken.
  struct Limits: Sendable {
    /// Of an image, in bytes.
    var size: Int64 = 8 << 30
    /// Of all images that nobody has claimed, those that are just coming among them, in bytes: clients send them before
    /// they say who they are.
    var unclaimed: Int64 = 32 << 30
    /// Seconds until an image that nobody claimed is deleted.
    var patience: Int64 = 2 * 3600
  }

  let context: StoreContext
  let limits: Limits
  private let pool = ThreadPool(most: 2)
  private let busy = Mutex<Set<String>>([])
  /// Bytes of images that are coming to this process and are in no record yet.
  private let incoming = Mutex<Int64>(0)
  /// Told what goes wrong that is not an upload's own; see ``sweep()``.
  let report: @Sendable (any Error) -> Void

  /// - Parameter limits: nil for those of the store.
  init(_ context: StoreContext, _ limits: Limits? = nil, report: @escaping @Sendable (any Error) -> Void) {
    self.context = context
    self.report = report
    self.limits = limits ?? Limits(size: context.configuration.limits.upload)
  }

  var state: any StoreState { context.state }
  var blobs: any BlobStore { context.blobs }
  /// Who has uploads that nobody has claimed.
  private var storeAccountID: String { context.configuration.id }

  // MARK: - Receiving

  /// Takes an image of a form. Nobody need be logged in: `craft-store` sends images to a host that does not ask.
  ///
  /// - Parameter accountID: who sends it, where that is known.
  /// - Returns: what the upload is called by.
  func receive(_ request: Request, accountID: String?) async throws -> String {
    let waiting = try makeRoom(for: request)
    var taken: Int64 = 0
    defer { incoming.withLock { $0 -= taken } }
    var reader = try MultipartReader(
      contentType: request.headers["Content-Type"] ?? "", body: request.stream, partLimit: 16)
    while let part = try await reader.nextPart() {
      guard part.name == "binary" || part.name == "file" else { continue }
      // Until it is finished, whatever ends this leaves nothing behind.
      let writer = try blobs.makeWriter()
      while let piece = try await reader.read() {
        guard writer.size + Int64(piece.count) <= limits.size else { throw tooLarge }
        taken += Int64(piece.count)
        // Many that are sent at once are no more than one after the other.
        let coming = incoming.withLock { bytes in
          bytes += Int64(piece.count)
          return bytes
        }
        guard waiting + coming <= limits.unclaimed else { throw Self.noRoom }
        try writer.write(piece)
      }
      // What was cut off behind the image was cut off.
      while try await reader.nextPart() != nil {}
      return try keep(try writer.finish(), writer.size, accountID: accountID)
    }
    throw PublisherError.invalid("the form has no file \"binary\"")
  }

  private var tooLarge: PublisherError {
    PublisherError(413, "too-large", "an image cannot be larger than \(limits.size) bytes")
  }

  private static let noRoom = PublisherError(
    507, "no-room", "too many uploads wait for being claimed: try again later")

  /// - Returns: the bytes that wait for being claimed.
  private func makeRoom(for request: Request) throws -> Int64 {
    if let length = request.headers["Content-Length"].flatMap({ Int64($0) }), length > limits.size + 65_536 {
      throw tooLarge
    }
    let waiting = try state.read { try $0.uploads(.received) }.reduce(0) { $0 + $1.size }
    guard waiting < limits.unclaimed else { throw Self.noRoom }
    return waiting
  }

  private func keep(_ digest: BlobDigest, _ size: Int64, accountID: String?) throws -> String {
    let id = Hexadecimal.text(SecureRandom.bytes(16))
    let upload = UploadRecord(
      id: id, accountID: accountID ?? storeAccountID, digest: digest, size: size, status: .received, snapID: nil,
      revision: nil, request: "{}", errors: [], createdAt: context.now())
    do { try state.write { try $0.insert(upload) } } catch {
      try? discard(digest)
      throw error
    }
    // Somebody who found the blob unused may have deleted it until it was written down.
    guard try blobs.size(of: digest) != nil else {
      try state.write { try $0.removeUpload(id: id) }
      throw PublisherError(503, "try-again", "the upload was lost: send it again")
    }
    return id
  }

  /// Deletes a blob that nothing has.
  func discard(_ digest: BlobDigest) throws {
    try state.write { writer in
      if try !writer.isUsed(digest) { try blobs.delete(digest) }
    }
  }

  // MARK: - Claiming

  /// Says what an upload is for, and has it looked at. Doing so again changes nothing.
  func claim(
    _ id: String, for snap: SnapRecord, by account: AccountRecord, size: Int64?, channels: [String]
  ) throws {
    let request: JSONValue = ["channels": .array(channels.map { .string($0) })]
    try state.write { writer in
      guard let upload = try writer.upload(id: id) else {
        throw PublisherError(404, "upload-not-found", "there is no upload \(quoted(id))")
      }
      if upload.status != .received {
        guard upload.snapID == snap.id, upload.accountID == account.id else {
          throw PublisherError(404, "upload-not-found", "there is no upload \(quoted(id))")
        }
        return
      }
      guard upload.accountID == storeAccountID || upload.accountID == account.id else {
        throw PublisherError(404, "upload-not-found", "there is no upload \(quoted(id))")
      }
      if let size, size != upload.size {
        throw PublisherError.invalid("the upload has \(upload.size) bytes, not \(size)")
      }
      try writer.removeUpload(id: id)
      try writer.insert(
        UploadRecord(
          id: id, accountID: account.id, digest: upload.digest, size: upload.size, status: .processing,
          snapID: snap.id, revision: nil, request: request.text, errors: [], createdAt: context.now()))
    }
    schedule(id)
  }

  /// Has an upload looked at as soon as there is a thread for it.
  func schedule(_ id: String) {
    guard busy.withLock({ $0.insert(id).inserted }) else { return }
    Task(executorPreference: pool) { [self] in
      // What fails here for a reason of the server's own is tried again by ``sweep()``.
      do { try process(id) } catch { report(error) }
      busy.withLock { _ = $0.remove(id) }
    }
  }

  /// Goes on with what another process, or this one before it was ended, left undone; deletes what nobody wants.
  func sweep() throws {
    let (processing, received) = try state.read { reader in
      (try reader.uploads(.processing), try reader.uploads(.received))
    }
    for upload in processing { schedule(upload.id) }
    let oldest = context.now() - .seconds(limits.patience)
    for upload in received where upload.createdAt < oldest {
      try state.write { writer in
        guard try writer.upload(id: upload.id)?.status == .received else { return }
        try writer.removeUpload(id: upload.id)
      }
      try discard(upload.digest)
    }
  }
}
