/// Places that follow the configuration of the system. Source: `spec/features.md` §7, §8.
extension Directories {
  /// What programs that start apps must know of the configuration: see ``SystemParameters``.
  public var systemParameters: String { library + "/system-params" }
  /// An empty file for each feature that is switched on and that programs ask about.
  public var features: String { library + "/features" }
  /// The daemon's own environment, beside the machine's: lines `NAME=VALUE`.
  public var daemonEnvironment: String { library + "/environment/snapd.conf" }
  /// Certificates that stores are trusted by.
  public var storeCertificates: String { library + "/ssl/store-certs" }
  /// Certificates that the administrator accepts or blocks, in a directory each.
  public var publicKeys: String { library + "/pki/v1" }
  /// Where AppArmor is told of homes outside `/home`.
  public var homeTunables: String { prefix + "/etc/apparmor.d/tunables/home.d/snapd" }
}
