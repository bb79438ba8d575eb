internal import Permissions

extension Interface {
  /// One PWM channel. Attributes: `channel`, `chip-number`.
  static let pwm = Interface(
    "pwm", "one PWM channel",
    slotRules: SideRules(
      allowInstallation: .when(Constraints(slotSnapTypes: [.core, .gadget])), denyAutoConnection: .always))
}
