internal import ByteText
internal import JSONValues
internal import Macaroons
internal import Snap
internal import Time

/// What the holder of a token may do: the meaning of all its conditions together.
struct TokenGrant: Hashable, Sendable {
  /// Whose it is.
  var accountID: String
  /// Which password it was given for: a digest, so that a new password ends all tokens of the old one.
  var passwordMark: String
  /// The log-in that it comes from, which can be ended.
  var session: String
  var permissions: Set<Permission>
  /// Names of snaps that it is for; nil for all of the account's.
  var packages: Set<String>?
  /// Patterns of channels (`edge`, `latest/*`) that it may release to; nil for all.
  var channels: [String]?
  /// When it ends.
  var expires: Timestamp

  func allows(_ permission: Permission) -> Bool { permissions.contains(permission) }
  func allows(package name: String) -> Bool { packages?.contains(name) ?? true }

  /// Whether a channel is one of those that the token is for; in patterns `*` stands for anything, in a part or
  /// across parts.
  func allows(_ channel: Channel) -> Bool {
    guard let channels else { return true }
    return channels.contains { pattern in
      ChannelPattern.matches(pattern, channel.fullName) || ChannelPattern.matches(pattern, channel.shortName)
    }
  }
}

/// Patterns of channels in tokens.
enum ChannelPattern {
  /// Time grows with the product of both lengths, which are bounded.
  static func matches(_ pattern: String, _ text: String) -> Bool {
    let pattern = Array(pattern.utf8)
    let text = Array(text.utf8)
    var at = 0
    var place = 0
    var star: (pattern: Int, text: Int)?
    while place < text.count {
      if at < pattern.count, pattern[at] == UInt8(ascii: "*") {
        star = (at + 1, place)
        at += 1
      } else if at < pattern.count, pattern[at] == text[place] {
        at += 1
        place += 1
      } else if let (next, start) = star {
        star = (next, start + 1)
        at = next
        place = start + 1
      } else {
        return false
      }
    }
    return pattern[at...].allSatisfy { $0 == UInt8(ascii: "*") }
  }
}

/// The conditions that this store's macaroons have. One that is not among them refuses a macaroon: it may have been
/// added by somebody who meant it.
enum TokenCondition: Hashable, Sendable {
  case account(String)
  case password(String)
  case session(String)
  case permissions([String])
  case packages([String])
  case channels([String])
  case expires(Timestamp)

  /// `name|value`, as the reference's conditions end.
  var text: String {
    switch self {
    case .account(let id): "account|\(id)"
    case .password(let mark): "password|\(mark)"
    case .session(let id): "session|\(id)"
    case .permissions(let names): "acl|\(Self.list(names))"
    case .packages(let names): "packages|\(Self.list(names))"
    case .channels(let patterns): "channels|\(Self.list(patterns))"
    case .expires(let time): "expires|\(time.wholeSeconds)"
    }
  }

  init?(_ text: String) {
    guard let bar = text.byteIndex(of: "|") else { return nil }
    let name = text[..<bar]
    let value = String(text[text.utf8.index(after: bar)...])
    switch name {
    case "account": self = .account(value)
    case "password": self = .password(value)
    case "session": self = .session(value)
    case "acl":
      guard let names = Self.list(value) else { return nil }
      self = .permissions(names)
    case "packages":
      guard let names = Self.list(value) else { return nil }
      self = .packages(names)
    case "channels":
      guard let patterns = Self.list(value) else { return nil }
      self = .channels(patterns)
    case "expires":
      guard let time = Timestamp(value) else { return nil }
      self = .expires(time)
    default: return nil
    }
  }

  private static func list(_ texts: [String]) -> String { JSONValue.array(texts.map { .string($0) }).text }

  private static func list(_ text: String) -> [String]? {
    guard let value = try? JSONValue(parsing: text), let elements = value.array else { return nil }
    let texts = elements.compactMap(\.string)
    return texts.count == elements.count ? texts : nil
  }
}

extension TokenGrant {
  /// All conditions together: each narrows what those before it left.
  ///
  /// - Returns: nil when one is not known, or nobody said whose the token is.
  init?(_ conditions: [MacaroonCondition]) {
    var accounts: Set<String> = []
    var marks: Set<String> = []
    var sessions: Set<String> = []
    var permissions: Set<Permission>?
    var packages: Set<String>?
    var channels: [[String]] = []
    var ends: [Timestamp] = []
    for condition in conditions {
      guard let known = TokenCondition(condition.text) else { return nil }
      switch known {
      case .account(let id): accounts.insert(id)
      case .password(let mark): marks.insert(mark)
      case .session(let id): sessions.insert(id)
      case .permissions(let names):
        let named = names.reduce(into: Set<Permission>()) { $0.formUnion(Permission.named($1) ?? []) }
        permissions = permissions.map { $0.intersection(named) } ?? named
      case .packages(let names): packages = packages.map { $0.intersection(names) } ?? Set(names)
      case .channels(let patterns): channels.append(patterns)
      case .expires(let time): ends.append(time)
      }
    }
    guard let account = accounts.first, accounts.count == 1, let mark = marks.first, marks.count == 1,
      let session = sessions.first, sessions.count == 1, let permissions, let end = ends.min(), channels.count <= 1
    else { return nil }
    self.init(
      accountID: account, passwordMark: mark, session: session, permissions: permissions, packages: packages,
      channels: channels.first,
      expires: end)
  }
}
