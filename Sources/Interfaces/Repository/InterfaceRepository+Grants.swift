public import Permissions
public import Snap

/// What connections and sides let the processes of a snap do.
extension InterfaceRepository {
  /// What every app and hook of a snap may do beyond the defaults: the union over the sides that belong to it, for being
  /// there and for each connection.
  ///
  /// - Throws: ``InterfaceError`` naming the plug or slot whose attributes its interface cannot follow.
  public func grants(of instance: InstanceName) throws(InterfaceError) -> [SecurityTag: PermissionSet] {
    var result: [SecurityTag: PermissionSet] = [:]
    for tag in snaps[instance]?.tags ?? [] { result[tag] = PermissionSet() }
    for part in try parts(of: instance) {
      for tag in part.tags { result[tag, default: PermissionSet()].formUnion(part.grants) }
    }
    return result
  }

  /// What a snap has as a whole: the union over all its sides, whether or not an app has them. Mounts of content, udev
  /// rules and kernel modules belong to the snap.
  public func snapGrants(of instance: InstanceName) throws(InterfaceError) -> PermissionSet {
    var all = PermissionSet()
    for part in try parts(of: instance) { all.formUnion(part.grants) }
    return all
  }

  /// What each side of a snap gives to the apps and hooks that have it: one set for each, for being there and for each
  /// connection.
  ///
  /// - Throws: ``InterfaceError`` naming the plug or slot whose attributes its interface cannot follow.
  public func parts(of instance: InstanceName) throws(InterfaceError) -> [SideGrants] {
    let connections = connected(of: instance)
    var parts: [SideGrants] = []
    for side in plugs(of: instance) + slots(of: instance) {
      guard let interface = interfaces[side.interface] else { continue }
      var part = PermissionSet()
      do throws(InterfaceError) {
        // The system's own sides are no process of a snap.
        if !side.snap.isSystem {
          switch side.role {
          case .plug: try interface.plug(&part, side)
          case .slot: try interface.slot(&part, side)
          }
        }
        for connection in connections {
          if side.role == .plug, connection.plug.end == side.end {
            try interface.connectedPlug(&part, connection)
          } else if side.role == .slot, connection.slot.end == side.end {
            try interface.connectedSlot(&part, connection)
          }
        }
      } catch {
        throw InterfaceError("cannot grant \(side.role.rawValue) \(quoted("\(side.end)")): \(error)")
      }
      parts.append(SideGrants(interface: side.interface, tags: side.tags, grants: part))
    }
    return parts
  }
}

/// What one plug or slot gives.
public struct SideGrants: Sendable {
  public var interface: String
  /// The apps and hooks that have the side.
  public var tags: [SecurityTag]
  public var grants: PermissionSet
}
