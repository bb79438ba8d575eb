internal import Permissions

extension Interface {
  /// I2C bus node. Attributes: `path`, `sysfs-name`.
  static let i2c = Interface(
    "i2c", "I2C bus node",
    slotRules: SideRules(
      allowInstallation: .when(Constraints(slotSnapTypes: [.gadget, .core])), denyAutoConnection: .always)
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.files(.readWrite, "/sys/bus/i2c/devices/%s/**")
    }
  }
}
