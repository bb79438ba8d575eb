internal import Permissions

extension Interface {
  /// Export NVENC/NVDEC libs. Attributes: `compatibility`.
  static let nvidiaVideoDriverLibs = Interface(
    "nvidia-video-driver-libs", "export NVENC/NVDEC libs", implicitPlug: .onClassic,
    plugRules: SideRules(
      allowInstallation: .when(Constraints(plugSnapTypes: [.core])),
      allowConnection: .when(Constraints(anyNumberOfSlots: true)), denyAutoConnection: .always),
    slotRules: SideRules(allowInstallation: .never, denyAutoConnection: .always))
}
