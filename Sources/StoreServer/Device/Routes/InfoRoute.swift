internal import HTTP
internal import JSONValues
internal import Snap
internal import StoreProtocol
internal import StoreState
internal import Time

extension DeviceSide {
  var infoEndpoints: [Endpoint] {
    [
      endpoint("GET", "/v2/snaps/info/{name}") { request in
        let device = try context(request)
        try catalogue.validate()
        let name = request.capture("name")
        guard let entry = try catalogue.entry(name: name), try catalogue.isVisible(entry, to: device) else {
          throw DeviceFailure.notFound("cannot find a snap named \"\(name)\"")
        }
        let fields = try request.storeFields(default: .info)
        let response = try info(entry, architecture: request.query["architecture"].map { Architecture($0) }, device)
        var builder = JSONBuilder()
        // The map is what the answer is for, whether it was named or not.
        response.write(fields.union(.channelMap), to: &builder)
        return .json(builder.bytes)
      }
    ]
  }

  private func info(_ entry: Catalogue.Entry, architecture: Architecture?, _ device: DeviceContext) throws
    -> SnapInfoResponse
  {
    let snap = entry.snap
    var response = SnapInfoResponse(name: snap.name, snapID: snap.id, defaultTrack: snap.map.defaultTrack?.track ?? "")
    for release in snap.map.open(at: device.now) where release.channel.branch == nil {
      if let architecture, !release.architecture.isSupported(on: architecture) { continue }
      let query = DeviceQuery(
        snapID: snap.id, architecture: release.architecture, time: device.now, seed: nil, current: nil)
      guard let number = release.revision(for: query), let revision = try catalogue.revision(number, of: entry) else {
        continue
      }
      // The snap of the safest channel speaks for all.
      if response.channelMap.isEmpty { response.snap = revision }
      response.channelMap.append(
        ChannelMapEntry(
          channel: ChannelMapChannel(
            architecture: release.architecture.description, release.channel,
            releasedAt: Timestamp(seconds: release.releasedAt)),
          snap: revision.downloadable(from: device.base)))
    }
    guard !response.channelMap.isEmpty else {
      throw DeviceFailure.notFound("cannot find a released revision of snap \"\(snap.name)\"")
    }
    return response
  }
}

extension Catalogue {
  /// Who may not see a private snap is told that there is none.
  func isVisible(_ entry: Entry, to device: DeviceContext) throws -> Bool {
    guard entry.snap.isPrivate else { return true }
    return try device.account.map { try state.mayDevelop(snapID: entry.snap.id, account: $0) } ?? false
  }
}

extension StoreSnap {
  /// With the address of its image.
  func downloadable(from base: String) -> StoreSnap {
    guard let number = revision?.number else { return self }
    var snap = self
    snap.download.url = base + DownloadName.image(snapID: snapID, revision: number).path
    return snap
  }
}

extension Request {
  /// The members of snaps that were asked for, all at once or several times.
  func storeFields(default fallback: StoreFields) throws -> StoreFields {
    let texts = query.all("fields")
    guard !texts.isEmpty else { return fallback }
    return StoreFields(names: texts.flatMap { DeviceNames.list($0) })
  }
}
