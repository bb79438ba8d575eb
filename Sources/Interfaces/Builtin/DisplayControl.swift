internal import Permissions

extension Interface {
  /// Lets a snap set the brightness of screens and keyboards.
  static let displayControl = Interface(
    "display-control", "allows a snap to set the brightness of screens and keyboards", implicitSlot: .always,
    slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, connection in
      grants.files(.read, "/sys/class/leds/", "/sys/devices/**/leds/**kbd_backlight/{,**}")
      grants.files("w", "/sys/devices/**/leds/**kbd_backlight/brightness")
      grants.dbus(
        .system, [.send], path: "/org/freedesktop/UPower/KbdBacklight",
        interface: "org.freedesktop.DBus.Introspectable", member: "Introspect", peer: connection.slot.peer)
      grants.dbus(
        .system, [.send], path: "/org/freedesktop/UPower/KbdBacklight",
        interface: "org.freedesktop.UPower.KbdBacklight", member: "{GetBrightness,GetMaxBrightness,SetBrightness}",
        peer: connection.slot.peer)
      grants.dbus(
        .session, [.send], path: "/org/gnome/SettingsDaemon/Power",
        interface: "org.freedesktop.DBus.Introspectable", member: "Introspect", peer: connection.slot.peer)
      grants.dbus(
        .session, [.send], path: "/org/gnome/SettingsDaemon/Power",
        interface: "org.gnome.SettingsDaemon.Power.Screen", member: "Step{Down,Up}", peer: connection.slot.peer)
      grants.files(.read, "/sys/class/backlight/", "/sys/devices/**/backlight/*/{,**}")
      grants.files("w", "/sys/devices/**/backlight/*/brightness")
      grants.files(.read, "/sys/devices/**/drm/card[0-9]/card[0-9]*/*_backlight/{,max_,actual_}brightness")
      grants.files("w", "/sys/devices/**/**/drm/card[0-9]/card[0-9]*/*_backlight/brightness")
      grants.files(
        .readWrite,
        "/sys/devices/platform/lvds_backlight/backlight/lvds_backlight/brightness",
        "/sys/devices/platform/lvds_backlight/backlight/lvds_backlight/bl_power")
    }
  }
}
