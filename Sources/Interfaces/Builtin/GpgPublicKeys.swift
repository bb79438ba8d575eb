internal import Permissions

extension Interface {
  /// Lets a snap read the user's public GnuPG keys.
  static let gpgPublicKeys = Interface(
    "gpg-public-keys", "allows a snap to read the user's public GnuPG keys", implicitSlot: .always,
    slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.files(.run, "/usr/bin/gpg{,1,2,v}")
      grants.files(.read, "/usr/share/gnupg/options.skel")
      grants.files(
        .read, owner: true,
        "$HOME/.gnupg/", "$HOME/.gnupg/gpg.conf", "$HOME/.gnupg/openpgp-revocs.d/{,*}", "$HOME/.gnupg/pubring.gpg",
        "$HOME/.gnupg/pubring.kbx", "$HOME/.gnupg/trustedkeys.gpg", "$HOME/.gnupg/trustdb.gpg")
      grants.denyFiles("w", "$HOME/.gnupg/trustdb.gpg")
      grants.files("w", owner: true, "$HOME/.gnupg/.#lk0x*")
      grants.files("rwk", owner: true, "$HOME/.gnupg/pubring.kbx.lock")
    }
  }
}
