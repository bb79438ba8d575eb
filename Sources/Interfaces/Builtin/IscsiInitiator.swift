internal import Permissions

extension Interface {
  /// Lets a snap use disks on the network over iSCSI.
  static let iscsiInitiator = Interface(
    "iscsi-initiator", "allows a snap to use disks on the network over iSCSI", implicitSlot: .onClassic,
    plugRules: .superPrivilegedPlug,
    slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.modules("libiscsi", "scsi_transport_iscsi", "iscsi_tcp")
      grants.files(.read, "/etc/iscsi/initiatorname.iscsi", "/etc/iscsi/iscsid.conf")
      grants.files("rwk", "/etc/iscsi/ifaces/")
      grants.files(.readWrite, "/etc/iscsi/ifaces/**")
      grants.files("rwk", "/etc/iscsi/send_targets/")
      grants.files(.readWrite, "/etc/iscsi/send_targets/**")
      grants.files("rwk", "/etc/iscsi/fw/")
      grants.files(.readWrite, "/etc/iscsi/fw/**")
      grants.files("rwk", "/etc/iscsi/static/")
      grants.files(.readWrite, "/etc/iscsi/static/**")
      grants.files("rwk", "/etc/iscsi/isns/")
      grants.files(.readWrite, "/etc/iscsi/isns/**")
      grants.files("rwk", "/{etc,var/lib}/iscsi/nodes/")
      grants.files(.readWrite, "/{etc,var/lib}/iscsi/nodes/**", "/run/lock/iscsi/")
      grants.files("rwkl", "/run/lock/iscsi/**")
      grants.files(
        .read,
        "/sys/devices/virtual/iscsi_transport/tcp/**", "/sys/devices/virtual/iscsi_transport/iser/**")
      grants.files(.readWrite, "/sys/class/iscsi_session/**")
      grants.files(.read, "/sys/class/iscsi_host/**")
      grants.files(
        .readWrite,
        "/sys/devices/platform/host*/scsi_host/host*/**",
        "/sys/devices/platform/host*/session*/connection*/iscsi_connection/connection*/**",
        "/sys/devices/platform/host*/session*/iscsi_session/session*/**",
        "/sys/devices/platform/host*/session*/target*/**", "/sys/devices/platform/host*/iscsi_host/host*/**")
      for place in ["/etc/iscsi", "/var/lib/iscsi"] {
        grants.contentMounts.append(ContentMount(source: place, target: place, readOnly: false, optional: true))
      }
      grants.unix([.send, .receive, .connect], type: .stream, peerAddress: "@ISCSIADM_ABSTRACT_NAMESPACE")
    }
  }
}
