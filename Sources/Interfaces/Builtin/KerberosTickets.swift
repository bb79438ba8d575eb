internal import Permissions

extension Interface {
  /// Ticket caches in the host's `/tmp`.
  static let kerberosTickets = Interface(
    "kerberos-tickets", "allows use of the user's Kerberos tickets", implicitSlot: .always, slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.files("rwk", owner: true, "/var/lib/snapd/hostfs/tmp/krb5cc*")
    }
  }
}
