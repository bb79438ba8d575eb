internal import Permissions

extension Interface {
  /// User GnuPG keys (private).
  static let gpgKeys = Interface(
    "gpg-keys", "user GnuPG keys (private)", implicitSlot: .always, slotRules: .manualSystemSlot
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
