extension Interface {
  /// CUDA of a snap, for the machine.
  static let cudaDriverLibs = DriverLibraries()
    .interface("cuda-driver-libs", "allows the system to use CUDA libraries of a snap")
}
