internal import API
internal import Glibc
internal import HTTP
internal import Host
internal import Overlord
internal import Snap
internal import SnapManager
internal import Time

/// `/v2/logs`.
extension DaemonService {
  /// `GET /v2/logs?names=…&n=…&follow=true`, as a JSON sequence (RFC 7464).
  func showLogs(_ request: Request) async throws -> Answer {
    let count = try lineCount(request.query["n"])
    let follows = try flag(request.query["follow"], named: "follow")
    let found = try overlord.snaps.apps(named: request.lists("names"), servicesOnly: true)
    let system = found.filter { $0.app.daemonScope == .system }
    guard !found.isEmpty else { throw APIFailure(404, "no matching services", kind: .appNotFound) }
    guard !system.isEmpty else {
      throw APIFailure.badRequest("cannot show logs of user services: they are in the journal of their users")
    }
    let units = system.map { UnitName.service(instance: $0.instance.description, app: $0.app.name.description) }
    let services = overlord.services
    let contentType = "application/json-seq"
    guard follows else {
      let entries = try services.logs(units, last: count)
      return .stream(contentType: contentType) { writer in
        var batch: [UInt8] = []
        for entry in entries {
          batch += try entry.record
          if batch.count >= 1 << 15 {
            try await writer.write(batch)
            batch = []
          }
        }
        if !batch.isEmpty { try await writer.write(batch) }
      }
    }
    // A journal that cannot be read is told before the answer begins.
    _ = try services.logs(units, last: 0)
    return .stream(contentType: contentType) { writer in
      // The client gets the head of the answer at once, and hears no more until there is something to say.
      try services.followLogs(units, last: count, while: { !Task.isCancelled }) { entry in
        try writer.writeBlocking(try entry.record)
      }
    }
  }

  /// How many lines: 10 when not said, nil for all.
  private func lineCount(_ text: String?) throws -> Int? {
    guard let text, !text.isEmpty else { return 10 }
    guard let count = Int32(text) else {
      throw APIFailure.badRequest(
        "invalid value for n: \"\(text)\": strconv.ParseInt: parsing \"\(text)\": invalid syntax")
    }
    return count < 0 ? nil : Int(count)
  }

  /// A parameter that is true or false in Go's words.
  private func flag(_ text: String?, named name: String) throws -> Bool {
    switch text {
    case nil, "", "0", "f", "F", "false", "FALSE", "False": return false
    case "1", "t", "T", "true", "TRUE", "True": return true
    case let text?:
      throw APIFailure.badRequest(
        "invalid value for \(name): \"\(text)\": strconv.ParseBool: parsing \"\(text)\": invalid syntax")
    }
  }
}

extension LogEntry {
  /// The entry as an element of the sequence.
  fileprivate var record: [UInt8] {
    get throws {
      let time = Timestamp(
        seconds: microseconds / 1_000_000, nanoseconds: Int32(microseconds % 1_000_000 * 1000))
      let json = LogJSON(timestamp: time, message: message, sid: identifier, pid: "\(pid)")
      return try [0x1E] + Answer.json(json) + [0x0A]
    }
  }
}
