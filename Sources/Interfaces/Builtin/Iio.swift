internal import Permissions

extension Interface {
  /// IIO device. Attributes: `path`.
  static let iio = Interface(
    "iio", "IIO device",
    slotRules: SideRules(
      allowInstallation: .when(Constraints(slotSnapTypes: [.gadget, .core])), denyAutoConnection: .always)
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.files(.read, "/sys/bus/iio/devices/TODO-IIO_DEVICE_NAME/")
      grants.files("rwk", "/sys/bus/iio/devices/TODO-IIO_DEVICE_NAME/**")
    }
  }
}
