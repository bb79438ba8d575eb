internal import ByteText
internal import Permissions
internal import Snap

extension Interface {
  /// The machine as a USB device (configfs), and the function file systems (functionfs) that the plug describes in
  /// `ffs-mounts`.
  static let usbGadget = Interface(
    "usb-gadget", "allows making the machine a USB device", implicitSlot: .onCore,
    plugRules: SideRules(
      allowInstallation: .when(
        Constraints(plugAttributes: .map(["name": .missing, "where": .missing, "persistent": .missing]))),
      denyAutoConnection: .always),
    slotRules: .manualSystemSlot
  )
  .with {
    $0.checkConnection = { connection throws(InterfaceError) in _ = try functionMounts(connection.plug) }
    $0.connectedPlug = { grants, connection throws(InterfaceError) in
      grants.files("rwkl", "/sys/kernel/config/usb_gadget/", "/sys/kernel/config/usb_gadget/**")
      grants.files(.read, "/sys/class/udc/", "/sys/devices/**/udc/**")
      let mounts = try functionMounts(connection.plug)
      guard !mounts.isEmpty else { return }
      grants.capabilities(.sysAdmin)
      grants.files(.read, owner: true, "/proc/@{pid}/mounts", "/proc/@{pid}/mountinfo", "/proc/self/mountinfo")
      grants.files(.run, "/{,usr/}bin/mount", "/{,usr/}bin/umount")
      grants.files("rwkl", "/run/mount/utab*")
      grants.syscalls("mount", "umount", "umount2")
      for mount in mounts {
        let target = try MountPlace(mount.place, interface: "usb-gadget").pattern(in: connection.plug)
        grants.mount(types: "functionfs", options: ["rw"], from: "\(try patternText(mount.name))", to: "\(target){,/}")
        grants.unmount("\(target){,/}")
      }
    }
  }

  private static func functionMounts(
    _ plug: ConnectionSide
  ) throws(InterfaceError) -> [(name: String, place: String)] {
    guard plug["ffs-mounts"] != nil else { return [] }
    guard let entries = plug.read.maps("ffs-mounts"), !entries.isEmpty else {
      throw InterfaceError(#"usb-gadget "ffs-mounts" attribute must be a list of dictionaries"#)
    }
    var mounts: [(name: String, place: String)] = []
    for entry in entries {
      guard case .string(let name)? = entry["name"] else {
        throw InterfaceError(#"usb-gadget "name" must be a string"#)
      }
      guard case .string(let place)? = entry["where"] else {
        throw InterfaceError(#"usb-gadget "where" must be a string"#)
      }
      var persistent = false
      if let value = entry["persistent"] {
        guard case .bool(let flag) = value else { throw InterfaceError(#"usb-gadget "persistent" must be a boolean"#) }
        persistent = flag
      }
      guard let first = name.unicodeScalars.first, isNameScalar(first), first != "-",
        name.unicodeScalars.allSatisfy(isNameScalar), name.utf8.count <= 128
      else { throw InterfaceError(#"usb-gadget "name" attribute is invalid: \#(quoted(name))"#) }
      _ = try MountPlace(place, interface: "usb-gadget")
      if persistent && place.hasBytePrefix("$SNAP_DATA") {
        throw InterfaceError(#"usb-gadget "persistent" attribute cannot be used to mount onto $SNAP_DATA"#)
      }
      mounts.append((name, place))
    }
    return mounts
  }

  private static func isNameScalar(_ scalar: Unicode.Scalar) -> Bool {
    scalar.isASCII
      && (scalar.properties.isAlphabetic || (0x30...0x39).contains(scalar.value) || scalar == "-" || scalar == "_")
  }
}
