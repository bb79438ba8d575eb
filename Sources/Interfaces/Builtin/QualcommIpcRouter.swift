internal import Permissions

extension Interface {
  /// AF_QIPCRTR sockets.
  static let qualcommIpcRouter = Interface(
    "qualcomm-ipc-router", "AF_QIPCRTR sockets", implicitSlot: .always,
    slotRules: SideRules(
      allowInstallation: .when(Constraints(slotSnapTypes: [.app, .core])),
      allowConnection: .any([
        Constraints(plugAttributes: .map(["qcipc": .slotAttribute("qcipc")])),
        Constraints(slotSnapTypes: [.core], plugAttributes: .map(["qcipc": .missing])),
      ]),
      allowAutoConnection: .when(
        Constraints(plugAttributes: .map(["qcipc": .slotAttribute("qcipc")]), plugPublisherIDs: ["$SLOT_PUBLISHER_ID"])),
      denyAutoConnection: .when(Constraints(plugAttributes: .map(["qcipc": .missing]))))
  )
  .with {
    $0.connectedPlug = { grants, connection in
      grants.network(.qipcrtr)
      grants.capabilities(.netAdmin)
      grants.unix(
        [.connect, .send, .receive], type: .seqpacket, address: "TODO-SOCKET_ADDRESS", peer: connection.slot.peer)
      grants.syscalls("bind")
    }
    $0.slot = { grants, _ in
      grants.network(.qipcrtr)
      grants.capabilities(.netAdmin, .netBindService)
      grants.unix([.bind, .listen], type: .seqpacket, address: "TODO-SOCKET_ADDRESS")
      grants.syscalls("bind", "accept", "accept4", "listen")
    }
    $0.connectedSlot = { grants, connection in
      grants.unix(
        [.accept, .send, .receive], type: .seqpacket, address: "TODO-SOCKET_ADDRESS", peer: connection.plug.peer)
    }
  }
}
