internal import ByteText
internal import Permissions

extension Interface {
  /// A backend of a snap for GBM, by which programs share buffers with the graphics card. Attributes beside the
  /// family's: `client-driver`, the file in `library-source` that the loader asks for.
  static let gbmDriverLibs = DriverLibraries()
    .interface("gbm-driver-libs", "allows the system to use a GBM library of a snap")
    .with {
      let family = $0
      $0.checkSlot = { slot throws(InterfaceError) in
        try family.checkSlot(&slot)
        _ = try clientDriver(slot)
      }
      $0.connectedPlug = { grants, connection throws(InterfaceError) in
        var own = PermissionSet()
        try family.connectedPlug(&own, connection)
        let driver = try clientDriver(connection.slot)
        for case .libraries(_, let directories) in own.exports {
          own.exports.append(
            .link(toFirstOf: directories.map { "\($0)/\(driver)" }, at: "/usr/lib/@{multiarch}/gbm/\(driver)"))
        }
        grants.formUnion(own)
      }
    }

  private static func clientDriver(_ slot: ConnectionSide) throws(InterfaceError) -> String {
    let name = try slot.required("client-driver")
    guard !name.isEmpty, name != ".", name != "..", !name.hasByte("/") else {
      throw InterfaceError("client-driver value \(quoted(name)) should be a file")
    }
    try PathCheck.refuseReserved(name)
    return name
  }
}
