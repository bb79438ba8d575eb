internal import Permissions

extension Interface {
  /// Lets a snap record sound through the sound server.
  static let audioRecord = Interface(
    "audio-record", "allows a snap to record sound through the sound server", implicitSlot: .onClassic,
    slotRules: SideRules(
      allowInstallation: .when(Constraints(slotSnapTypes: [.app, .core])),
      denyConnection: .when(Constraints(onClassic: .no)), denyAutoConnection: .always))
}
