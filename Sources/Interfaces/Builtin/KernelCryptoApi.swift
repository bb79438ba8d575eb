internal import Permissions

extension Interface {
  /// AF_ALG sockets.
  static let kernelCryptoApi = Interface(
    "kernel-crypto-api", "AF_ALG sockets", implicitSlot: .always, slotRules: .manualSystemSlot
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
