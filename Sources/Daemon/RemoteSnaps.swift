internal import API
internal import Snap
internal import StoreProtocol

extension SnapJSON {
  /// A snap in a store, as a search finds it.
  init(_ snap: StoreSnap) {
    self.init(name: snap.name?.rawValue ?? "")
    id = snap.snapID
    title = snap.title
    summary = snap.summary
    description = snap.description
    downloadSize = snap.download.size
    icon = snap.media.first { $0.type == "icon" }?.url ?? ""
    let account = snap.publisher
    publisher = StoreAccountJSON(
      id: account.id, username: account.username, displayName: account.displayName, validation: account.validation)
    developer = account.username
    storeURL = snap.storeURL
    prices = snap.prices.compactMapValues { Double($0) }
    status = prices.isEmpty ? "available" : "priced"
    type = snap.type.description
    base = snap.base
    version = snap.version
    channel = snap.channel
    revision = snap.revision?.description ?? "unset"
    confinement = snap.confinement.rawValue
    self.private = snap.isPrivate
    license = snap.license
    commonIDs = snap.commonIDs
    links = snap.links
    contact = snap.contact
    website = snap.website
    media = snap.media.map { item in
      var json = MediaJSON(type: item.type, url: item.url)
      json.width = item.width ?? 0
      json.height = item.height ?? 0
      return json
    }
    screenshots = media.filter { $0.type == "screenshot" }
    categories = snap.categories.map { CategoryJSON(name: $0.name, featured: $0.isFeatured ?? false) }
  }

  /// A snap in a store with all its channels; what is said of it is what its safest channel has.
  init(_ info: SnapInfoResponse) {
    let best = info.channelMap.first
    var snap = info.snap
    if let held = best?.snap {
      // The channel knows its revision; the store's page knows the rest.
      (snap.revision, snap.version, snap.confinement) = (held.revision, held.version, held.confinement)
      (snap.type, snap.base, snap.download) = (held.type, held.base, held.download)
      if snap.commonIDs.isEmpty { snap.commonIDs = held.commonIDs }
    }
    snap.name = snap.name ?? info.name
    if snap.snapID.isEmpty { snap.snapID = info.snapID }
    snap.channel = best.map { Self.fullName($0.channel) } ?? ""
    self.init(snap)
    for entry in info.channelMap {
      let name = Self.fullName(entry.channel)
      if !tracks.contains(entry.channel.track) { tracks.append(entry.channel.track) }
      // The first of a channel is that for this machine.
      guard channels[name] == nil else { continue }
      var held = ChannelSnapJSON(channel: entry.channel.name)
      held.revision = entry.snap.revision?.description ?? "unset"
      held.confinement = entry.snap.confinement.rawValue
      held.version = entry.snap.version
      held.size = entry.snap.download.size
      held.releasedAt = entry.channel.releasedAt
      channels[name] = held
    }
  }

  private static func fullName(_ channel: ChannelMapChannel) -> String {
    (try? Channel(channel.name))?.fullName ?? "\(channel.track)/\(channel.risk)"
  }
}
