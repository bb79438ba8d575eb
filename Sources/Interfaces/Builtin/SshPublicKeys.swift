internal import Permissions

extension Interface {
  /// Public keys of the user and of the host.
  static let sshPublicKeys = Interface(
    "ssh-public-keys", "allows reading the user's public SSH keys", implicitSlot: .always, slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.files(.run, "/usr/bin/ssh")
      grants.files(.read, owner: true, "$HOME/.ssh/", "$HOME/.ssh/environment", "$HOME/.ssh/*.pub")
      grants.files(
        .read,
        "/etc/ssh/ssh_host_ecdsa_key.pub", "/etc/ssh/ssh_host_ed25519_key.pub", "/etc/ssh/ssh_host_rsa_key.pub")
    }
  }
}
