internal import Permissions

extension Interface {
  /// GPIO chardev lines via aggregator. Attributes: `lines`, `source-chip`.
  static let gpioChardev = Interface(
    "gpio-chardev", "GPIO chardev lines via aggregator",
    slotRules: SideRules(allowInstallation: .when(Constraints(slotSnapTypes: [.gadget])), denyAutoConnection: .always)
  )
  .with {
    $0.conflicts = ["gpio"]
  }
}
