internal import Permissions
internal import Snap

extension Interface {
  /// The accelerators that the plug names in `units`: `apu` for neural networks, `vcu` for video.
  static let mediatekAccel = Interface(
    "mediatek-accel", "allows access to the accelerators of MediaTek Genio", implicitSlot: .always,
    plugRules: SideRules(
      allowConnection: .when(Constraints(plugAttributes: .map(["units": .anyOf([.matches("apu"), .matches("vcu")])]))),
      denyAutoConnection: .always),
    slotRules: .manualSystemSlot
  )
  .with {
    $0.checkPlug = { plug throws(InterfaceError) in _ = try mediatekUnits(plug) }
    $0.connectedPlug = { grants, connection throws(InterfaceError) in
      let units = try mediatekUnits(connection.plug)
      if units.contains("apu") {
        grants.files(.readWrite, "/dev/apusys")
        grants.udev(#"KERNEL=="apusys""#)
      }
      if units.contains("vcu") {
        grants.files(.readWrite, "/dev/vcu", "/dev/vcu[0-9]*")
        grants.udev(#"KERNEL=="vcu""#, #"KERNEL=="vcu[0-9]*""#)
      }
    }
  }

  private static func mediatekUnits(_ plug: ConnectionSide) throws(InterfaceError) -> [String] {
    guard let units = plug.read.strings("units"), !units.isEmpty else {
      throw InterfaceError(#"mediatek-accel "units" attribute must be a list of strings"#)
    }
    for unit in units where unit != "apu" && unit != "vcu" {
      throw InterfaceError(#"mediatek-accel "units" has an unknown unit: \#(quoted(unit))"#)
    }
    return units
  }
}
