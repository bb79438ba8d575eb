internal import ByteText
internal import Snap
internal import StoreProtocol
internal import StoreState

/// Finds snaps by what they say. Source: `spec/assertions-and-store.md` §6, `find`.
struct SnapSearch: Sendable {
  /// What was asked for, from the parameters of a request.
  struct Question: Sendable {
    var query: SearchQuery
    /// Only the caller's own private snaps.
    var isPrivate = false
    /// Confinements that the caller takes; empty for all.
    var confinements: Set<String> = []
  }

  let catalogue: Catalogue
  let state: any StoreState

  /// What is asked by parameters of `find`.
  ///
  /// - Throws: ``DeviceFailure`` for what cannot be searched for.
  func question(_ parameter: (String) -> String?, _ device: DeviceContext) throws -> Question {
    var architecture = device.architecture
    if let name = parameter("architecture") {
      try DeviceNames.checkArchitecture(name)
      architecture = Architecture(name)
    }
    var question = Question(query: SearchQuery(architecture: architecture))
    if let text = parameter("q"), !text.utf8.isEmpty {
      do { question.query.text = try SearchText(text) } catch { throw DeviceFailure.badQuery(error.description) }
    }
    if let name = parameter("name") {
      let prefix = name.hasByteSuffix("*") ? String(Substring(name.utf8.dropLast())) : name
      guard prefix.utf8.count <= 40, prefix.utf8.allSatisfy(Self.isInNames) else {
        throw DeviceFailure.badQuery("cannot search: no name of a snap begins with \(QuotedText.quote(prefix))")
      }
      question.query.namePrefix = prefix
    }
    for (name, path) in [("common-id", \SearchQuery.commonID), ("category", \.category), ("section", \.category)] {
      guard let text = parameter(name) else { continue }
      guard text.utf8.count <= 256 else { throw DeviceFailure.badQuery("cannot search: \(name) is too long") }
      question.query[keyPath: path] = text
    }
    if let text = parameter("channel"), !text.utf8.isEmpty {
      do { question.query.risk = try Channel(text).risk } catch { throw DeviceFailure.badQuery(error.description) }
    }
    question.confinements = Set(DeviceNames.list(parameter("confinement")).map(String.init))
    question.isPrivate = parameter("private") == "true"
    return question
  }

  private static func isInNames(_ byte: UInt8) -> Bool {
    byte.isASCIILower || byte.isASCIIDigit || byte == UInt8(ascii: "-")
  }

  /// The snaps, each with the revision that the device finds and where.
  func find(_ question: Question, for device: DeviceContext) throws -> [StoreSnap] {
    if question.query.text?.words.isEmpty ?? false { return [] }
    let ids = try state.read { reader in
      guard question.isPrivate else { return try reader.search(question.query) }
      guard let account = device.account else {
        throw DeviceFailure.user("cannot search private snaps without a log-in", needsRefresh: false)
      }
      return try reader.snapIDs(developedBy: account, limit: 500)
    }
    var found: [StoreSnap] = []
    for id in ids where found.count < question.query.limit {
      guard let entry = try catalogue.entry(id: id), !question.isPrivate || matches(entry, question),
        let snap = try released(entry, question, device)
      else { continue }
      if question.confinements.isEmpty || question.confinements.contains(snap.confinement.rawValue) {
        found.append(snap)
      }
    }
    return found
  }

  /// Private snaps are few: they are looked at one by one, by their names.
  private func matches(_ entry: Catalogue.Entry, _ question: Question) -> Bool {
    guard entry.snap.isPrivate else { return false }
    if let prefix = question.query.namePrefix, !entry.snap.name.rawValue.hasBytePrefix(prefix) { return false }
    return question.query.text?.words.allSatisfy { entry.snap.name.rawValue.hasBytes($0) } ?? true
  }

  /// What a device that installs the snap would get: from the default track, in the least risk that has something.
  private func released(
    _ entry: Catalogue.Entry, _ question: Question, _ device: DeviceContext
  ) throws -> StoreSnap? {
    let map = entry.snap.map
    let query = DeviceQuery(
      snapID: entry.snap.id, architecture: question.query.architecture, time: device.now, seed: nil, current: nil)
    let risks = question.query.risk.map { [$0] } ?? Channel.Risk.allCases
    let tracks = [map.defaultTrack, .stable].compactMap { $0 } + map.releases.map(\.channel)
    for risk in risks {
      for track in tracks {
        guard let found = map.resolve(track.at(risk), query),
          let snap = try catalogue.revision(found.revision, of: entry)
        else { continue }
        var result = snap.downloadable(from: device.base)
        result.channel = found.channel.answerName
        return result
      }
    }
    return nil
  }
}
