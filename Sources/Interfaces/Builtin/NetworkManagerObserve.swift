internal import Permissions

extension Interface {
  /// NetworkManager's state and settings, without changes.
  static let networkManagerObserve = Interface(
    "network-manager-observe", "allows reading the settings of NetworkManager", implicitSlot: .onClassic,
    slotRules: .providedOrSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, connection in
      grants.dbus(
        .system, [.send], path: "/org/freedesktop/NetworkManager{,/{ActiveConnection,Devices}/*}",
        interface: "org.freedesktop.DBus.Properties", member: "Get{,All}", peer: connection.slot.peer)
      grants.dbus(
        .system, [.send], path: "/org/freedesktop/NetworkManager", interface: "org.freedesktop.NetworkManager",
        member: "Get{Devices,AllDevices,DeviceByIpIface}", peer: connection.slot.peer)
      grants.dbus(
        .system, [.send], path: "/org/freedesktop/NetworkManager/Settings",
        interface: "org.freedesktop.NetworkManager.Settings", member: "ListConnections", peer: connection.slot.peer)
      grants.dbus(
        .system, [.send], path: "/org/freedesktop/NetworkManager/Settings{,/*}",
        interface: "org.freedesktop.NetworkManager.Settings{,.Connection}", member: "GetSettings",
        peer: connection.slot.peer)
      grants.dbus(
        .system, [.send], path: "/org/freedesktop", interface: "org.freedesktop.DBus.ObjectManager",
        member: "GetManagedObjects", peer: connection.slot.peer)
      grants.dbus(
        .system, [.receive], path: "/org/freedesktop/NetworkManager{,/**}",
        interface: "org.freedesktop.DBus.Properties", member: "PropertiesChanged", peer: connection.slot.peer)
      grants.dbus(
        .system, [.receive], path: "/org/freedesktop/NetworkManager", interface: "org.freedesktop.NetworkManager",
        member: "PropertiesChanged", peer: connection.slot.peer)
      grants.dbus(
        .system, [.receive], path: "/org/freedesktop/NetworkManager{,/{ActiveConnection,Devices}/*}",
        interface: "org.freedesktop.NetworkManager{,.*}", member: "StateChanged", peer: connection.slot.peer)
      grants.dbus(
        .system, [.receive], path: "/org/freedesktop/NetworkManager", interface: "org.freedesktop.NetworkManager",
        member: "Device{Added,Removed}", peer: connection.slot.peer)
      grants.dbus(
        .system, [.receive], path: "/org/freedesktop/NetworkManager/Settings",
        interface: "org.freedesktop.NetworkManager.Settings", member: "PropertiesChanged",
        peer: connection.slot.peer)
      grants.dbus(
        .system, [.receive], path: "/org/freedesktop/NetworkManager/Settings/*",
        interface: "org.freedesktop.NetworkManager.Settings.Connection", member: "PropertiesChanged",
        peer: connection.slot.peer)
      grants.dbus(
        .system, [.receive], path: "/org/freedesktop", interface: "org.freedesktop.DBus.ObjectManager",
        member: "Interfaces{Added,Removed}", peer: connection.slot.peer)
    }
    $0.connectedSlot = { grants, connection in
      grants.dbus(
        .system, [.receive], path: "/org/freedesktop/NetworkManager{,/{ActiveConnection,Devices}/*}",
        interface: "org.freedesktop.DBus.Properties", member: "Get{,All}", peer: connection.plug.peer)
      grants.dbus(
        .system, [.receive], path: "/org/freedesktop/NetworkManager", interface: "org.freedesktop.NetworkManager",
        member: "Get{Devices,AllDevices,DeviceByIpIface}", peer: connection.plug.peer)
      grants.dbus(
        .system, [.receive], path: "/org/freedesktop/NetworkManager/Settings",
        interface: "org.freedesktop.NetworkManager.Settings", member: "ListConnections", peer: connection.plug.peer)
      grants.dbus(
        .system, [.receive], path: "/org/freedesktop/NetworkManager/Settings/*",
        interface: "org.freedesktop.NetworkManager.Settings.Connection", member: "GetSettings",
        peer: connection.plug.peer)
      grants.dbus(
        .system, [.send], path: "/org/freedesktop/NetworkManager{,/{ActiveConnection,Devices}/*}",
        interface: "org.freedesktop.DBus.Properties", member: "PropertiesChanged",
        peerName: "org.freedesktop.NetworkManager", peer: connection.plug.peer)
      grants.dbus(
        .system, [.send], path: "/org/freedesktop/NetworkManager{,/{ActiveConnection,Devices}/*}",
        interface: "org.freedesktop.NetworkManager{,.*}", member: "StateChanged",
        peerName: "org.freedesktop.NetworkManager", peer: connection.plug.peer)
      grants.dbus(
        .system, [.send], path: "/org/freedesktop/NetworkManager", interface: "org.freedesktop.NetworkManager",
        member: "Device{Added,Removed}", peerName: "org.freedesktop.NetworkManager", peer: connection.plug.peer)
      grants.dbus(
        .system, [.send], path: "/org/freedesktop/NetworkManager/Settings",
        interface: "org.freedesktop.NetworkManager.Settings", member: "PropertiesChanged",
        peerName: "org.freedesktop.NetworkManager", peer: connection.plug.peer)
      grants.dbus(
        .system, [.send], path: "/org/freedesktop/NetworkManager/Settings/*",
        interface: "org.freedesktop.NetworkManager.Settings.Connection", member: "PropertiesChanged",
        peerName: "org.freedesktop.NetworkManager", peer: connection.plug.peer)
    }
  }
}
