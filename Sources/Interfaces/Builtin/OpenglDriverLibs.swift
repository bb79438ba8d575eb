extension Interface {
  /// OpenGL drivers of a snap, for the machine.
  static let openglDriverLibs = DriverLibraries()
    .interface("opengl-driver-libs", "allows the system to use OpenGL libraries of a snap")
}
