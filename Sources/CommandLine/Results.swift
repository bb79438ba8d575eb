import API
import Client
import Snap

/// What is said once an operation is done.
enum Results {
  /// Prints a line for each snap as it is now: `foo 1.0 installed`.
  ///
  /// - Parameter operation: `install`, `refresh` or `revert`.
  /// - Parameter askedForClassic: whether the person offered to do without confinement.
  static func show(
    _ names: [String], _ operation: String, _ arguments: Arguments, askedForClassic: Bool = false,
    in context: Context
  ) throws {
    let snaps = try snaps(names, in: context).sorted { $0.name < $1.name }
    let escapes = context.escapes(arguments)
    for snap in snaps {
      if askedForClassic, snap.confinement != "classic" {
        Remark.warn(
          "flag --classic ignored for strictly confined snap \(snap.name)", arguments, in: context)
      }
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
        Channels.full(snap.trackingChannel) != Channels.full(snap.channel)
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
    guard !channel.isEmpty else { return "" }
    guard let channel = try? Channel(channel) else { return " (\(channel))" }
    let name = channel.track == "latest" ? channel.shortName : channel.fullName
    return name == "stable" ? "" : " (\(name))"
  }
}
