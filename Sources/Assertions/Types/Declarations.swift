internal import ByteText
public import Time

/// The plugs and slots that a declaration speaks of: what makes rules of them is in `Interfaces`.
public struct InterfaceStanzas: Sendable, Hashable {
  public let plugs: [String: HeaderValue]
  public let slots: [String: HeaderValue]

  init(_ headers: HeaderReader) throws(AssertionError) {
    plugs = try Self.rules(headers, "plugs")
    slots = try Self.rules(headers, "slots")
  }

  /// Each is `true`, `false` or a map; what is in it is judged by whoever makes rules of it.
  private static func rules(_ headers: HeaderReader, _ name: String) throws(AssertionError) -> [String: HeaderValue] {
    let map = try headers.map(name) ?? [:]
    for (interface, rule) in map.sorted(by: { $0.key < $1.key }) {
      if let text = rule.text, text.hasSameBytes(as: "true") || text.hasSameBytes(as: "false") { continue }
      guard rule.map?.isEmpty == false else {
        throw AssertionError(
          "\(name.dropLast()) rule for interface \(quoted(interface)) must be a map or one of the shortcuts 'true' or "
            + "'false'")
      }
    }
    return map
  }
}

/// What its publisher's store says of a snap, whatever its revision.
public struct SnapDeclaration: AssertionValue {
  public let snapID: String
  /// Empty when the snap was taken back.
  public let snapName: String
  public let publisherID: String
  public let timestamp: Timestamp?
  public let stanzas: InterfaceStanzas
  /// Snaps whose refreshes wait for a validation of this one.
  public let refreshControl: [String]
  /// Commands by the names they may have beside their own.
  public let aliases: [String: String]
  /// What came before ``aliases``: names of apps.
  public let autoAliases: [String]
  public let revisionAuthorities: [RevisionAuthority]

  /// Somebody who may sign revisions beside the store.
  public struct RevisionAuthority: Sendable, Hashable {
    public let accountID: String
    public let provenances: [String]
    public let revisions: ClosedRange<Int>
    /// `on-store`, `on-brand`, `on-model`; nil is any.
    public let stores: [String]?
    public let brands: [String]?
    public let models: [String]?
  }

  public init(_ content: AssertionContent) throws(AssertionError) {
    let headers = content.headers
    _ = try headers.series()
    snapID = try headers.notEmpty("snap-id")
    snapName = try headers.text("snap-name")
    if !snapName.isEmpty, !TextForm.name(snapName) {
      throw headers.error("snap-name", "contains invalid characters: \(quoted(snapName))")
    }
    publisherID = try headers.notEmpty("publisher-id")
    timestamp = try headers.time("timestamp")
    stanzas = try InterfaceStanzas(headers)
    refreshControl = try headers.texts("refresh-control")
    autoAliases = try headers.texts("auto-aliases", TextForm.alias)
    aliases = try Self.aliases(headers)
    revisionAuthorities = try Self.authorities(headers)
  }

  private static func aliases(_ headers: HeaderReader) throws(AssertionError) -> [String: String] {
    var aliases: [String: String] = [:]
    for (index, map) in (try headers.maps("aliases") ?? []).enumerated() {
      let item = HeaderReader(map, place: "in \"aliases\" item \(index + 1)")
      let name = try item.matching("name", TextForm.alias)
      let target = try HeaderReader(map, place: "for alias \(quoted(name))").matching("target", TextForm.app)
      guard aliases.updateValue(target, forKey: name) == nil else {
        throw AssertionError("duplicated definition in \"aliases\" for alias \(quoted(name))")
      }
    }
    return aliases
  }

  private static func authorities(_ headers: HeaderReader) throws(AssertionError) -> [RevisionAuthority] {
    var authorities: [RevisionAuthority] = []
    guard let maps = try headers.maps("revision-authority") else { return [] }
    for map in maps {
      let item = HeaderReader(map, place: "in revision authority")
      let account = try item.notEmpty("account-id")
      let provenances = try item.texts("provenance", TextForm.words)
      guard !provenances.isEmpty else { throw AssertionError("provenance in revision authority must be set") }
      guard !provenances.contains("global-upload") else {
        throw AssertionError("provenance in revision authority cannot be global-upload")
      }
      let least = try item.integer("min-revision", default: 1, atLeast: 1)
      let most = try item.integer("max-revision", default: .max)
      guard most >= least else {
        throw AssertionError("max-revision cannot be less than min-revision in revision authority")
      }
      func scope(_ name: String) throws(AssertionError) -> [String]? { item.has(name) ? try item.texts(name) : nil }
      authorities.append(
        RevisionAuthority(
          accountID: account, provenances: provenances, revisions: least...most, stores: try scope("on-store"),
          brands: try scope("on-brand"), models: try scope("on-model")))
    }
    guard !authorities.isEmpty else { throw AssertionError("revision-authority stanza must be a list of maps") }
    return authorities
  }

  public var prerequisites: [AssertionReference] { [AssertionReference(.account, [publisherID])] }

  public func check(_ assertion: Assertion, with known: any AssertionKnowledge) throws {
    let about = "snap-declaration assertion for \(quoted(snapName)) (id \(quoted(snapID)))"
    guard known.isTrusted(account: assertion.authorityID) else {
      throw AssertionCheckError("\(about) is not signed by a directly trusted authority: \(assertion.authorityID)")
    }
    guard let publisher = try known.assertion(AssertionReference(.account, [publisherID])) else {
      throw AssertionCheckError(
        "\(about) does not have a matching account assertion for the publisher \(quoted(publisherID))")
    }
    // What a publisher is trusted with (connections between their snaps) is not for another root to give away.
    guard publisher.authorityID == assertion.authorityID else {
      throw AssertionCheckError(
        "\(about) is signed by \(quoted(assertion.authorityID)), and its publisher \(quoted(publisherID)) is vouched for by "
          + quoted(publisher.authorityID))
    }
    try known.requireSameAuthority(assertion)
  }
}

/// The rules for all snaps.
public struct BaseDeclaration: AssertionValue {
  public let timestamp: Timestamp?
  public let stanzas: InterfaceStanzas

  public init(_ content: AssertionContent) throws(AssertionError) {
    _ = try content.headers.series()
    timestamp = try content.headers.time("timestamp")
    stanzas = try InterfaceStanzas(content.headers)
  }

  public func check(_ assertion: Assertion, with known: any AssertionKnowledge) throws {
    // It comes with the program alone, and the program's own is never added.
    throw AssertionCheckError(
      "base-declaration assertion for series 16 is not signed by a directly trusted authority: \(assertion.authorityID)"
    )
  }
}
