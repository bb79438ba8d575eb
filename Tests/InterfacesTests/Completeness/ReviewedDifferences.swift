/// Rows of the table that are deliberately not there, each with its reason.
struct ReviewedDifference {
  var interface: String
  var kind: String
  /// The row's subject, as the table has it.
  var subject: String
  var reason: String

  func covers(_ row: Tables.Access) -> Bool {
    row.interface == interface && row.kind == kind && row.subject == subject
  }

  static let all: [ReviewedDifference] =
    [
      ReviewedDifference(
        interface: "interface", kind: "kind", subject: "subject", reason: "a heading inside the table"),
      ReviewedDifference(
        interface: "qualcomm-ipc-router", kind: "unix",
        subject: "(connect, send, receive) type=seqpacket addr=\"###SOCKET_ADDRESS###\" "
          + "peer=(label=###SLOT_SECURITY_TAGS###)",
        reason: "the address that is connected to is the other side's, not the own one"),
    ]
    + slips.map { interface, subject in
      ReviewedDifference(
        interface: interface, kind: "dbus", subject: subject,
        reason: "a slip in a member's name, which then names nothing; the member that was meant is granted")
    }
    + cut.map { interface, subject in
      ReviewedDifference(
        interface: interface, kind: "dbus", subject: subject,
        reason: "cut from a longer rule: by itself it would open the whole bus")
    }
    + arguments.map { interface, subject in
      ReviewedDifference(
        interface: interface, kind: "udev", subject: subject,
        reason: "no match of udev: an argument of the code that the table was made from")
    }

  private static let slips =
    ["modem-manager", "network-manager", "ofono", "upower-observe"].map { interface in
      (
        interface,
        "bus=system interface=org.freedesktop.DBus member={Request,Release} path=/org/freedesktop/DBus "
          + "peer=org.freedesktop.DBus"
      )
    } + [
      (
        "login-session-observe",
        "bus=system interface=org.freedesktop.login1.Manager member=PrepareFor{Shutdow,Sleep} "
          + "path=/org/freedesktop/login1"
      )
    ]

  private static let cut = [
    ("desktop-legacy", "bus={fcitx,session}"), ("unity7", "bus={fcitx,session}"),
    ("system-observe", "bus={session,system}"), ("unity8-contacts", "bus=session"),
  ]

  private static let arguments = [
    ("bluetooth-control", "bluetooth-control"), ("dvb", "dvb"), ("framebuffer", "framebuffer"),
    ("fuse-support", "fuse-support"), ("fuse-support", "ubuntu"), ("fuse-support", "14.04"),
    ("gpio-memory-control", "gpio-memory-control"), ("hardware-random-control", "hardware-random-control"),
    ("hardware-random-observe", "hardware-random-observe"), ("intel-mei", "intel-mei"),
    ("io-ports-control", "io-ports-control"), ("kernel-module-control", "kernel-module-control"),
    ("physical-memory-control", "physical-memory-control"), ("physical-memory-observe", "physical-memory-observe"),
  ]
}

/// What is known to be missing and still to be made. A line here is a debt, not a decision: it is printed at each run.
enum KnownGaps {
  static let accesses: Set<String> = []

  static let backends: Set<String> = []

  /// Lines that nobody knew of, and those that are known.
  static func sorted(_ lines: [String], known: Set<String>) -> (new: [String], known: [String]) {
    let isKnown: (String) -> Bool = { line in known.contains { line.hasPrefix($0) } }
    return (lines.filter { !isKnown($0) }, lines.filter(isKnown))
  }
}
