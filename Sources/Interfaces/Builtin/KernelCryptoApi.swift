internal import Permissions

extension Interface {
  /// Sockets of the family `AF_ALG`, and asking what the kernel has.
  static let kernelCryptoApi = Interface(
    "kernel-crypto-api", "allows use of the kernel's cryptography", implicitSlot: .always, slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.files(.read, "/proc/crypto")
      grants.network(.alg, .seqpacket)
      grants.network(.netlink, .dgram)
      grants.network(.netlink, .raw)
      grants.syscalls("socket AF_NETLINK - NETLINK_CRYPTO", "bind", "accept")
    }
  }
}
