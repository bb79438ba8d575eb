extension Publisher: UserAuthorizer {
  /// Whose a token is that a device sends along: somebody logged in there to have their private snaps.
  func account(_ token: MacaroonHeader) throws -> String {
    let text = (["root=\(token.root)"] + token.discharges.map { "discharge=\($0)" }).joined(separator: ",")
    do {
      let grant = try tokens.grant(authorization: "Macaroon \(text)", now: now())
      guard grant.allows(.packageAccess) || grant.allows(.packageViewRevisions) else {
        throw DeviceFailure.user("this log-in is not for installing snaps", needsRefresh: false)
      }
      return try holder(grant).id
    } catch TokenIssuer.Refusal.needsRefresh {
      throw DeviceFailure.user("the log-in has to be refreshed", needsRefresh: true)
    } catch let refusal as TokenIssuer.Refusal {
      throw DeviceFailure.user(PublisherError(refusal).message, needsRefresh: false)
    } catch let error as PublisherError {
      throw DeviceFailure.user(error.message, needsRefresh: false)
    }
  }
}
