import Snap
import Testing

@testable import SnapManager

@Suite struct PrerequisiteChannelTests {
  @Test(arguments: [
    ("core22", true, "latest/candidate"), ("snapd", false, "latest/edge"), ("themes", false, "2/beta"),
    ("core", true, "latest/candidate"),
  ])
  func `the environment says where prerequisites come from`(name: String, isBase: Bool, channel: String) throws {
    let variables = [
      "SNAPD_BASES_CHANNEL": "candidate", "SNAPD_SNAPD_CHANNEL": "edge", "SNAPD_PREREQS_CHANNEL": "2/beta",
    ]
    let instance = try InstanceName(name)
    #expect(
      try PrerequisiteChannel.of(instance, isBase: isBase) { variables[$0] }.fullName == channel)
    #expect(try PrerequisiteChannel.of(instance, isBase: isBase) { _ in "" }.fullName == "latest/stable")
    #expect(throws: InvalidText.self) { try PrerequisiteChannel.of(instance, isBase: isBase) { _ in "a/b/c/d" } }
  }
}
