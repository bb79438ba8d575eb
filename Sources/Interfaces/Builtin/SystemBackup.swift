internal import Permissions

extension Interface {
  /// All files but `/dev`, `/proc` and `/sys`, without changes.
  static let systemBackup = Interface(
    "system-backup", "allows reading every file of the system", implicitSlot: .always, slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.capabilities(.dacReadSearch)
      grants.files(
        .read,
        "/{,var/lib/snapd/hostfs/}[^dsp]**", "/{,var/lib/snapd/hostfs/}{d[^e],s[^y],p[^r]}**",
        "/{,var/lib/snapd/hostfs/}{de[^v],sy[^s],pr[^o]}**",
        "/{,var/lib/snapd/hostfs/}{dev[^/],sys[^/],pro[^c]}**", "/{,var/lib/snapd/hostfs/}proc[^/]**",
        "/{,var/lib/snapd/hostfs/}{d,de,p,pr,pro,s,sy}/**",
        "/{,var/lib/snapd/hostfs/}{d,de,dev,p,pr,pro,proc,s,sy,sys}{,/}")
    }
  }
}
