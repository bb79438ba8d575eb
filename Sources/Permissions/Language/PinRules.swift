/// Pins of the machine that the kernel is asked to hand out while a connection is made.
///
/// The reference writes a service with shell lines for each; here the values stay values until something acts on them.
public enum PinExport: Hashable, Sendable {
  /// One pin through `/sys/class/gpio/export`.
  case gpio(Int)
  /// One channel of a chip through `/sys/class/pwm/pwmchipN/export`.
  case pwm(chip: Int, channel: Int)
  /// Lines of a chip, put together as a chip of their own (gpio-aggregator), whose node is at `node`.
  case gpioLines(chips: [String], lines: [ClosedRange<Int>], node: String)
  /// Another name for a node of ``gpioLines``, absolute.
  case nodeLink(at: String, to: String)
}
