import API
import ByteText
import Client
import Snap

/// Channels as they are typed and told.
enum Channels {
  /// The channel that the options name, empty for none.
  ///
  /// - Throws: `Failure` for several, and for what is no channel.
  static func chosen(_ arguments: Arguments, in context: Context) throws -> String {
    var channel = arguments.value("channel") ?? ""
    for risk in ["stable", "candidate", "beta", "edge"] where arguments.has(risk) {
      if !channel.isEmpty { throw Failure("Please specify a single channel") }
      channel = risk
    }
    guard !channel.isEmpty else { return "" }
    do throws(InvalidText) { _ = try Channel(channel) } catch {
      // The reference takes `//stable//` for `stable`, and says so.
      let parts = channel.byteSplit("/").map(String.init)
      guard !parts.isEmpty, channel.byteSplit("/", keepingEmpty: true).contains(where: { $0.isEmpty }),
        let full = try? Channel(parts.joined(separator: "/")).fullName
      else { throw Failure("\(error)") }
      Remark.warn(
        "Specifying a channel \(quoted(channel)) is relying on undefined behaviour. Interpreting it as "
          + "\(quoted(full)) for now, but this will be an error later.", arguments, in: context)
      channel = full
    }
    return channel
  }

  /// The full name, `latest/stable`; what cannot be understood as it is.
  static func full(_ channel: String) -> String { (try? Channel(channel))?.fullName ?? channel }

  /// Why a snap is not to be had from the channel that was asked for, and from where it is.
  static func unavailable(
    _ error: ClientError, name: String, action: String, installs: Bool = true
  ) -> String {
    let fallback = "snap \(quoted(name)) not available as specified (see 'snap info \(name)')"
    guard let value = error.value?.object, let asked = value["channel"]?.string,
      let releases = value["releases"]?.array, !releases.isEmpty
    else { return fallback }
    let architecture = value["architecture"]?.string ?? ""
    let name = value["snap-name"]?.string ?? name
    let action = value["action"]?.string ?? action
    guard let wanted = try? Channel(asked.isEmpty ? "stable" : asked) else {
      return "requested channel \(quoted(asked)) is not valid (see 'snap info \(name)' for valid ones)"
    }
    let available = releases.compactMap { Release($0) }
    let display = wanted.track == "latest" ? wanted.shortName : wanted.fullName
    if error.kind == .snapArchitectureNotAvailable {
      let same = available.filter { $0.channel.track == wanted.track && $0.channel.risk == wanted.risk }
      let place = same.isEmpty ? "" : "on \(display) for "
      return "snap \(quoted(name)) is not available \(same.isEmpty ? "on " : place)this architecture "
        + "(\(architecture)) but exists on other architectures "
        + "(\(architectures(same.isEmpty ? available : same)))."
    }
    let here = available.filter { $0.architecture == architecture || $0.architecture == "all" }
    if let branch = wanted.branch {
      let main = here.contains { $0.channel.track == wanted.track && $0.channel.risk == wanted.risk }
      return main
        ? "requested a non-existing branch on \(wanted.track)/\(wanted.risk.rawValue) for snap \(quoted(name)): \(branch)"
        : "requested a non-existing branch for snap \(quoted(name)): \(wanted.fullName)"
    }
    let more = "Get more information with 'snap info \(name)'."
    let tracks = "Please be mindful that different tracks may include different features."
    let sameTrack = here.filter { $0.channel.track == wanted.track && $0.channel.branch == nil }
    if !sameTrack.isEmpty {
      let warning =
        wanted.risk == .stable
        ? "Please be mindful pre-release channels may include features not completely tested or implemented. " : ""
      return "snap \(quoted(name)) is not available on \(display) but is available to install on the following "
        + "channels:\n\n" + table(sameTrack, name: name, action: action, full: false) + "\n" + warning + more
    }
    let sameRisk = here.filter { $0.channel.risk == wanted.risk && $0.channel.branch == nil }
    if !sameRisk.isEmpty {
      return "snap \(quoted(name)) is not available on \(wanted.fullName) but is available to install on the "
        + "following tracks:\n\n" + table(sameRisk, name: name, action: action, full: true) + "\n" + tracks + " " + more
    }
    return "snap \(quoted(name)) is not available on \(wanted.fullName) but other tracks exist.\n\n" + tracks + " "
      + more
  }

  /// A channel of an architecture that holds the snap.
  private struct Release {
    var architecture: String
    var channel: Channel

    init?(_ value: JSONValue) {
      guard let architecture = value["architecture"]?.string, !architecture.isEmpty,
        let text = value["channel"]?.string, let channel = try? Channel(text)
      else { return nil }
      self.architecture = architecture
      self.channel = channel
    }
  }

  private static func architectures(_ releases: [Release]) -> String {
    Set(releases.map(\.architecture)).sorted().joined(separator: ", ")
  }

  /// A line a channel: what it is called, and the command that takes the snap from it.
  private static func table(_ releases: [Release], name: String, action: String, full: Bool) -> String {
    var table = TableWriter(minimumWidth: "candidate".utf8.count + 2, padding: 2)
    for release in releases {
      let channel = release.channel
      let option =
        channel.track == "latest" ? "--\(channel.risk.rawValue)" : "--channel=\(channel.shortName)"
      table.line(
        full ? channel.fullName : channel.track == "latest" ? channel.shortName : channel.fullName,
        "snap \(action) \(option) \(name)")
    }
    return table.flush()
  }
}

/// What is said beside the result.
enum Remark {
  /// `Warning: …`, folded, and an empty line.
  static func warn(_ text: String, _ arguments: Arguments, in context: Context) {
    let escapes = context.escapes(arguments)
    let head = "Warning:"
    let filled = Wrapping.fill(text, indent: head.utf8.count + 1, columns: context.columns)
    context.err.write("\(escapes.bold)\(head)\(escapes.end) \(filled)\n\n")
  }
}
