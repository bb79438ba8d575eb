internal import Permissions

extension Interface {
  /// Lets a snap record sound through the sound server.
  static let audioRecord = Interface(
    "audio-record", "allows a snap to record sound through the sound server", implicitSlot: .onClassic,
    slotRules: .providedOrSystemSlot)
}
