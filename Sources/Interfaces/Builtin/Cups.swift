internal import ByteText
internal import Permissions

extension Interface {
  /// Printing through a print server that a snap brings. Attributes of the slot: `cups-socket-directory`.
  static let cups = Interface(
    "cups", "allows a snap to print",
    slotRules: .providedSlot
  )
  .with {
    $0.checkSlot = { slot throws(InterfaceError) in _ = try socketDirectory(slot) }
    $0.connectedPlug = { grants, connection throws(InterfaceError) in
      grants.cupsClient()
      grants.files(.readWrite, "/var/cups/cups.sock")
      guard let place = try socketDirectory(connection.slot) else { return }
      grants.files("mrwklix", try SnapPlace.everything(below: place.host))
      grants.contentMounts.append(ContentMount(source: place.host, target: "/var/cups", readOnly: false))
    }
  }

  private static func socketDirectory(_ slot: ConnectionSide) throws(InterfaceError) -> SnapPlace? {
    let key = "cups-socket-directory"
    guard slot[key] != nil else { return nil }
    let path = try slot.required(key)
    do { try PathCheck.refuseReserved(path) } catch { throw InterfaceError("\(key) is not usable: \(error)") }
    guard SnapPlace.isCleanBelow(path) else { throw InterfaceError("\(key) is not clean: \(quoted(path))") }
    guard path.hasBytePrefix("$SNAP_COMMON") || path.hasBytePrefix("$SNAP_DATA") else {
      throw InterfaceError("\(key) must be a directory of $SNAP_COMMON or $SNAP_DATA")
    }
    try SnapPlace.checkVariables(path)
    return SnapPlace(path, of: slot)
  }
}
