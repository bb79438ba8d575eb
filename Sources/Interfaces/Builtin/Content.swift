internal import ByteText
internal import Permissions
internal import Snap

extension Interface {
  /// Files of one snap shown inside another. Attributes of the plug: `content`, `compatibility`, `target`,
  /// `default-provider`; of the slot: `content`, `compatibility`, `read`, `write`, or both in `source`.
  static let content = Interface(
    "content", "allows a snap to share files with other snaps",
    slotRules: SideRules(
      allowInstallation: .when(Constraints(slotSnapTypes: [.app, .gadget, .kernel])),
      allowConnection: .when(Constraints(plugAttributes: sameContent)),
      allowAutoConnection: .when(Constraints(plugAttributes: sameContent, plugPublisherIDs: ["$SLOT_PUBLISHER_ID"])))
  )
  .with {
    $0.affectsPlugOnRefresh = true
    $0.checkPlug = { plug throws(InterfaceError) in
      try checkLabels(&plug)
      guard let target = plug.read.string("target"), !target.isEmpty else {
        throw InterfaceError("content plug must contain target path")
      }
      try checkPath(target)
    }
    $0.checkSlot = { slot throws(InterfaceError) in
      try checkLabels(&slot)
      for key in ["read", "write"] where slot["source"] != nil && slot[key] != nil {
        throw InterfaceError(#"move the "\#(key)" attribute into the "source" section"#)
      }
      let paths = sources(slot, "read") + sources(slot, "write")
      guard !paths.isEmpty else { throw InterfaceError("read or write path must be set") }
      for path in paths { try checkPath(path) }
    }
    $0.connectedPlug = { grants, connection throws(InterfaceError) in
      for (share, readOnly) in shares(connection) {
        // A writable place lets its programs run too, as one's own places do.
        grants.files(readOnly ? "mrkix" : "mrwklix", try SnapPlace.everything(below: share.source))
        grants.contentMounts.append(
          ContentMount(source: share.source, target: share.target, readOnly: readOnly))
      }
    }
    $0.connectedSlot = { grants, connection throws(InterfaceError) in
      // So that a slot's app can open files by the names that the plug's app tells it.
      for (share, readOnly) in shares(connection) where !readOnly {
        grants.files("mrwklix", try SnapPlace.everything(below: share.target))
      }
    }
  }

  private static let sameContent = AttributeConstraint.anyOf([
    .map(["content": .slotAttribute("content")]), .map(["compatibility": .compatibleWithSlot("compatibility")]),
  ])

  /// Every place of the slot, and where the plug's snap has it.
  private static func shares(
    _ connection: Connection
  ) -> [(share: (source: String, target: String), readOnly: Bool)] {
    guard let target = connection.plug.read.string("target") else { return [] }
    let place = SnapPlace(target, of: connection.plug).inside
    let isGrouped = connection.slot["source"] != nil
    func share(_ path: String) -> (source: String, target: String) {
      let source = PathCheck.clean(SnapPlace(path, of: connection.slot).host)
      // With `source`, the target is a directory that has each place under its own name.
      let name = isGrouped ? "/" + (source.byteSplit("/").last ?? "") : ""
      return (source, PathCheck.clean(place + name))
    }
    return sources(connection.slot, "read").map { (share($0), true) }
      + sources(connection.slot, "write").map { (share($0), false) }
  }

  private static func sources(_ slot: ConnectionSide, _ key: String) -> [String] {
    (slot["source"] != nil ? slot.read.strings("source." + key) : slot.read.strings(key)) ?? []
  }

  /// A side has one kind of label; without any it has the side's name as its content.
  private static func checkLabels(_ side: inout ConnectionSide) throws(InterfaceError) {
    guard side["compatibility"] != nil else { return side.fill("content", with: side.name.description) }
    guard side["content"] == nil else {
      throw InterfaceError(#"cannot have both "content" and "compatibility" attributes"#)
    }
    let label = try side.required("compatibility")
    _ = try CompatibilityExpression(label)
  }

  private static func checkPath(_ path: String) throws(InterfaceError) {
    do { try PathCheck.refuseReserved(path) } catch {
      throw InterfaceError("content interface path is invalid: \(error)")
    }
    guard SnapPlace.isCleanBelow(path) else {
      throw InterfaceError("content interface path is not clean: \(quoted(path))")
    }
  }
}
