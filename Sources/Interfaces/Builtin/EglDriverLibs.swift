extension Interface {
  /// EGL drivers of a snap, for the machine; its loader takes the one whose description has the smallest number.
  static let eglDriverLibs = DriverLibraries(descriptions: [
    .init(directory: "/etc/glvnd/egl_vendor.d", sorted: true)
  ])
  .interface("egl-driver-libs", "allows the system to use EGL libraries of a snap")
}
