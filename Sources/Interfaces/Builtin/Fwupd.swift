internal import Permissions

extension Interface {
  /// Lets a snap use or provide the firmware update service.
  static let fwupd = Interface(
    "fwupd", "allows a snap to use or provide the firmware update service", implicitSlot: .onClassic,
    slotRules: SideRules(
      allowInstallation: .when(Constraints(slotSnapTypes: [.app, .core])), denyConnection: .always,
      denyAutoConnection: .always)
  )
  .with {
    $0.connectedPlug = { grants, connection in
      grants.files(.read, "/run/systemd/resolve/stub-resolv.conf")
      grants.asksResolver(connection.slot.peer)
      grants.dbus(
        .system, [.receive, .send], path: "/", interface: "org.freedesktop.fwupd", peer: connection.slot.peer)
      grants.dbus(
        .system, [.receive, .send], path: "/", interface: "org.freedesktop.DBus.Properties",
        peer: connection.slot.peer)
      grants.dbus(
        .system, [.send], path: "/", interface: "org.freedesktop.DBus.Introspectable", member: "Introspect",
        peer: connection.slot.peer)
      grants.dbus(
        .system, [.send], path: "/org/freedesktop/systemd1", interface: "org.freedesktop.systemd1.Manager",
        member: "GetDefaultTarget", peer: connection.slot.peer)
      grants.dbus(
        .system, [.send], path: "/org/freedesktop/systemd1", interface: "org.freedesktop.DBus.Properties",
        member: "Get{,All}", peer: connection.slot.peer)
      grants.dbus(
        .system, [.send], path: "/org/freedesktop/systemd1", interface: "org.freedesktop.systemd1.Manager",
        member: "GetUnit", peer: connection.slot.peer)
      grants.syscalls("bind")
    }
    $0.slot = { grants, _ in
      grants.capabilities(.sysAdmin, .linuxImmutable, .netAdmin, .sysRawio, .sysNice, .dacReadSearch, .dacOverride)
      grants.network(.netlink, .raw)
      grants.files(
        .read,
        "/sys/firmware/efi/esrt/entries/", "/sys/firmware/efi/esrt/entries/**",
        "/sys/devices/virtual/dmi/id/product_name", "/sys/devices/virtual/dmi/id/sys_vendor",
        "/sys/firmware/efi/efivars/")
      grants.files(.readWrite, "/sys/firmware/efi/efivars/**")
      grants.files(
        .read,
        "/proc/modules", "/proc/swaps", "/proc/sys/kernel/tainted",
        "/sys/kernel/security/tpm*/binary_bios_measurements", "/sys/kernel/security/lockdown",
        "/sys/power/mem_sleep", "/run/udev/data/*", "/run/mount/utab")
      grants.files(.read, owner: true, "/proc/@{pid}/mounts")
      grants.files(
        .readWrite,
        "/dev/tpm*", "/dev/tpmrm*", "/dev/cpu/*/msr", "/dev/mei[0-9]*", "/dev/nvme[0-9]*", "/dev/gpiochip[0-9]*",
        "/dev/drm_dp_aux[0-9]*", "/dev/wmi/dell-smbios", "/dev/mtd[0-9]*")
      grants.files(.read, "/dev/bus/usb/[0-9][0-9][0-9]/[0-9][0-9][0-9]", "/dev/video[0-9]*")
      grants.files(.readWrite, "/dev/i2c-[0-9]*")
      grants.files("rwk", "/dev/ipmi*")
      grants.files(.readWrite, "/dev/tty[^0-9]*", "/dev/cdc-*", "/dev/wwan[0-9]*")
      grants.files("rwk", "/dev/mmcblk[0-9]{,[0-9],[0-9][0-9]}boot[0-9]*")
      grants.files(.readWrite, "/sys/devices/**/mmcblk[0-9]{,[0-9],[0-9][0-9]}boot[0-9]*/force_ro")
      grants.files(.read, "/boot/efi/{,**/}")
      grants.files(.readWrite, "/boot/efi/EFI/*/fwupd*.efi*")
      grants.files(.read, "/boot/efi/EFI/{,**}")
      grants.files(
        .readWrite,
        "/boot/efi/EFI/*/", "/boot/efi/EFI/*/fw/", "/boot/efi/EFI/*/fw/**", "/boot/efi/EFI/dell/bios/recovery/",
        "/boot/efi/EFI/dell/bios/recovery/**", "/boot/efi/EFI/fwupd/", "/boot/efi/EFI/fwupd/**",
        "/boot/efi/EFI/UpdateCapsule/", "/boot/efi/EFI/UpdateCapsule/**")
      grants.files(
        .read,
        "/sys/devices/{pci*,platform}/**/block/**/partition", "/run/udev/data/b[0-9]*:[0-9]*",
        "/sys/firmware/efi/", "/sys/firmware/efi/fw_platform_size",
        "/var/lib/snapd/hostfs/{etc,usr/lib}/os-release", "/sys/devices/**/drm", "/sys/devices/**/drm/**")
      grants.files(.readWrite, "/sys/devices/**/psp_vbflash")
      grants.files(.read, "/sys/devices/**/psp_vbflash_status")
      grants.files("a", "/sys/devices/**/nvm_non_active*/nvmem")
      grants.files(.read, "/sys/devices/**/nvm_active*/nvmem", "/sys/devices/**/cvs_ctrl_data_fwupd")
      grants.files(.readWrite, "/sys/devices/**/cvs_ctrl_data_pre", "/run/reboot-required*")
      grants.dbus(
        .system, [.send], path: "/org/freedesktop/DBus", interface: "org.freedesktop.DBus",
        member: "{Request,Release}", peerName: "org.freedesktop.DBus")
      grants.dbus(
        .system, [.send], path: "/org/freedesktop/DBus", interface: "org.freedesktop.DBus",
        member: "GetConnectionUnixUser")
      grants.ownName(.system, "org.freedesktop.fwupd")
      grants.dbus(
        .system, [.send], path: "/org/freedesktop/systemd1", interface: "org.freedesktop.DBus.Properties",
        member: "Get{,All}")
      grants.dbus(
        .system, [.send], path: "/org/freedesktop/systemd1/unit/snap_2dfwupd_2dfwupd_2dservice",
        interface: "org.freedesktop.DBus.Properties", member: "GetAll")
      grants.dbus(
        .system, [.send], path: "/org/freedesktop/systemd1", interface: "org.freedesktop.systemd1.Manager",
        member: "GetUnit")
      grants.dbus(
        .system, [.send], path: "/org/freedesktop/systemd1/unit/snap_2dfwupd_2dfwupd_2dservice",
        interface: "org.freedesktop.systemd1.Unit", member: "Stop")
      grants.dbus(
        .system, [.receive], path: "/org/freedesktop/systemd1/unit/snap_2dfwupd_2dfwupd_2dservice",
        interface: "org.freedesktop.DBus.Properties", member: "PropertiesChanged")
      grants.dbus(
        .system, [.receive], path: "/org/freedesktop/systemd1", interface: "org.freedesktop.systemd1.Manager",
        member: "Job{New,Removed}")
      grants.dbus(
        .system, [.send], path: "/org/freedesktop/login1", interface: "org.freedesktop.login1.Manager",
        member: "{Inhibit,Reboot}")
      grants.contentMounts.append(ContentMount(source: "/boot", target: "/boot", readOnly: false, optional: true))
      grants.udev(
        #"KERNEL=="drm_dp_aux[0-9]*""#, #"KERNEL=="gpiochip[0-9]*""#, #"KERNEL=="i2c-[0-9]*""#,
        #"KERNEL=="ipmi[0-9]*""#,
        #"KERNEL=="mei[0-9]*""#, #"KERNEL=="mtd[0-9]*""#, #"KERNEL=="nvme[0-9]*""#, #"KERNEL=="tpm[0-9]*""#,
        #"KERNEL=="tpmrm[0-9]*""#, #"KERNEL=="video[0-9]*""#, #"KERNEL=="wmi/dell-smbios""#, #"SUBSYSTEM=="usb""#,
        #"SUBSYSTEM=="tty""#, #"SUBSYSTEM=="usbmisc""#, #"SUBSYSTEM=="wwan""#,
        #"KERNEL=="mmcblk[0-9]*boot[0-9]*", SUBSYSTEM=="block""#, #"KERNEL=="msr[0-9]*""#)
      let name = PatternText(of: "org.freedesktop.fwupd")
      let sending = BusPolicy.Rule.send(destination: name, interface: nil, member: nil, path: nil)
      grants.busPolicies += [
        BusPolicy(.user("root"), [.own(name), sending]),
        BusPolicy(.everyone, [.deny(.own(name)), sending]),
      ]
      grants.syscalls("bind", "socket AF_NETLINK - NETLINK_KOBJECT_UEVENT")
    }
    $0.connectedSlot = { grants, connection in
      grants.dbus(
        .system, [.receive, .send], path: "/", interface: "org.freedesktop.DBus.**", peer: connection.plug.peer)
      grants.dbus(.system, [.receive, .send], path: "/org/freedesktop/fwupd{,/**}", peer: connection.plug.peer)
      grants.dbus(
        .system, [.receive, .send], path: "/", interface: "org.freedesktop.fwupd", peer: connection.plug.peer)
    }
  }
}
