/// `pi-config.…`: what the firmware of a Raspberry Pi reads.
public struct PiConfiguration: SystemOption {
  private static let keys = [
    "disable-overscan", "force-turbo", "framebuffer-width", "framebuffer-height", "framebuffer-depth",
    "framebuffer-ignore-alpha", "overscan-left", "overscan-right", "overscan-top", "overscan-bottom",
    "overscan-scale", "display-rotate", "hdmi-cvt", "hdmi-group", "hdmi-mode", "hdmi-timings", "hdmi-drive",
    "hdmi-force-hotplug", "avoid-warnings", "gpu-mem", "gpu-mem-256", "gpu-mem-512", "sdtv-aspect", "sdtv-mode",
    "config-hdmi-boost", "start-x",
  ]

  public init() {}

  public var names: [String] { Self.keys.map { "pi-config.\($0)" } }
  public var isForCore: Bool { true }
}
