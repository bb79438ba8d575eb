internal import JSONValues
internal import Snap
internal import StoreProtocol
internal import StoreState

extension Catalogue {
  /// The `snap` of an answer: what was asked for of a revision, with where it is downloaded.
  func answer(
    _ choice: SnapChoice, of entry: Entry, has current: UInt32?, fields: StoreFields, for device: DeviceContext
  )
    throws -> [UInt8]?
  {
    let source = device.takesDeltas && fields.contains(.download) ? current : nil
    let key = AnswerKey(revision: choice.revision, fields: fields, source: source, base: device.base)
    return try answer(key, of: entry) {
      guard var snap = try revision(choice.revision, of: entry) else { return nil }
      snap.download.url = device.base + DownloadName.image(snapID: entry.snap.id, revision: choice.revision).path
      if let source, source != choice.revision {
        snap.download.deltas = try state.deltas(of: entry.snap.id, from: source, to: choice.revision).map { delta in
          let name = DownloadName.delta(
            snapID: entry.snap.id, source: delta.source, target: delta.target, format: delta.format)
          return SnapDelta(
            format: delta.format, sha3_384: delta.sha3_384, size: delta.size, source: .store(delta.source),
            target: .store(delta.target), url: device.base + name.path)
        }
      }
      var builder = JSONBuilder()
      snap.write(fields, to: &builder)
      return builder.bytes
    }
  }
}

/// The results of a snap action, as they are written one after the other.
struct ActionResults {
  private(set) var bytes = Array("{\"results\":[".utf8)
  private var isFirst = true

  private mutating func member(_ name: String, _ text: String) {
    bytes += ",\"\(name)\":".utf8
    bytes += JSONValue.string(text).bytes
  }

  /// - Parameter snap: written already.
  mutating func add(
    _ result: String, _ instanceKey: String, _ snap: DeviceSnap, _ choice: SnapChoice, answer: [UInt8]
  ) {
    if !isFirst { bytes.append(UInt8(ascii: ",")) }
    isFirst = false
    bytes += "{\"result\":\"\(result)\"".utf8
    member("instance-key", instanceKey)
    member("snap-id", snap.id)
    member("name", snap.name.rawValue)
    if let channel = choice.channel { member("effective-channel", channel.answerName) }
    if let redirect = choice.redirect { member("redirect-channel", redirect.answerName) }
    bytes += ",\"snap\":".utf8
    bytes += answer
    bytes.append(UInt8(ascii: "}"))
  }

  mutating func add(_ error: ActionError, _ instanceKey: String) {
    let releases = error.releases.map { SnapRelease(architecture: $0.architecture.description, channel: $0.channel) }
    let failure = SnapActionFailure(
      code: StoreErrorCode(rawValue: error.code.rawValue), message: error.message, releases: releases)
    var result = SnapActionResult(.failure(failure))
    result.instanceKey = instanceKey
    result.snapID = error.snapID ?? ""
    result.name = error.name ?? ""
    add(result)
  }

  /// A result without a snap.
  mutating func add(_ result: SnapActionResult) {
    if !isFirst { bytes.append(UInt8(ascii: ",")) }
    isFirst = false
    bytes += result.json
  }

  /// The whole answer.
  ///
  consuming func finish() -> [UInt8] {
    bytes += "]}".utf8
    return bytes
  }
}
