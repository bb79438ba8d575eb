internal import Assertions

extension SigningService {
  /// The model of machines that nobody made for something. Source: `spec/assertions-and-store.md` §2, "Predefined": there
  /// it is of an account `generic`; here each store has its own, so that it vouches for its machines itself.
  static let genericModel = "generic-classic"

  /// Says what machines are that nobody made for something. What has been said is not said again.
  @discardableResult
  func signGenericModel() throws -> Assertion {
    try publish(
      .model,
      [
        "series": .text("16"), "brand-id": .text(authorityID), "model": .text(Self.genericModel),
        "classic": .text("true"),
      ])
  }
}
