import API
import Client

/// What is said once an operation is done.
enum Results {
  /// Prints a line for each snap as it is now: `foo 1.0 installed`.
  ///
  /// - Parameter operation: `install`, `refresh` or `revert`.
  static func show(_ names: [String], _ operation: String, _ arguments: Arguments, in context: Context) throws {
    let snaps = try snaps(names, in: context).sorted { $0.name < $1.name }
    let escapes = context.escapes(arguments)
    for snap in snaps {
      let channel = riskSuffix(snap.channel)
      switch operation {
      case "revert": context.out.line("\(snap.name) reverted to \(snap.version)")
      default:
        let verb = operation == "refresh" ? "refreshed" : "installed"
        if let publisher = snap.publisher {
          context.out.line("\(snap.name)\(channel) \(snap.version) from \(escapes.longPublisher(publisher)) \(verb)")
        } else {
          context.out.line("\(snap.name)\(channel) \(snap.version) \(verb)")
        }
      }
      if !snap.trackingChannel.isEmpty, !snap.channel.isEmpty, snap.trackingChannel != snap.channel,
        fullChannel(snap.trackingChannel) != fullChannel(snap.channel)
      {
        context.out.line(
          "Channel \(snap.trackingChannel) for \(snap.name) is closed; temporarily forwarding to \(snap.channel).")
      }
    }
  }

  /// The snaps of these names that are installed now.
  static func snaps(_ names: [String], in context: Context) throws -> [SnapJSON] {
    do {
      return try context.client.sync(
        "GET", "/v2/snaps", query: [("snaps", names.joined(separator: ","))], as: [SnapJSON].self)
    } catch {
      throw error.prefixed("cannot get data for \(names.map(quoted).joined(separator: ", ")): cannot list snaps")
    }
  }

  /// Which snaps a change was about, from its data.
  static func names(of change: ChangeJSON) -> [String] {
    if let one = change.data["snap-name"]?.string { return [one] }
    return change.data["snap-names"]?.array?.compactMap(\.string) ?? []
  }

  /// ` (beta)`: the channel a revision came from when it is not stable, in its short form.
  static func riskSuffix(_ channel: String) -> String {
    if channel.isEmpty { return "" }
    var parts = channel.split(separator: "/")
    if parts.count > 1, parts.first == "latest" { parts.removeFirst() }
    let name = parts.joined(separator: "/")
    if name == "stable" { return "" }
    // A track's stable channel is called by the track alone.
    if parts.count == 2, parts[1] == "stable", !["edge", "beta", "candidate"].contains(parts[0]) {
      return " (\(parts[0]))"
    }
    return " (\(name))"
  }

  private static func fullChannel(_ channel: String) -> String {
    let risks = ["stable", "candidate", "beta", "edge"]
    let parts = channel.split(separator: "/").map { String($0) }
    guard let first = parts.first else { return channel }
    if risks.contains(first) { return "latest/" + channel }
    return parts.count == 1 ? first + "/stable" : channel
  }
}
