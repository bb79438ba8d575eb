internal import Permissions

extension Interface {
  /// Gadget-declared device nodes. Attributes: `custom-device`, `devices`, `files`, `read-devices`, `udev-tagging`.
  static let customDevice = Interface(
    "custom-device", "gadget-declared device nodes",
    slotRules: SideRules(
      allowInstallation: .never,
      allowConnection: .when(Constraints(plugAttributes: .map(["custom-device": .slotAttribute("custom-device")]))),
      denyAutoConnection: .always))
}
