internal import Permissions

extension Interface {
  /// Capture sound (needs audio-playback for socket).
  static let audioRecord = Interface(
    "audio-record", "capture sound (needs audio-playback for socket)", implicitSlot: .onClassic,
    slotRules: SideRules(
      allowInstallation: .when(Constraints(slotSnapTypes: [.app, .core])),
      denyConnection: .when(Constraints(onClassic: .no)), denyAutoConnection: .always))
}
