internal import ByteText
internal import Permissions
internal import Snap

extension Interface {
  /// Sockets of the family `AF_QIPCRTR`; with a label in `qcipc` also the slot's abstract socket, its `address`.
  static let qualcommIpcRouter = Interface(
    "qualcomm-ipc-router", "allows access to the Qualcomm IPC router", implicitSlot: .always,
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
    $0.checkPlug = { plug throws(InterfaceError) in
      guard let value = plug["qcipc"] else { return }
      guard plug.read.string("qcipc")?.isEmpty == false else {
        throw InterfaceError(#"qualcomm-ipc-router "qcipc" attribute must be a string, not \#(value.goText)"#)
      }
    }
    $0.checkSlot = { slot throws(InterfaceError) in
      guard !slot.snap.isSystem else { return }
      guard slot.read.string("qcipc")?.isEmpty == false else {
        throw InterfaceError(#"qualcomm-ipc-router slot must have a "qcipc" attribute"#)
      }
      _ = try routerAddress(slot)
    }
    $0.connectedPlug = { grants, connection throws(InterfaceError) in
      if connection.slot.snap.isSystem {
        grants.network(.qipcrtr)
        grants.capabilities(.netAdmin)
        grants.syscalls("bind")
      } else {
        grants.unix(
          [.connect, .send, .receive], type: .seqpacket, peer: connection.slot.peer,
          peerAddress: "@\(try routerAddress(connection.slot))")
      }
    }
    $0.slot = { grants, slot throws(InterfaceError) in
      guard !slot.snap.isSystem else { return }
      grants.network(.qipcrtr)
      grants.capabilities(.netAdmin, .netBindService)
      grants.unix([.bind, .listen], type: .seqpacket, address: "@\(try routerAddress(slot))")
      grants.syscalls("bind", "accept", "accept4", "listen")
    }
    $0.connectedSlot = { grants, connection throws(InterfaceError) in
      guard !connection.slot.snap.isSystem else { return }
      grants.unix(
        [.accept, .send, .receive], type: .seqpacket, address: "@\(try routerAddress(connection.slot))",
        peer: connection.plug.peer)
    }
  }

  /// The abstract address without its `@`.
  private static func routerAddress(_ slot: ConnectionSide) throws(InterfaceError) -> PatternText {
    guard let address = slot.read.string("address") else {
      throw InterfaceError(#"qualcomm-ipc-router slot must have an "address" attribute"#)
    }
    // sun_path holds 108 bytes, the first of which is NUL here (unix(7)).
    guard let name = address.bytes(after: "@").map(String.init), (1...107).contains(name.utf8.count),
      !name.hasBytes("..")
    else {
      throw InterfaceError(#"qualcomm-ipc-router "address" attribute is no abstract socket: \#(quoted(address))"#)
    }
    try PathCheck.refuseReserved(name)
    return try patternText(name)
  }
}
