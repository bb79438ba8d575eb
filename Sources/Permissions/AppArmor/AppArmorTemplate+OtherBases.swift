// The file rules of the default profile, as data. The facts are those of `spec/default-access.tsv`; the grouping is
// ours. A block is lines of `ACCESS: PATTERN…`; a line that is indented further belongs to the one above.
extension AppArmorTemplate {
  /// With any other base: all of it but what the host puts there (`defaultOtherBaseTemplateRules`).
  static let otherBaseFiles = """
    r: /{,s}bin/ /{,usr/}lib/ /opt/ /usr/ /var/ /var/lib/
    mrklix: /{,s}bin/** /{,usr/}lib/[^fm]** /{,usr/}lib/{f[^i],m[^o]}** /{,usr/}lib/{fi[^r],mo[^d]}**
      /{,usr/}lib/{fir[^m],mod[^u]}** /{,usr/}lib/{firm[^w],modu[^l]}** /{,usr/}lib/{firmw[^a],modul[^e]}**
      /{,usr/}lib/{firmwa[^r],module[^s]}** /{,usr/}lib/modules[^/]** /{,usr/}lib/firmwar[^e]**
      /{,usr/}lib/firmware[^/]** /{,usr/}lib[^/]** /opt/** /usr/[^ls]** /usr/{l[^i],s[^r]}** /usr/{li[^b],sr[^c]}**
      /usr/{lib,src}[^/]** /usr/lib/[^fms]** /usr/lib/{f[^i],m[^o],s[^n]}** /usr/lib/{fi[^r],mo[^d],sn[^a]}**
      /usr/lib/{fir[^m],mod[^u],sna[^p]}** /usr/lib/{firm[^w],modu[^l],snap[^d]}** /usr/lib/snapd[^/]** /var/[^lst]**
      /var/{l[^io],s[^n],t[^m]}** /var/{li[^b],lo[^g],sn[^a],tm[^p]}** /var/{lib,log,tmp}[^/]** /var/sna[^p]**
      /var/snap[^/]** /var/lib/[^dejs]** /var/lib/{d[^h],e[^x],j[^e],s[^n]}** /var/lib/{dh[^c],ex[^t],je[^n],sn[^a]}**
      /var/lib/{dhc[^p],ext[^r],jen[^k],sna[^p]}** /var/lib/dhcp[^/]** /var/lib/{extr[^a],jenk[^i],snap[^d]}**
      /var/lib/snapd[^/]** /var/lib/{extra[^u],jenki[^n]}** /var/lib/{extrau[^s],jenkin[^s]}** /var/lib/jenkins[^/]**
      /var/lib/extraus[^e]** /var/lib/extrause[^r]** /var/lib/extrauser[^s]** /var/lib/extrausers[^/]**
    """
}
