import Snap
import Testing

/// What a layout may not do. Attempts to reach what is not the snap's are here.
struct LayoutTests {
  static let own = "must start with $SNAP, $SNAP_DATA or $SNAP_COMMON"
  static let special = "contains a reserved apparmor char from ?*[]{}^\""

  static let refused: [(String, String)] = [
    ("/opt/x: {}", "layout \"/opt/x\" must define a bind mount, a filesystem mount or a symlink"),
    (
      "/opt/x: {bind: $SNAP/x, type: tmpfs}",
      "layout \"/opt/x\" must define a bind mount, a filesystem mount or a symlink"
    ),
    ("/opt/x: {type: ext4}", "layout \"/opt/x\" uses invalid filesystem \"ext4\""),
    ("/opt/x: {type: tmpfs, user: daemon}", "layout \"/opt/x\" uses invalid user \"daemon\""),
    ("/opt/x: {type: tmpfs, group: wheel}", "layout \"/opt/x\" uses invalid group \"wheel\""),
    ("/opt/x: {type: tmpfs, mode: \"2755\"}", "layout \"/opt/x\" uses invalid mode 02755"),
    ("/opt/x: {type: tmpfs, mode: rwx}", "strconv.ParseUint: parsing \"rwx\": invalid syntax"),
    ("\"\": {type: tmpfs}", "layout cannot use an empty path"),
    ("opt/x: {type: tmpfs}", "layout \"opt/x\" uses invalid mount point: must be absolute and clean"),
    ("/opt/../x: {type: tmpfs}", "layout \"/opt/../x\" uses invalid mount point: must be absolute and clean"),
    ("/opt//x: {type: tmpfs}", "layout \"/opt//x\" uses invalid mount point: must be absolute and clean"),
    ("/opt/x/: {type: tmpfs}", "layout \"/opt/x/\" uses invalid mount point: must be absolute and clean"),
    ("/: {type: tmpfs}", "layout \"/\" uses invalid mount point: must be absolute and clean"),
    ("$HOME/x: {type: tmpfs}", "layout \"$HOME/x\" uses invalid mount point: reference to unknown variable \"$HOME\""),
    (
      "/opt/$SNAPX: {type: tmpfs}",
      "layout \"/opt/$SNAPX\" uses invalid mount point: reference to unknown variable \"$SNAPX\""
    ),
    ("\"/opt/*\": {type: tmpfs}", "layout \"/opt/*\" uses invalid mount point: \"/opt/*\" \(special)"),
    ("\"/opt/{a,b}\": {type: tmpfs}", "layout \"/opt/{a,b}\" uses invalid mount point: \"/opt/{a,b}\" \(special)"),
    ("/foo: {type: tmpfs}", "layout \"/foo\" defines a new top-level directory \"/foo\""),
    ("/dev/x: {type: tmpfs}", "layout \"/dev/x\" in an off-limits area"),
    ("/proc: {type: tmpfs}", "layout \"/proc\" in an off-limits area"),
    ("/sys/x: {type: tmpfs}", "layout \"/sys/x\" in an off-limits area"),
    ("/run/x: {type: tmpfs}", "layout \"/run/x\" in an off-limits area"),
    ("/var/run/x: {type: tmpfs}", "layout \"/var/run/x\" in an off-limits area"),
    ("/tmp/x: {type: tmpfs}", "layout \"/tmp/x\" in an off-limits area"),
    ("/home/x: {type: tmpfs}", "layout \"/home/x\" in an off-limits area"),
    ("/boot: {type: tmpfs}", "layout \"/boot\" in an off-limits area"),
    ("/media/x: {type: tmpfs}", "layout \"/media/x\" in an off-limits area"),
    ("/lost+found: {type: tmpfs}", "layout \"/lost+found\" in an off-limits area"),
    ("/var/lib/snapd/x: {type: tmpfs}", "layout \"/var/lib/snapd/x\" in an off-limits area"),
    ("/var/snap/foo: {type: tmpfs}", "layout \"/var/snap/foo\" in an off-limits area"),
    ("/lib/modules/x: {type: tmpfs}", "layout \"/lib/modules/x\" in an off-limits area"),
    ("/usr/lib/firmware: {type: tmpfs}", "layout \"/usr/lib/firmware\" in an off-limits area"),
    ("/snap/other/x: {type: tmpfs}", "layout \"/snap/other/x\" defines a layout in space belonging to another snap"),
    ("/snap/foobar: {type: tmpfs}", "layout \"/snap/foobar\" defines a layout in space belonging to another snap"),
    ("/snap: {type: tmpfs}", "layout \"/snap\" defines a layout in space belonging to another snap"),
    ("/opt/a: {type: tmpfs}, /opt/a/b: {type: tmpfs}", "layout \"/opt/a/b\" underneath prior layout item \"/opt/a\""),
    (
      "/opt/a: {type: tmpfs}, /opt/a-b: {type: tmpfs}, /opt/a/b/c: {type: tmpfs}",
      "layout \"/opt/a/b/c\" underneath prior layout item \"/opt/a\""
    ),
    (
      "$SNAP/a: {type: tmpfs}, $SNAP/a/b: {type: tmpfs}",
      "layout \"$SNAP/a/b\" underneath prior layout item \"/snap/foo/unset/a\""
    ),
    ("/opt/x: {bind: /etc}", "layout \"/opt/x\" uses invalid bind mount source \"/etc\": \(own)"),
    ("/opt/x: {bind-file: /etc/shadow}", "layout \"/opt/x\" uses invalid bind mount source \"/etc/shadow\": \(own)"),
    ("/opt/x: {bind: /snap/other/1}", "layout \"/opt/x\" uses invalid bind mount source \"/snap/other/1\": \(own)"),
    (
      "/opt/x: {bind: $SNAP/../../etc}",
      "layout \"/opt/x\" uses invalid bind mount source \"/snap/foo/unset/../../etc\": must be absolute and clean"
    ),
    (
      "/opt/x: {bind: $HOME/x}",
      "layout \"/opt/x\" uses invalid bind mount source \"$HOME/x\": reference to unknown variable \"$HOME\""
    ),
    (
      "/opt/x: {bind: \"$SNAP/[a]\"}", "layout \"/opt/x\" uses invalid mount source: \"/snap/foo/unset/[a]\" \(special)"
    ),
    ("/opt/x: {symlink: /etc/shadow}", "layout \"/opt/x\" uses invalid symlink old name \"/etc/shadow\": \(own)"),
    (
      "/opt/x: {symlink: $SNAP_USER_DATA/x}",
      "layout \"/opt/x\" uses invalid symlink old name \"$SNAP_USER_DATA/x\": reference to unknown variable \"$SNAP_USER_DATA\""
    ),
    ("/opt/x: {symlink: x}", "layout \"/opt/x\" uses invalid symlink old name \"x\": must be absolute and clean"),
    (
      "/opt/x: {bind: $SNAP/x}, /opt/y: {bind-file: $SNAP/x}",
      "layout \"/opt/y\" refers to file \"$SNAP/x\" but another layout treats it as a directory"
    ),
    (
      "/opt/x: {bind-file: $SNAP/x}, /opt/y: {bind: $SNAP/x}",
      "layout \"/opt/y\" refers to directory \"$SNAP/x\" but another layout treats it as file"
    ),
  ]

  @Test(arguments: refused) func isRefused(_ layout: String, _ error: String) {
    #expect(SnapYAMLTests.problem(SnapYAMLTests.head + "layout: {\(layout)}") == error)
  }
}
