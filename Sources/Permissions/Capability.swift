/// A Linux capability; the raw value is its bit number (capabilities(7)).
public enum Capability: UInt8, Hashable, Sendable, CaseIterable {
  case chown = 0
  case dacOverride, dacReadSearch, fowner, fsetid, kill, setgid, setuid, setpcap, linuxImmutable, netBindService
  case netBroadcast, netAdmin, netRaw, ipcLock, ipcOwner, sysModule, sysRawio, sysChroot, sysPtrace, sysPacct
  case sysAdmin, sysBoot, sysNice, sysResource, sysTime, sysTtyConfig, mknod, lease, auditWrite, auditControl
  case setfcap, macOverride, macAdmin, syslog, wakeAlarm, blockSuspend, auditRead, perfmon, bpf, checkpointRestore

  /// The capability's bit.
  public var mask: UInt64 { 1 << UInt64(rawValue) }

  /// All bits, known and unknown: what is not confined keeps them.
  public static let allMask = UInt64.max
}
