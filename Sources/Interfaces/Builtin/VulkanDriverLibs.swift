extension Interface {
  /// Vulkan drivers and layers of a snap, for the machine; its loader finds them by their descriptions.
  static let vulkanDriverLibs = DriverLibraries(descriptions: [
    .init(directory: "/etc/vulkan/icd.d"),
    .init(attribute: "implicit-layer-source", directory: "/etc/vulkan/implicit_layer.d"),
    .init(attribute: "explicit-layer-source", directory: "/etc/vulkan/explicit_layer.d"),
  ])
  .interface("vulkan-driver-libs", "allows the system to use Vulkan libraries of a snap")
}
