internal import Permissions

extension Interface {
  /// All of the user's SSH files.
  static let sshKeys = Interface(
    "ssh-keys", "allows reading the user's SSH configuration and private keys", implicitSlot: .always,
    slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.files(.run, "/usr/bin/ssh")
      grants.files(.read, "/etc/ssh/ssh_config", "/etc/ssh/ssh_config.d/{,**}")
      grants.files(.read, owner: true, "$HOME/.ssh/{,**}")
    }
  }
}
