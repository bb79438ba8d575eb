internal import Permissions

extension Interface {
  /// Lets a snap use the user's GnuPG keys, private ones too.
  static let gpgKeys = Interface(
    "gpg-keys", "allows a snap to use the user's GnuPG keys, private ones too", implicitSlot: .always,
    slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.files(.run, "/usr/bin/gpg{,1,2,v}")
      grants.files(.read, "/usr/share/gnupg/options.skel")
      grants.files(.readWrite, owner: true, "/run/user/[0-9]*/gnupg/S.*")
      grants.files(.read, owner: true, "$HOME/.gnupg/{,**}")
      grants.denyFiles("w", "$HOME/.gnupg/trustdb.gpg")
      grants.files("wk", owner: true, "$HOME/.gnupg/random_seed")
    }
  }
}
