import StoreProtocol

/// The messages of stores: what can be read can be written, and is then the same.
enum StoreMessages {
  static func check(_ bytes: [UInt8]) {
    check(SnapActionResponse.self, bytes)
    check(SnapInfoResponse.self, bytes)
    check(FindResponse.self, bytes)
    check(SnapActionRequest.self, bytes)
    check(ErrorListResponse.self, bytes)
    check(CohortsResponse.self, bytes)
    check(LoginFailure.self, bytes)
    check(SessionRequest.self, bytes)
    check(CategoriesResponse.self, bytes)
  }

  private static func check<Message: WireType>(_ kind: Message.Type, _ bytes: [UInt8]) {
    guard let message = try? Message(json: bytes) else { return }
    guard let again = try? Message(json: message.json) else {
      fatalError("internal error: a message that was written cannot be read")
    }
    precondition(again == message, "internal error: a message changed on its way")
  }
}
