internal import Permissions

extension Interface {
  /// SPI bus node. Attributes: `path`.
  static let spi = Interface(
    "spi", "SPI bus node",
    slotRules: SideRules(
      allowInstallation: .when(Constraints(slotSnapTypes: [.core, .gadget])), denyAutoConnection: .always))
}
