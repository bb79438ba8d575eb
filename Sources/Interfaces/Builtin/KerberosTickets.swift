internal import Permissions

extension Interface {
  /// Read ticket cache in host /tmp.
  static let kerberosTickets = Interface(
    "kerberos-tickets", "read ticket cache in host /tmp", implicitSlot: .always, slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.files("rwk", owner: true, "/var/lib/snapd/hostfs/tmp/krb5cc*")
    }
  }
}
