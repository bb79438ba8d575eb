internal import HTTP
internal import StoreState

/// Says whose a user's token is.
protocol UserAuthorizer: Sendable {
  /// - Returns: the id of the account whose log-in comes with a request; nil when none does.
  /// - Throws: ``DeviceFailure`` of ``DeviceFailure/user(_:needsRefresh:)`` when the log-in is not of this store, has
  ///   ended, or is for something else.
  func account(of request: Request) throws -> String?
}

extension Publisher: UserAuthorizer {
  func account(of request: Request) throws -> String? {
    guard request.headers["Authorization"] != nil else { return nil }
    do {
      let caller = try caller(request)
      try caller.require(.packageViewRevisions)
      // Nothing here asks again for which snap it is.
      guard caller.grant.packages == nil else {
        throw PublisherError.forbidden("this log-in is for work on single snaps, not for devices")
      }
      return caller.account.id
    } catch let error as PublisherError {
      throw DeviceFailure.user(error.message, needsRefresh: error.code == "macaroon-needs-refresh")
    }
  }
}
