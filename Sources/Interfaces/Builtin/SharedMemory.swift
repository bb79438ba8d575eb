internal import ByteText
internal import Permissions
internal import Snap

extension Interface {
  /// Objects in `/dev/shm` that the slot names in `read` and `write`; or with `private`, a `/dev/shm` of the snap's own.
  static let sharedMemory = Interface(
    "shared-memory", "allows sharing memory objects with other snaps, or having private ones", implicitSlot: .always,
    plugRules: SideRules(
      allowConnection: .any([
        Constraints(
          plugAttributes: .map(["private": .matches("false")]),
          slotAttributes: .map(["shared-memory": .plugAttribute("shared-memory")])),
        Constraints(slotSnapTypes: [.core], plugAttributes: .map(["private": .matches("true")])),
      ]),
      allowAutoConnection: .any([
        Constraints(
          plugAttributes: .map(["private": .matches("false")]),
          slotAttributes: .map(["shared-memory": .plugAttribute("shared-memory")]),
          slotPublisherIDs: ["$PLUG_PUBLISHER_ID"]),
        Constraints(slotSnapTypes: [.core], plugAttributes: .map(["private": .matches("true")])),
      ])),
    slotRules: SideRules(
      allowInstallation: .when(Constraints(slotSnapTypes: [.app, .gadget, .core])),
      denyInstallation: .when(Constraints(slotSnapTypes: [.app, .gadget])), denyAutoConnection: .always)
  )
  .with {
    $0.affectsPlugOnRefresh = true
    $0.checkPlug = { plug throws(InterfaceError) in try checkMemoryPlug(&plug) }
    $0.checkSlot = { slot throws(InterfaceError) in
      guard !slot.snap.isSystem else { return }
      try memoryLabel(&slot)
      _ = try memoryPaths(slot)
    }
    $0.connectedPlug = { grants, connection throws(InterfaceError) in
      guard connection.plug.read.flag("private") != true else {
        // All of the snap's objects, in a directory that no other snap sees.
        grants.files("mrwklix", "/dev/shm/**")
        grants.contentMounts.append(
          ContentMount(
            source: "/dev/shm/snap.\(connection.plug.snap.instance)", target: "/dev/shm", readOnly: false))
        return
      }
      let paths = try memoryPaths(connection.slot)
      for path in paths.read { grants.files(.read, "/{dev,run}/shm/\(path.pattern)") }
      for path in paths.write { grants.files("mrwkl", "/{dev,run}/shm/\(path.pattern)") }
    }
    $0.connectedSlot = { grants, connection throws(InterfaceError) in
      guard !connection.slot.snap.isSystem else { return }
      let paths = try memoryPaths(connection.slot)
      for path in paths.read + paths.write { grants.files("mrwkl", "/{dev,run}/shm/\(path.pattern)") }
    }
  }

  private static func checkMemoryPlug(_ plug: inout ConnectionSide) throws(InterfaceError) {
    let isPrivate = plug.read.flag("private")
    if let value = plug["private"], isPrivate == nil {
      throw InterfaceError(#"shared-memory "private" attribute must be a bool, not \#(value.goText)"#)
    }
    plug.attributes["private"] = .bool(isPrivate ?? false)
    guard isPrivate == true else { return try memoryLabel(&plug) }
    guard plug["shared-memory"] == nil else {
      throw InterfaceError(
        #"shared-memory "shared-memory" attribute must not be set together with "private: true""#)
    }
  }

  /// The label by which sides find each other: the side's own name by default.
  private static func memoryLabel(_ side: inout ConnectionSide) throws(InterfaceError) {
    switch side.attributes["shared-memory"] {
    case nil, .string("")?: side.attributes["shared-memory"] = .string(side.name.rawValue)
    case .string?: break
    case let value?:
      throw InterfaceError(#"shared-memory "shared-memory" attribute must be a string, not \#(value.goText)"#)
    }
  }

  private static func memoryPaths(
    _ slot: ConnectionSide
  ) throws(InterfaceError) -> (read: [GlobText], write: [GlobText]) {
    let read = try memoryPaths("read", slot)
    let write = try memoryPaths("write", slot)
    guard !read.isEmpty || !write.isEmpty else {
      throw InterfaceError(#"shared memory interface requires at least a valid "read" or "write" attribute"#)
    }
    return (read, write)
  }

  private static func memoryPaths(_ key: String, _ slot: ConnectionSide) throws(InterfaceError) -> [GlobText] {
    guard let value = slot[key] else { return [] }
    guard let texts = slot.read.strings(key) else {
      throw InterfaceError(
        #"shared-memory \#(quoted(key)) attribute must be a list of strings, not "\#(value.goText)""#)
    }
    var paths: [GlobText] = []
    for text in texts {
      guard !text.isEmpty else { throw InterfaceError("shared-memory interface path is empty") }
      guard text.utf8.first != UInt8(ascii: " "), text.utf8.last != UInt8(ascii: " ") else {
        throw InterfaceError("shared-memory interface path has leading or trailing spaces: \(quoted(text))")
      }
      // One `*` and `?` may stand for parts of names.
      do {
        try PathCheck.refuseReserved(String(text.unicodeScalars.filter { $0 != "*" && $0 != "?" }.map(Character.init)))
        paths.append(try GlobText(text))
      } catch { throw InterfaceError("shared-memory interface path is invalid: \(error)") }
      guard !text.hasByte("/") else {
        throw InterfaceError("shared-memory interface path should not contain '/': \(quoted(text))")
      }
      guard PathCheck.isClean(text), text != "..", text != "." else {
        throw InterfaceError("shared-memory interface path is not clean: \(quoted(text))")
      }
    }
    return paths
  }
}
