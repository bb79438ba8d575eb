internal import ByteText

/// Where a snap's updates come from: a track, a risk and perhaps a branch (`latest/stable/fix-1`).
/// Source: `spec/features.md` §1, `spec/engine.md` §10.
public struct Channel: Hashable, Sendable {
  /// How much is risked, least first.
  public enum Risk: String, Hashable, Sendable, CaseIterable {
    case stable, candidate, beta, edge
  }

  /// `latest` unless something else was named.
  public let track: String
  public let risk: Risk
  /// A short-lived side line of the risk; nil for none.
  public let branch: String?

  /// Parses `risk`, `track`, `track/risk`, `risk/branch` or `track/risk/branch`.
  public init(_ text: String) throws(InvalidText) {
    if let risk = Risk(rawValue: text) {
      (track, self.risk, branch) = ("latest", risk, nil)
      return
    }
    let parts = text.byteSplit("/", keepingEmpty: true).map(String.init)
    guard !text.isEmpty else { throw InvalidText("channel name cannot be empty") }
    guard parts.count <= 3 else {
      throw InvalidText("channel name has too many components: \(InvalidText.plain(text))")
    }
    switch parts.count {
    case 1:
      if let risk = Risk(rawValue: parts[0]) {
        (track, self.risk, branch) = ("latest", risk, nil)
      } else {
        (track, self.risk, branch) = (parts[0], .stable, nil)
      }
    case 2:
      if let risk = Risk(rawValue: parts[0]) {
        (track, self.risk, branch) = ("latest", risk, parts[1])
      } else if let risk = Risk(rawValue: parts[1]) {
        (track, self.risk, branch) = (parts[0], risk, nil)
      } else {
        throw InvalidText("invalid risk in channel name: \(InvalidText.plain(text))")
      }
    default:
      guard let risk = Risk(rawValue: parts[1]) else {
        throw InvalidText("invalid risk in channel name: \(InvalidText.plain(text))")
      }
      (track, self.risk, branch) = (parts[0], risk, parts[2])
    }
    // Beyond the reference: what the store could never have sent is not passed on to it, nor to a path.
    for (part, value) in [("track", track), ("branch", branch ?? "-")] {
      guard !value.isEmpty, value.utf8.count <= 128, value.utf8.allSatisfy(Channel.isAllowed) else {
        throw InvalidText("invalid \(part) in channel name: \(InvalidText.plain(text))")
      }
    }
  }

  private init(checkedTrack track: String, _ risk: Risk, branch: String?) {
    (self.track, self.risk, self.branch) = (track, risk, branch)
  }

  /// What is meant where nothing is said.
  public static let stable = Channel(checkedTrack: "latest", .stable, branch: nil)

  /// The track's line of a risk, without branch.
  public func at(_ risk: Risk) -> Channel { Channel(checkedTrack: track, risk, branch: nil) }

  /// The same risk and branch of the track that another channel is in.
  public func inTrack(of other: Channel) -> Channel { Channel(checkedTrack: other.track, risk, branch: branch) }

  /// Whether a channel's text says the track, or means `latest` by saying nothing: `edge`, `stable/fix`.
  public static func namesTrack(_ text: String) -> Bool {
    text.byteSplit("/", maxSplits: 1, keepingEmpty: true).first.flatMap { Risk(rawValue: String($0)) } == nil
  }

  /// Risk and branch: how a channel is asked for when its track is left to the store.
  public var trackless: String { branch.map { "\(risk.rawValue)/\($0)" } ?? risk.rawValue }

  private static func isAllowed(_ byte: UInt8) -> Bool {
    byte.isASCIIAlphanumeric || [UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_")].contains(byte)
  }

  /// All three parts: `latest/stable`.
  public var fullName: String { ([track, risk.rawValue] + (branch.map { [$0] } ?? [])).joined(separator: "/") }

  /// Without what goes without saying: `stable`, `2.0`, `2.0/edge`.
  public var shortName: String {
    var parts: [String] = []
    if track != "latest" { parts.append(track) }
    if risk != .stable || branch != nil || parts.isEmpty { parts.append(risk.rawValue) }
    if let branch { parts.append(branch) }
    return parts.joined(separator: "/")
  }
}

extension Channel: CustomStringConvertible {
  public var description: String { fullName }
}
