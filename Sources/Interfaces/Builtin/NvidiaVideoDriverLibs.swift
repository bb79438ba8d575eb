extension Interface {
  /// Nvidia's encoder and decoder (NVENC, NVDEC) of a snap, for the machine.
  static let nvidiaVideoDriverLibs = DriverLibraries(needsVersion: true)
    .interface(
      "nvidia-video-driver-libs", "allows the system to use Nvidia video libraries of a snap", implicitPlug: .onClassic)
}
