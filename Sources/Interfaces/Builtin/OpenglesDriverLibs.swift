extension Interface {
  /// OpenGL ES drivers of a snap, for the machine.
  static let openglesDriverLibs = DriverLibraries()
    .interface("opengles-driver-libs", "allows the system to use OpenGL ES libraries of a snap")
}
