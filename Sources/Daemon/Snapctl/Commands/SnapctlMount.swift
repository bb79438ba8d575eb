/// `snapctl mount`: a mount that the snap's `mount-control` plug describes, made by the daemon.
enum SnapctlMount: SnapctlCommand {
  static let name = "mount"
  static let summary = "Create a temporary or permanent mount"
  static let usage = "[--persistent] [-t TYPE] [-o OPTIONS] <what> <where>"
  static let options: [SnapctlOption] = [
    .flag("persistent"), .value("type", short: "t"), .value("options", short: "o"),
  ]

  static func run(_ arguments: SnapctlArguments, in call: inout SnapctlCall) async throws {
    let places = try arguments.exactly("<what>", "<where>")
    guard try !call.connections(ofPlugs: "mount-control").isEmpty else {
      throw SnapctlFailure(
        "cannot mount \(quotedText(places[0])) at \(quotedText(places[1])): no matching mount-control connection")
    }
    throw SnapctlFailure(
      "cannot mount \(quotedText(places[0])) at \(quotedText(places[1])): mounting through snapctl is not supported yet "
        + "(the snap may call mount itself)")
  }
}

/// `snapctl umount`: takes away what `snapctl mount` has made.
enum SnapctlUmount: SnapctlCommand {
  static let name = "umount"
  static let summary = "Remove temporary or permanent mounts"
  static let usage = "<where>"

  static func run(_ arguments: SnapctlArguments, in call: inout SnapctlCall) async throws {
    let place = try arguments.exactly("<where>")[0]
    _ = try call.context
    // Nothing was mounted through snapctl, so nothing can be taken away.
    throw SnapctlFailure("cannot unmount \(quotedText(place)): it was not mounted through snapctl")
  }
}
