internal import Permissions

extension Interface {
  /// User ssh keys.
  static let sshKeys = Interface(
    "ssh-keys", "user ssh keys", implicitSlot: .always, slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.files(.run, "/usr/bin/ssh")
      grants.files(.read, "/etc/ssh/ssh_config", "/etc/ssh/ssh_config.d/{,**}")
      grants.files(.read, owner: true, "$HOME/.ssh/{,**}")
    }
  }
}
