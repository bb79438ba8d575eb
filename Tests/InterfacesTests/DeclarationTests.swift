import Assertions
import Testing

@testable import Interfaces

@Suite struct DeclarationTests {
  @Test func rules() throws {
    let value: HeaderValue = ["home": ["allow-auto-connection": "true", "deny-connection": [["on-classic": "false"]]]]
    let read = try DeclarationRules(snapName: "foo", plugs: RuleValue(value), slots: nil)
    let written: RuleValue = ["home": ["allow-auto-connection": "true", "deny-connection": [["on-classic": "false"]]]]
    #expect(try read == DeclarationRules(snapName: "foo", plugs: written, slots: nil))
  }

  @Test(
    arguments: [
      (["type": "model"], true), (["type": "mod"], false), (["type": "model|serial"], true),
      (["type": "model", "model": "box-[0-9]+"], true), (["type": "model", "model": "box"], false),
      (["type": "model", "store": ".*"], false), (["type": "model", "required-snaps": "[a-z]+"], true),
      (["type": "model", "required-snaps": "a"], false), (["type": ["serial", "model"]], true),
      (["type": "model", "extra": ["k": "v."]], true), (["type": "model", "extra": ["k": "v"]], false),
      (["type": "model", "extra": ["z": ".*"]], false), (["type": "$MISSING"], false),
      (["type": "model", "model": "["], false),
      ([:], false),
    ] as [(HeaderValue, Bool)])
  func constraints(patterns: HeaderValue, fits: Bool) {
    let headers: Headers = ["type": "model", "model": "box-12", "required-snaps": ["a", "b"], "extra": ["k": "v1"]]
    #expect(KeyConstraint.fits(["headers": patterns], headers) == fits, "\(patterns)")
    #expect(!KeyConstraint.fits(patterns, headers))
  }
}
