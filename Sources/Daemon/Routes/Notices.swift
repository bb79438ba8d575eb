internal import API
internal import HTTP
internal import Host
internal import Linux
internal import Overlord
internal import Snap
internal import SnapManager
internal import State
internal import Time

/// `/v2/notices` and `/v2/notices/{id}`.
extension DaemonService {
  /// The longest a client may wait for a notice.
  private static let longestWait: Duration = .seconds(3600)

  /// `GET /v2/notices?types=…&keys=…&after=…&timeout=…&users=all&user-id=…`.
  func listNotices(_ request: Request) async throws -> Answer {
    let filter = try noticeFilter(request)
    if let types = filter.types, types.isEmpty { return try .sync([NoticeJSON]()) }
    let timeout = try duration(request.query["timeout"])
    let notices = await overlord.store.waitForNotices(filter, timeout: min(timeout, Self.longestWait))
    return try .sync(notices.map { NoticeJSON($0) })
  }

  /// `GET /v2/notices/{id}`.
  func showNotice(_ request: Request) async throws -> Answer {
    let text = request.capture("id")
    let notice = NoticeID(text).flatMap { id in overlord.store.read { $0.notice(id) } }
    guard let notice, request.peer.uid == 0 || notice.userID == nil || notice.userID == request.peer.uid else {
      throw APIFailure(404, "cannot find notice with id \"\(text)\"")
    }
    return try .sync(NoticeJSON(notice))
  }

  /// `POST /v2/notices` with `{"action": "add", …}`: only `snap run` says that it waits for a snap.
  func addNotice(_ request: Request) async throws -> Answer {
    let instruction = try request.decoded(
      NoticeInstruction.self, orSay: "cannot decode request body into notice instruction")
    guard instruction.action == "add" else {
      throw APIFailure.badRequest("invalid action \"\(instruction.action)\"")
    }
    guard instruction.type == NoticeType.snapRunInhibit.rawValue else {
      throw APIFailure.badRequest("cannot add notice with invalid type \"\(instruction.type)\"")
    }
    guard isSnapCommand(request.peer) else {
      throw APIFailure(403, "only snap command can record notices")
    }
    let snap = try instance(instruction.key)
    guard overlord.store.read({ $0.contains(RecordKind<SnapState>.snaps, snap.description) }) else {
      throw APIFailure.badRequest("snap \"\(snap)\" does not exist")
    }
    let id = try overlord.store.write {
      try $0.addNotice(.snapRunInhibit, key: snap.description, userID: UInt32(request.peer.uid))
    }
    return try .sync(["id": id.description])
  }

  /// Whether a peer is the `snap` command, which a user cannot replace: anybody else would only pretend to wait.
  private func isSnapCommand(_ peer: Peer) -> Bool {
    ProcessTable.executable(of: peer.pid) == overlord.directories.snapCommand
  }

  private func noticeFilter(_ request: Request) throws -> NoticeFilter {
    var filter = NoticeFilter(userID: UInt32(request.peer.uid))
    if let users = request.query["users"], !users.isEmpty {
      guard request.peer.uid == 0 else { throw APIFailure(403, "only admins may use the \"users\" filter") }
      guard users == "all" else { throw APIFailure.badRequest("invalid \"users\" filter: must be \"all\"") }
      filter.userID = nil
    }
    if let text = request.query["user-id"], !text.isEmpty {
      guard request.peer.uid == 0 else { throw APIFailure(403, "only admins may use the \"user-id\" filter") }
      guard let user = UInt32(text) else { throw APIFailure.badRequest("invalid \"user-id\" filter: \(text)") }
      filter.userID = user
    }
    let types = request.lists("types")
    if !types.isEmpty { filter.types = Set(types.map { NoticeType(rawValue: $0) }).intersection(NoticeType.known) }
    let keys = request.lists("keys")
    if !keys.isEmpty { filter.keys = Set(keys) }
    if let text = request.query["after"], !text.isEmpty {
      guard let after = Timestamp(text) else {
        throw APIFailure.badRequest("invalid \"after\" timestamp: \(text)")
      }
      filter.after = after
    }
    return filter
  }

  /// A Go duration of whole or fractional seconds, minutes, hours or milliseconds; none is zero.
  private func duration(_ text: String?) throws -> Duration {
    guard let text, !text.isEmpty else { return .zero }
    let units: [(String, Double)] = [("ms", 0.001), ("s", 1), ("m", 60), ("h", 3600)]
    for (unit, seconds) in units where text.hasSuffix(unit) {
      guard let number = Double(text.dropLast(unit.count)), number >= 0, number < 1e9 else { break }
      return .milliseconds(Int64(number * seconds * 1000))
    }
    throw APIFailure.badRequest("invalid timeout: \(text)")
  }
}

extension NoticeJSON {
  /// A notice as clients see it.
  init(_ notice: Notice) {
    self.init(
      id: notice.id.description, userID: notice.userID.map(Int64.init), type: notice.type.rawValue, key: notice.key,
      firstOccurred: notice.firstOccurred, lastOccurred: notice.lastOccurred,
      lastRepeated: notice.lastRepeated, occurrences: notice.occurrences)
    lastData = notice.lastData
    if notice.repeatAfter > .zero { repeatAfter = notice.repeatAfter.goText }
    expireAfter = notice.expireAfter.goText
  }
}
