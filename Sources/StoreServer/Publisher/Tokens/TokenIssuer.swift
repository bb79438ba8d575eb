internal import ByteText
internal import Crypto
internal import JSONValues
internal import Macaroons
internal import Time

/// Root keys of macaroons, kept where every server process finds them.
protocol RootKeys: Sendable {
  /// The key for new macaroons, made when there is none that is young enough.
  func currentRootKey(now: Timestamp) throws -> (id: String, key: [UInt8])
  func rootKey(id: String) throws -> [UInt8]?
}

/// What somebody asks a token for. Source: what `craft-store` posts to `dev/api/acl/` and `v1/tokens`.
struct TokenRequest: Sendable {
  var permissions: [String]
  var packages: [String]?
  var channels: [String]?
  /// Seconds from now.
  var lifetime: Int64

  /// Nobody gets one that lasts longer: a year, as `snapcraft` asks for at the most.
  static let longest: Int64 = 366 * 86_400
}

/// Makes tokens, and tells what those that come back allow.
///
/// A log-in has two macaroons. The *root* says what may be done, and that somebody has to say who it is; the
/// *discharge* says who, and lasts a day, so that a changed password ends what was given away within one. Both are made
/// here: the store is its own identity provider. What the third party's condition is known by is sealed for this
/// server, so that nothing is kept for log-ins that nobody finishes.
struct TokenIssuer: Sendable {
  let keys: any RootKeys

  /// Seconds that a discharge lasts.
  static let dischargeLifetime: Int64 = 86_400

  /// Why a token is not taken.
  enum Refusal: Error, Equatable {
    /// There is none.
    case missing
    /// It is none of ours, was changed, or is of another password or account.
    case invalid(String)
    /// The discharge is too old: a new one is to be had for it.
    case needsRefresh
  }

  // MARK: - Making

  /// - Parameter authority: host and port where the client will log in, as it calls them.
  func root(_ request: TokenRequest, authority: String, now: Timestamp) throws -> Macaroon {
    let (id, key) = try keys.currentRootKey(now: now)
    var macaroon = Macaroon(
      location: authority, identifier: Array("\(id).\(Base64.encodeForURL(SecureRandom.bytes(12)))".utf8), key: key)
    let lifetime = min(max(request.lifetime, 1), TokenRequest.longest)
    macaroon.add(TokenCondition.permissions(request.permissions).text)
    if let packages = request.packages { macaroon.add(TokenCondition.packages(packages).text) }
    if let channels = request.channels { macaroon.add(TokenCondition.channels(channels).text) }
    macaroon.add(TokenCondition.expires(now + .seconds(lifetime)).text)
    let caveatKey = SecureRandom.bytes(32)
    let sealed = SealedBox.seal(caveatKey, key: Self.sealingKey(of: key))
    macaroon.addThirdParty(
      location: authority, identifier: Array("\(id).\(Base64.encodeForURL(sealed))".utf8), key: caveatKey)
    return macaroon
  }

  /// Confirms who somebody is.
  ///
  /// - Returns: nil when the caveat is none of ours.
  func discharge(
    caveatID: String, for holder: TokenHolder, authority: String, now: Timestamp
  ) throws -> Macaroon? {
    guard let key = try caveatKey(caveatID) else { return nil }
    var macaroon = Macaroon(location: authority, identifier: Array(caveatID.utf8), key: key)
    macaroon.add(TokenCondition.account(holder.accountID).text)
    macaroon.add(TokenCondition.password(holder.passwordMark).text)
    macaroon.add(TokenCondition.session(holder.session).text)
    macaroon.add(TokenCondition.expires(now + .seconds(Self.dischargeLifetime)).text)
    return macaroon
  }

  /// Who an old discharge was for; its age does not matter.
  func holder(of discharge: Macaroon) throws -> (holder: TokenHolder, caveatID: String)? {
    guard let caveatID = String(validating: discharge.identifier, as: UTF8.self),
      let key = try caveatKey(caveatID), let conditions = try? discharge.verifiedUnbound(key: key)
    else { return nil }
    var accounts: [String] = []
    var marks: [String] = []
    var sessions: [String] = []
    var ends = 0
    for condition in conditions {
      switch TokenCondition(condition.text) {
      case .account(let id): accounts.append(id)
      case .password(let text): marks.append(text)
      case .session(let id): sessions.append(id)
      case .expires: ends += 1
      // Whoever narrowed it did not mean to have that renewed away.
      default: return nil
      }
    }
    // Each as it was made: anybody can add a condition to a discharge of their own that names somebody else, whose
    // session and mark can be read in any token that they gave away; a second end was meant to be one.
    guard accounts.count == 1, marks.count == 1, sessions.count == 1, ends == 1 else { return nil }
    return (TokenHolder(accountID: accounts[0], passwordMark: marks[0], session: sessions[0]), caveatID)
  }

  /// One macaroon for a log-in's two: what `v1/tokens/…/exchange` gives.
  func exchanged(_ grant: TokenGrant, authority: String, now: Timestamp) throws -> Macaroon {
    let (id, key) = try keys.currentRootKey(now: now)
    var macaroon = Macaroon(
      location: authority, identifier: Array("\(id).\(Base64.encodeForURL(SecureRandom.bytes(12)))".utf8), key: key)
    macaroon.add(TokenCondition.account(grant.accountID).text)
    macaroon.add(TokenCondition.password(grant.passwordMark).text)
    macaroon.add(TokenCondition.session(grant.session).text)
    macaroon.add(TokenCondition.permissions(grant.permissions.map(\.rawValue).sorted()).text)
    if let packages = grant.packages { macaroon.add(TokenCondition.packages(packages.sorted()).text) }
    if let channels = grant.channels { macaroon.add(TokenCondition.channels(channels).text) }
    macaroon.add(TokenCondition.expires(grant.expires).text)
    return macaroon
  }

  // MARK: - Judging

  /// What the `Authorization` header allows: `Macaroon root=…, discharge=…`, quoted or not, or one macaroon after
  /// `Macaroon` or `Bearer`.
  ///
  /// - Throws: ``Refusal``, or what the state throws.
  func grant(authorization: String?, now: Timestamp) throws -> TokenGrant {
    guard let authorization else { throw Refusal.missing }
    return try grant(try AuthorizationHeader(authorization), now: now, rootEnd: nil)
  }

  /// What a log-in's two macaroons allow for as long as the root lasts: for exchanging them.
  func exchangeable(authorization: String?, now: Timestamp) throws -> TokenGrant {
    guard let authorization else { throw Refusal.missing }
    let header = try AuthorizationHeader(authorization)
    let ends = header.root.caveats.filter { $0.thirdParty == nil }.compactMap { caveat -> Timestamp? in
      guard case .expires(let time) = TokenCondition(String(decoding: caveat.identifier, as: UTF8.self)) else {
        return nil
      }
      return time
    }
    return try grant(header, now: now, rootEnd: ends.min())
  }

  private func grant(_ header: AuthorizationHeader, now: Timestamp, rootEnd: Timestamp?) throws -> TokenGrant {
    let parts = String(decoding: header.root.identifier, as: UTF8.self).byteSplit(".", maxSplits: 1, keepingEmpty: true)
    guard let id = parts.first, let key = try keys.rootKey(id: String(id)) else {
      throw Refusal.invalid("macaroon is not of this store")
    }
    let conditions: [MacaroonCondition]
    do throws(MacaroonError) {
      conditions = try header.root.verified(key: key, discharges: header.discharges)
    } catch {
      throw Refusal.invalid(error.description)
    }
    guard var grant = TokenGrant(conditions) else {
      throw Refusal.invalid("macaroon has conditions that are not known")
    }
    if grant.expires < now || grant.expires == now {
      let isOfRoot = conditions.contains { condition in
        guard !condition.isOfDischarge, case .expires(let time) = TokenCondition(condition.text) else { return false }
        return !(now < time)
      }
      throw isOfRoot ? Refusal.invalid("macaroon has expired") : Refusal.needsRefresh
    }
    if let rootEnd {
      // The store's own end of a discharge is only there to have it renewed; one that its holder added is meant.
      let added = conditions.filter { condition in
        guard condition.isOfDischarge, case .expires = TokenCondition(condition.text) else { return false }
        return true
      }
      if added.count <= header.discharges.count { grant.expires = rootEnd }
    }
    return grant
  }

  private func caveatKey(_ caveatID: String) throws -> [UInt8]? {
    let parts = caveatID.byteSplit(".", maxSplits: 1, keepingEmpty: true)
    guard parts.count == 2, let sealed = Base64.decodeFromURL(parts[1]),
      let key = try keys.rootKey(id: String(parts[0]))
    else { return nil }
    return SealedBox.open(sealed, key: Self.sealingKey(of: key))
  }

  /// A key for another purpose than signing is another key.
  private static func sealingKey(of key: [UInt8]) -> [UInt8] { Digest.of(Array("caveat".utf8) + key, .sha256) }
}

/// Who logged in, and how.
struct TokenHolder: Hashable, Sendable {
  var accountID: String
  /// Which password it was: see ``TokenGrant/passwordMark``.
  var passwordMark: String
  var session: String
}

/// The macaroons of an `Authorization` header.
struct AuthorizationHeader: Sendable {
  let root: Macaroon
  let discharges: [Macaroon]

  init(_ text: String) throws(TokenIssuer.Refusal) {
    guard text.utf8.count <= 128 << 10 else { throw .invalid("authorization is too long") }
    let words = text.byteSplit(" ", maxSplits: 1, keepingEmpty: true)
    let scheme = words[0].lowercased()
    guard words.count == 2, scheme == "macaroon" || scheme == "bearer" else {
      throw .invalid("authorization is no macaroon")
    }
    var root: Macaroon?
    var discharges: [Macaroon] = []
    do {
      if !words[1].hasByte(",") && !words[1].hasBytePrefix("root=") {
        root = try Macaroon(serialized: Self.bare(words[1]))
      } else {
        for part in words[1].byteSplit(",", maxSplits: 32, keepingEmpty: false) {
          let pair = part.byteSplit("=", maxSplits: 1, keepingEmpty: true)
          guard pair.count == 2 else { throw TokenIssuer.Refusal.invalid("authorization is no macaroon") }
          let macaroon = try Macaroon(serialized: Self.bare(pair[1]))
          switch Self.bare(pair[0]) {
          case "root" where root == nil: root = macaroon
          case "discharge": discharges.append(macaroon)
          default: throw TokenIssuer.Refusal.invalid("authorization is no macaroon")
          }
        }
      }
    } catch let error as TokenIssuer.Refusal {
      throw error
    } catch {
      throw .invalid("\(error)")
    }
    guard let root else { throw .invalid("authorization has no root macaroon") }
    self.root = root
    self.discharges = discharges
  }

  /// Without quotes and spaces around.
  private static func bare(_ text: some StringProtocol) -> String {
    let kept = text.utf8.drop { $0 == 0x20 || $0 == 0x22 }
    let reversed = kept.reversed().drop { $0 == 0x20 || $0 == 0x22 }
    return String(decoding: Array(reversed.reversed()), as: UTF8.self)
  }
}
