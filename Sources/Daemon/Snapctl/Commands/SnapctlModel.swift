internal import API
internal import AssertionManager
internal import Assertions
internal import ByteText
internal import DeviceManager
internal import Overlord
internal import Snap
internal import SnapManager
internal import State

/// `snapctl model`: which model the machine is of. Source: `spec/features.md` §2: for gadgets, kernels, snaps of the model's
/// brand and those that may control the daemon.
enum SnapctlModel: SnapctlCommand {
  static let name = "model"
  static let summary = "Get the active model for this device"
  static let usage = "[--assertion] [--json]"
  static let isForEverybody = true
  static let options: [SnapctlOption] = [.flag("assertion"), .flag("json")]

  static func run(_ arguments: SnapctlArguments, in call: inout SnapctlCall) async throws {
    let instance = try call.context.instance
    guard let assertion = try call.overlord.identity.credentials.model(), let model = assertion.value as? Model else {
      throw SnapctlFailure("cannot get model assertion: this device has no model")
    }
    guard try mayKnow(model, instance, call) else {
      throw SnapctlFailure(
        "cannot get model assertion for snap \"\(instance)\": must be either a gadget snap, from the same publisher as the "
          + "model or have the snapd-control interface")
    }
    let isWhole = arguments.has("assertion")
    if arguments.has("json") {
      // What says how it is signed is of no use without the signature's bytes.
      let shown = AssertionJSON(assertion, without: isWhole ? [] : meta)
      call.out += String(decoding: try Answer.json(shown), as: UTF8.self) + "\n"
    } else if isWhole {
      call.out += String(decoding: assertion.encoded, as: UTF8.self)
    } else {
      call.out += plain(assertion)
    }
  }

  /// What is said of every assertion.
  private static let meta: Set<String> = [
    "type", "format", "authority-id", "revision", "body-length", "sign-key-sha3-384", "series",
  ]

  private static func mayKnow(_ model: Model, _ instance: InstanceName, _ call: SnapctlCall) throws -> Bool {
    guard let record = call.overlord.store.read({ $0[RecordKind<SnapState>.snaps, instance.description] }) else {
      throw Refusal.notInstalled(instance)
    }
    if record.type == .gadget || record.type == .kernel { return true }
    let publisher = try record.snapID.flatMap { try call.overlord.assertions.declaration(of: $0)?.value.publisherID }
    if let publisher, publisher.hasSameBytes(as: model.brandID) { return true }
    return try !call.connections(ofPlugs: "snapd-control").isEmpty
  }

  /// All headers but those, as they are in the assertion, which is much like YAML; who it is of comes first there.
  private static func plain(_ assertion: Assertion) -> String {
    var text = ""
    var isShown = false
    for line in String(decoding: assertion.encoded, as: UTF8.self).byteSplit("\n", keepingEmpty: true) {
      if line.isEmpty { break }
      if !line.hasBytePrefix(" ") { isShown = !meta.contains(String(line.byteSplit(":").first ?? "")) }
      if isShown { text += line + "\n" }
    }
    return text
  }
}
