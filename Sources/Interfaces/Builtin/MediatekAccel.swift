internal import Permissions

extension Interface {
  /// MediaTek APU/VPU nodes. Attributes: `units`.
  static let mediatekAccel = Interface(
    "mediatek-accel", "MediaTek APU/VPU nodes", implicitSlot: .always,
    plugRules: SideRules(
      allowConnection: .when(Constraints(plugAttributes: .map(["units": .anyOf([.matches("apu"), .matches("vcu")])]))),
      denyAutoConnection: .always),
    slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.files(.readWrite, "/dev/apusys", "/dev/vcu", "/dev/vcu[0-9]*")
    }
  }
}
