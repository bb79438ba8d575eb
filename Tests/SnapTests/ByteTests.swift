import Snap
import Testing

/// A combining character makes one Character with the byte before it, which hides that byte from everything that looks
/// at Characters. The kernel sees bytes, and so must the checks of metadata.
struct ByteTests {
  static let special = "contains a reserved apparmor char from ?*[]{}^\""

  static let refused: [(String, String)] = [
    layout("/var/lib/snapd/\u{301}x", "in an off-limits area"),
    layout("/usr/lib/modules/\u{301}x", "in an off-limits area"),
    layout("/var/run/\u{301}x", "in an off-limits area"),
    layout("/dev/\u{301}x", "in an off-limits area"),
    layout("/snap/\u{301}x", "defines a layout in space belonging to another snap"),
    layout("/opt/../\u{301}x", "uses invalid mount point: must be absolute and clean"),
    (
      "layout: {\"/opt/a\u{600}/../\u{338}b\": {type: tmpfs}}",
      "layout \"/opt/a\\u0600/../\u{338}b\" uses invalid mount point: must be absolute and clean"
    ),
    layout("/opt/./\u{301}x", "uses invalid mount point: must be absolute and clean"),
    layout("/opt//\u{301}x", "uses invalid mount point: must be absolute and clean"),
    layout("/opt/$\u{301}x", "uses invalid mount point: reference to unknown variable \"$\""),
    (
      "layout: {/opt/a: {type: tmpfs}, \"/opt/a/\u{301}b\": {type: tmpfs}}",
      "layout \"/opt/a/\u{301}b\" underneath prior layout item \"/opt/a\""
    ),
    (
      "layout: {/opt/x: {bind: \"$SNAP/../\u{301}x\"}}",
      "layout \"/opt/x\" uses invalid bind mount source \"/snap/foo/unset/../\u{301}x\": must be absolute and clean"
    ),
    ("environment: {\"LD_PRELOAD=\u{301}\": b}", "invalid environment variable name \"LD_PRELOAD=\u{301}\""),
    (
      "apps: {a: {completer: \"a/../../\u{301}x\"}}",
      "invalid definition of application \"a\": \"completer\" \"a/../../\u{301}x\" is outside of the snap"
    ),
    (
      "apps: {a: {autostart: \"a/\u{301}b\"}}",
      "invalid definition of application \"a\": \"autostart\" must be the name of a desktop file, not \"a/\u{301}b\""
    ),
    ("plugs: {p: {interface: x, \"$\u{301}a\": b}}", "plug \"p\" uses reserved attribute \"$\u{301}a\""),
  ]

  static func layout(_ path: String, _ problem: String) -> (String, String) {
    ("layout: {\"\(path)\": {type: tmpfs}}", "layout \"\(path)\" \(problem)")
  }

  @Test(arguments: refused) func isRefused(_ yaml: String, _ error: String) {
    let found = SnapYAMLTests.problem(SnapYAMLTests.head + yaml)
    #expect(found.map { Array($0.utf8) } == Array(error.utf8), "\(found ?? "accepted")")
  }

  /// Two spellings of "é" are two files.
  @Test(arguments: [
    "/opt/\u{e9}: {type: tmpfs}, \"/opt/e\u{301}/x\": {type: tmpfs}",
    "/opt/x: {bind: $SNAP/\u{e9}}, /opt/y: {bind-file: \"$SNAP/e\u{301}\"}", "/opt/a/\u{301}: {type: tmpfs}",
  ]) func isAccepted(_ layouts: String) {
    #expect(SnapYAMLTests.problem(SnapYAMLTests.head + "layout: {\(layouts)}") == nil)
  }
}
