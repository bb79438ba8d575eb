internal import Permissions

extension Interface {
  /// Logs in files, in the journal and in the kernel's ring.
  static let logObserve = Interface(
    "log-observe", "allows reading the system's logs", implicitSlot: .always, slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.files(
        .read,
        "/var/log/", "/var/log/**", "/dev/kmsg", "/run/log/journal/", "/run/log/journal/**",
        "/var/lib/systemd/catalog/database")
      grants.files(.run, "/{,usr/}bin/journalctl", "/var/lib/snapd/hostfs/bin/journalctl")
      grants.files("mr", "/var/lib/snapd/hostfs/lib/systemd/*.so*")
      grants.files(.run, "/{,usr/}sbin/sysctl")
      grants.files(.readWrite, "/proc/sys/kernel/printk_ratelimit", "/sys/module/apparmor/parameters/audit")
      grants.files(.run, "/usr/bin/scmp_sys_resolver")
      grants.capabilities(.dacOverride, .dacReadSearch)
      grants.udev(#"KERNEL=="kmsg""#)
    }
  }
}
