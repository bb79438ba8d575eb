internal import Permissions

extension Interface {
  /// Lets a snap read what hardware the machine has.
  static let hardwareObserve = Interface(
    "hardware-observe", "allows a snap to read what hardware the machine has", implicitSlot: .always,
    slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.capabilities(.sysRawio)
      grants.files(.read, "/proc/modules")
      grants.capabilities(.sysAdmin)
      grants.files(
        .read,
        "/etc/modprobe.d/{,*}", "/{,usr/}lib/modprobe.d/{,*}", "/proc/bus/input/devices",
        "/sys/{block,bus,class,devices,firmware}/{,**}", "/proc/bus/pci/{,**}", "/sys/power/{,**}",
        "/run/udev/data/+power_supply:*", "/proc/interrupts", "/etc/sensors3.conf", "/etc/sensors.d/{,*}",
        "/run/udev/data/**")
      grants.network(.netlink, .raw)
      grants.files(.run, "/{,usr/}bin/lsblk", "/{,usr/}bin/lscpu", "/{,usr/}bin/lsmem", "/{,usr/}bin/lsusb")
      grants.files(
        .read,
        "/var/lib/usbutils/usb.ids", "/dev/", "/dev/bus/usb/{,**/}", "/etc/udev/udev.conf", "/proc/devices",
        "/proc/ide/{,**}", "/proc/scsi/{,**}", "/proc/device-tree/{,**}", "/sys/kernel/debug/usb/devices",
        "/proc/sys/abi/{,*}", "/proc/ioports", "/proc/dma", "/proc/tty/driver/{,*}", "/proc/sys/dev/cdrom/info",
        "/sys/kernel/mm/{ksm,hugepages,transparent_hugepage}/{,**}")
      grants.files(.run, "/{,usr/}bin/systemd-detect-virt")
      grants.files(
        .read,
        "/proc/cpuinfo", "/proc/sysinfo", "/proc/xen/capabilities", "/sys/hypervisor/properties/features",
        "/sys/hypervisor/type", "/run/systemd/container", "/proc/1/sched")
      grants.syscalls(
        "iopl", "riscv_hwprobe", "socket AF_NETLINK - NETLINK_GENERIC",
        "socket AF_NETLINK - NETLINK_KOBJECT_UEVENT", "bind")
    }
  }
}
