internal import Permissions

extension Interface {
  /// Waking, sleeping and charging.
  static let powerControl = Interface(
    "power-control", "allows changing power settings of devices", implicitSlot: .always, slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.files(.read, "/sys/devices/**/power/{,*}")
      grants.files("w", "/sys/devices/**/power/wakeup", "/sys/devices/**/power/control")
      grants.files(
        .readWrite,
        "/sys/module/lpm_levels/parameters/sleep_disabled",
        "/sys/devices/**/power_supply/BAT[0-9]*/charge_start_threshold",
        "/sys/devices/**/power_supply/BAT[0-9]*/charge_stop_threshold",
        "/sys/devices/**/power_supply/BAT[0-9]*/charge_control_start_threshold",
        "/sys/devices/**/power_supply/BAT[0-9]*/charge_control_end_threshold")
      grants.files(
        .read,
        "/sys/devices/**/power_supply/BAT[0-9]*/type", "/sys/devices/**/power_supply/BAT[0-9]*/status",
        "/sys/devices/**/power_supply/AC/type", "/sys/devices/**/power_supply/AC/online")
    }
  }
}
