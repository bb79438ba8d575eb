internal import Permissions

extension Interface {
  /// Tables of mounts, and information about quotas.
  static let mountObserve = Interface(
    "mount-observe", "allows reading what is mounted, and quotas", implicitSlot: .always, slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.files(.run, "@{SNAP_COREUTIL_DIRS}df")
      grants.files(.read, "/proc/mounts", "/proc/1/mounts")
      grants.files(
        .read, owner: true,
        "/proc/@{pid}/mounts", "/proc/@{pid}/mountstats", "/proc/@{pid}/task/@{tid}/mounts",
        "/proc/@{pid}/task/@{tid}/mountinfo")
      grants.files(
        .read,
        "/sys/devices/*/block/{,**}", "/proc/spl/kstat/zfs/arcstats", "/proc/swaps", "/etc/mtab", "/etc/fstab",
        "/run/mount/utab")
      grants.syscalls(
        "quotactl Q_GETQUOTA - - -", "quotactl Q_GETINFO - - -", "quotactl Q_GETFMT - - -",
        "quotactl Q_XGETQUOTA - - -", "quotactl Q_XGETQSTAT - - -", "listmount", "statmount")
    }
  }
}
