internal import Permissions
internal import Snap

extension Interface {
  /// Some lines of a board's GPIO chips as one chip of their own. Attributes of the slot: `source-chip` (labels),
  /// `lines` (`0,2-5`).
  static let gpioChardev = Interface(
    "gpio-chardev", "allows a snap to use some lines of GPIO chips that the gadget names",
    slotRules: SideRules(allowInstallation: .when(Constraints(slotSnapTypes: [.gadget])), denyAutoConnection: .always)
  )
  .with {
    $0.conflicts = ["gpio"]
    $0.checkSlot = { slot throws(InterfaceError) in _ = try GPIOLines(slot) }
    $0.connectedPlug = { grants, connection throws(InterfaceError) in
      let node = GPIOLines.node(of: connection.slot)
      let link = GPIOLines.node(of: connection.plug)
      grants.files(.read, try pathPattern("\(link.directory)/"), try pathPattern("\(node.directory)/"))
      grants.files("rwk", try pathPattern("\(link.path)"), try pathPattern("\(node.path)"))
      // The chip that the aggregator makes of the lines.
      grants.udev(#"SUBSYSTEM=="gpio", SUBSYSTEMS=="platform", DRIVERS=="gpio-aggregator""#)
      grants.pins.append(.nodeLink(at: link.text, to: node.text))
    }
    $0.connectedSlot = { grants, connection throws(InterfaceError) in
      let lines = try GPIOLines(connection.slot)
      grants.pins.append(
        .gpioLines(chips: lines.chips, lines: lines.lines, node: GPIOLines.node(of: connection.slot).text))
    }
    $0.slot = { grants, _ in grants.modules("gpio-aggregator") }
  }
}

private struct GPIOLines {
  let chips: [String]
  let lines: [ClosedRange<Int>]

  /// The kernel's chips have no more lines (`ARCH_NR_GPIOS`); a gadget's have a few hundred.
  private static let mostLines = 1024

  init(_ slot: ConnectionSide) throws(InterfaceError) {
    do {
      guard let chips = try slot.optionalStrings("source-chip") else { throw slot.missing("source-chip") }
      guard !chips.isEmpty else { throw InterfaceError("cannot be empty") }
      var known: Set<String> = []
      for chip in chips {
        guard !chip.isEmpty else { throw InterfaceError("chip cannot be empty") }
        // Chips go to helpers joined by commas.
        guard chip.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f && $0 != UInt8(ascii: ",") && $0 != UInt8(ascii: "\"") })
        else { throw InterfaceError("chip cannot contain \(quoted(chip))") }
        guard known.insert(chip).inserted else {
          throw InterfaceError("chip cannot contain duplicate chip names \(quoted(chip))")
        }
      }
      self.chips = chips
    } catch {
      throw InterfaceError(#"invalid "source-chip" attribute: \#(error)"#)
    }
    do { lines = try Self.ranges(try slot.required("lines")) } catch {
      throw InterfaceError(#"invalid "lines" attribute: \#(error)"#)
    }
  }

  private static func ranges(_ text: String) throws(InterfaceError) -> [ClosedRange<Int>] {
    var ranges: [ClosedRange<Int>] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let ends = part.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
      var numbers: [Int] = []
      for end in ends {
        guard DecimalText.isOne(end, digits: 6), let number = Int(end) else {
          throw InterfaceError("invalid range span \(quoted(String(part))): \(quoted(String(end))) is not a number")
        }
        numbers.append(number)
      }
      guard let first = numbers.first, let last = numbers.last, first <= last else {
        throw InterfaceError("invalid range span \(quoted(String(part))): ends before it starts")
      }
      guard !ranges.contains(where: { $0.overlaps(first...last) }) else {
        throw InterfaceError("overlapping range span found \(quoted(String(part)))")
      }
      ranges.append(first...last)
    }
    let count = ranges.reduce(0) { $0 + $1.count }
    guard count <= mostLines else { throw InterfaceError("range size cannot exceed \(mostLines)") }
    return ranges
  }

  /// Where a side has the lines' node.
  static func node(of side: ConnectionSide) -> (directory: PolicyPattern, path: PolicyPattern, text: String) {
    let name = PatternText(of: side.name.description)
    let directory: PolicyPattern = "/dev/snap/gpio-chardev/\(side.instanceText)"
    return (directory, "\(directory)/\(name)", "/dev/snap/gpio-chardev/\(side.snap.instance)/\(side.name)")
  }
}
