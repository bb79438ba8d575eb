import Snap
import Testing

/// `meta/snap.yaml`: what is accepted, and what is said of the rest.
struct SnapYAMLTests {
  static let head = "name: foo\nversion: 1\n"

  /// What is wrong with a document; nil when nothing is.
  static func problem(_ text: String) -> String? {
    do throws(InvalidText) {
      try SnapInfo(yaml: Array(text.utf8)).validate()
      return nil
    } catch { return error.description }
  }

  static func cannot(_ line: Int, _ what: String) -> String {
    "cannot parse snap.yaml: yaml: unmarshal errors:\n  line \(line): cannot unmarshal \(what)"
  }

  static let accepted = [
    "", "unknown: {key: [1]}", "contact: x\nadopt-info: part", "apps:", "apps: {}", "plugs: ~\nslots:\nhooks:\nlayout:",
    "type: application", "type: base\nbase: none", "base: none", "base: core22", "base: \"\"", "base: ~",
    "architectures: [amd64, all]", "architectures: []",
    "assumes: [snapd2.60, snap-env, isa-riscv64-rva23, future-thing]",
    "title: \(String(repeating: "ä", count: 40))", "description: \(String(repeating: "ä", count: 4096))", "summary: 1",
    "provenance: prov-1", "license: GPL-3.0+ AND (MIT OR Apache-2.0 WITH LLVM-exception)", "license: \"\"",
    "confinement: classic", "confinement: ~", "grade: devel", "epoch: 1*", "epoch: {read: [1, 2]}", "epoch: {}",
    "epoch: {write: [3]}", "environment: {A: 1, B: true, C: , D: $A}",
    "links: {website: [\"https://x.y\"], contact: [a@b, \"mailto:a@b\"]}",
    "plugs: {home: , net: network, x: {interface: iface, label: z, attr: [1, {a: ~}], f: 1.5}}",
    "slots: {dbus-x: {interface: dbus, bus: system, name: a.b}}", "apps: {a: }", "apps: {a: ~}\nhooks: {install: ~}",
    "apps: {a: {command: bin/a --x $SNAP/y, plugs: [home], slots: [x], aliases: [b], command-chain: [bin/w]}}",
    "apps: {a: {daemon: simple, restart-condition: never, stop-mode: sigusr2-all, install-mode: disable, refresh-mode: endure}}",
    "apps: {a: {daemon: \"\", refresh-mode: ignore-running, autostart: a.desktop, completer: c/a.sh}}",
    "apps: {a: {daemon: oneshot, timer: \"mon,9:00~11:00/2\", success-exit-status: [1, 255]}}",
    "apps: {a: {start-timeout: 0, stop-command: x}}", "apps: {a: {daemon: dbus, bus-name: org.foo.Bar}}",
    "apps: {a: {daemon: simple, after: [b]}, b: {daemon: simple, before: [c]}, c: {daemon: notify, after: [a]}}",
    "apps: {a: {daemon: simple, plugs: [network-bind], sockets: {s: {listen-stream: 80}, t: {listen-stream: \"[::1]:80\", socket-mode: 0666}}}}",
    "plugs: {nb: network-bind}\napps: {a: {daemon: simple, sockets: {s: {listen-stream: $SNAP_DATA/s}, t: {listen-stream: \"@snap.foo.t\"}}}}",
    "confinement: classic\napps: {a: {daemon: simple, sockets: {s: {listen-stream: 127.0.0.1:80}}}}",
    "slots: {d: {interface: dbus, bus: system}}\napps: {a: {daemon: dbus, activates-on: [d]}}",
    "slots: {d: {interface: dbus, bus: session}}\napps: {a: {daemon: simple, daemon-scope: user, activates-on: [d]}}",
    "hooks: {configure: {plugs: [home], environment: {A: b}, command-chain: [w]}, default-configure: }",
    "hooks: {future-hook: {}, BAD: {}}", "system-usernames: {_daemon_: shared, snap_daemon: {scope: shared, x: 1}}",
    "layout: {/opt/x: {bind: $SNAP/x}, /etc/a.conf: {bind-file: $SNAP_DATA/a, mode: 644}, /usr/y: {type: tmpfs, mode: \"1777\", user: root}}",
    "layout: {$SNAP/x: {symlink: $SNAP_COMMON/x}, /opt/a: {type: tmpfs}, /opt/a-b: {type: tmpfs}, /snap/foo/y: {type: tmpfs}}",
    "components: {comp: {type: standard, summary: s, hooks: {install: {plugs: [home]}}}, mods: {type: kernel-modules}, t1: {type: test}}",
    "apps: &x {a: {command: b}}\nother: *x",
  ]

  @Test(arguments: accepted) func isAccepted(_ fragment: String) { #expect(Self.problem(Self.head + fragment) == nil) }

  static let texts: [(String, String)] = [
    ("name: 7", "invalid snap name: \"7\""), ("name: ~", "snap name cannot be empty"),
    ("{}", "snap name cannot be empty"),
    ("", "snap name cannot be empty"), ("name: foo", "invalid snap version: cannot be empty"),
    ("name: foo_bar\nversion: 1", "invalid snap name: \"foo_bar\""),
    ("name: foo\nversion: [1]", cannot(2, "!!seq into string")), ("[]", cannot(1, "!!seq into snap.snapYaml")),
    ("foo", cannot(1, "!!str `foo` into snap.snapYaml")),
    ("a: *b", "cannot parse snap.yaml: yaml: line 1: unknown anchor 'b' referenced"),
    ("name: foo\nname: bar", "cannot parse snap.yaml: yaml: line 2: key \"name\" already set in map"),
  ]

  @Test(arguments: texts) func documents(_ text: String, _ error: String) { #expect(Self.problem(text) == error) }

  static let app = "invalid definition of application \"a\": "

  static let top: [(String, String)] = [
    ("layouts: {}", "cannot parse snap.yaml: typo detected: use singular \"layout\" instead of plural \"layouts\""),
    ("type: foo", "cannot parse snap.yaml: invalid snap type: \"foo\""),
    ("type: \"\"", "cannot parse snap.yaml: invalid snap type: \"\""),
    ("confinement: loose", "cannot parse snap.yaml: invalid confinement type: \"loose\""),
    ("grade: good", "cannot parse snap.yaml: invalid grade: \"good\""),
    ("epoch: 01", "cannot parse snap.yaml: epoch numbers must be base 10 with no zero padding, but got \"01\""),
    ("epoch: 0*", "cannot parse snap.yaml: 0* is an invalid epoch"),
    ("epoch: 4294967296", "cannot parse snap.yaml: epoch numbers must be less than 2³², but got \"4294967296\""),
    ("epoch: [1]", "cannot parse snap.yaml: epoch read/write attributes must be lists of epoch numbers"),
    ("epoch: {read: 1}", "cannot parse snap.yaml: epoch read/write attributes must be lists of epoch numbers"),
    ("epoch: {read: []}", "epoch list cannot be explicitly empty"),
    ("epoch: {read: [2, 1]}", "epoch list must be a strictly increasing sequence"),
    ("epoch: {read: [1], write: [2]}", "epoch read and write lists must have a non-empty intersection"),
    ("title: \(String(repeating: "ä", count: 41))", "title can have up to 40 codepoints, got 41"),
    ("description: \(String(repeating: "ä", count: 4097))", "description can have up to 4096 codepoints, got 4097"),
    ("architectures: amd64", cannot(3, "!!str `amd64` into []string")),
    ("assumes: [[a]]", cannot(3, "!!seq into string")),
    ("environment: [A]", cannot(3, "!!seq into map[string]string")),
    ("environment: {A: [b]}", cannot(3, "!!seq into string")),
    ("environment: {A=B: c}", "invalid environment variable name \"A=B\""),
    ("environment: {\"\": c}", "invalid environment variable name \"\""),
    ("environment: {A: \"x\\0y\"}", "invalid value of environment variable \"A\""),
    ("provenance: global-upload", "provenance cannot be set to default (global-upload) explicitly"),
    ("provenance: -x", "invalid provenance: \"-x\""),
    ("base: foo_bar", "base cannot specify a snap instance name: \"foo_bar\""),
    ("base: FOO", "invalid base name: invalid snap name: \"FOO\""),
    ("type: base\nbase: core22", "cannot have \"base\" field on \"base\" snap \"foo\""),
    ("type: os\nbase: core22", "cannot have \"base\" field on \"os\" snap \"foo\""),
    ("base: none\napps: {a: }", "cannot have apps or hooks with base \"none\""),
    ("base: none\nhooks: {install: }", "cannot have apps or hooks with base \"none\""),
    ("license: MIT BSD", "cannot validate license \"MIT BSD\": missing AND or OR between \"MIT\" and \"BSD\""),
    ("license: AND MIT", "cannot validate license \"AND MIT\": missing license before AND"),
    ("license: MIT AND", "cannot validate license \"MIT AND\": missing license after AND"),
    ("license: MIT AND OR BSD", "cannot validate license \"MIT AND OR BSD\": expected license name, got \"OR\""),
    ("license: MIT WITH AND", "cannot validate license \"MIT WITH AND\": expected exception name, got \"AND\""),
    ("license: ()", "cannot validate license \"()\": empty expression"),
    ("license: \" \"", "cannot validate license \" \": empty expression"),
    ("license: (MIT", "cannot validate license \"(MIT\": expected \")\" got \"\""),
    ("license: MIT)", "cannot validate license \"MIT)\": unexpected \")\""),
    ("license: MIT WITH (x)", "cannot validate license \"MIT WITH (x)\": \"(\" not allowed after WITH"),
    ("license: \"M,T\"", "cannot validate license \"M,T\": unknown license: M,T"),
    ("links: {x y: [a@b]}", "links key is invalid: x y"), ("links: {\"\": [a@b]}", "links key cannot be empty"),
    ("links: {website: []}", "\"website\" links cannot be specified and empty"),
    ("links: {website: [\"\"]}", "empty \"website\" link"),
    ("links: {website: [foo]}", "invalid \"website\" email address \"foo\""),
    ("links: {website: \"https://x.y\"}", cannot(3, "!!str `https:/...` into []string")),
    (
      "links: {website: [\"ftp://x\"]}",
      "\"website\" link must have one of http|https schemes or it must be an email address: \"ftp://x\""
    ),
    (
      "links: {website: [\"javascript:a@b\"]}",
      "\"website\" link must have one of http|https schemes or it must be an email address: \"javascript:a@b\""
    ),
    ("assumes: [Foo]", "invalid assumes: \"Foo\""), ("assumes: [a--b]", "invalid assumes: \"a--b\""),
    ("assumes: [isa-amd64]", "isa-amd64: must be in the format 'isa-<arch>-<isa_val>'"),
    ("system-usernames: {other: shared}", "snap \"foo\" requires unsupported system username \"other\""),
    (
      "system-usernames: {_daemon_: private}",
      "snap \"foo\" requires unsupported user scope \"private\" for this version of snapd"
    ),
    ("system-usernames: {_daemon_: odd}", "snap \"foo\" requires unsupported user scope \"odd\""),
    ("system-usernames: {_daemon_: }", "system username \"_daemon_\" does not specify a scope"),
    (
      "system-usernames: {_daemon_: [a]}",
      "system username \"_daemon_\" has malformed definition (found []interface {})"
    ),
    ("system-usernames: {_daemon_: {scope: 1}}", "scope on system username \"_daemon_\" is not a string (found int)"),
    ("system-usernames: {_daemon_: {\"\": 1}}", "system username \"_daemon_\" has an empty attribute key"),
    ("system-usernames: {\"\": shared}", "system username cannot be empty"),
    ("system-usernames: {\"a b\": shared}", "invalid system username \"a b\""),
    ("plugs: [home]", cannot(3, "!!seq into map[string]interface {}")),
    ("plugs: {x: 1}", "plug \"x\" has malformed definition (found int)"),
    ("slots: {x: [a]}", "slot \"x\" has malformed definition (found []interface {})"),
    ("plugs: {x: true}", "plug \"x\" has malformed definition (found bool)"),
    ("plugs: {x: {\"\": 1}}", "plug \"x\" has an empty attribute key"),
    ("slots: {x: {$a: 1}}", "slot \"x\" uses reserved attribute \"$a\""),
    ("plugs: {x: {interface: 1}}", "interface name on plug \"x\" is not a string (found int)"),
    ("plugs: {x: {interface: ~}}", "interface name on plug \"x\" is not a string (found <nil>)"),
    ("plugs: {x: {label: {}}}", "label of plug \"x\" is not a string (found map[interface {}]interface {})"),
    ("plugs: {x: {label: 1.5}}", "label of plug \"x\" is not a string (found float64)"),
    ("plugs: {Home: }", "invalid plug name: \"Home\""), ("slots: {a--b: }", "invalid slot name: \"a--b\""),
    ("plugs: {x: Home}", "invalid interface name \"Home\" for plug \"x\""),
    ("slots: {x: {interface: a_b}}", "invalid interface name \"a_b\" for slot \"x\""),
    ("plugs: {x: }\nslots: {x: }", "cannot have plug and slot with the same name: \"x\""),
    ("apps: {a: {plugs: [x], slots: [x]}}", "cannot have plug and slot with the same name: \"x\""),
    ("apps: {a: {plugs: [A_B]}}", "invalid plug name: \"A_B\""),
    ("hooks: {install: {slots: [\"\"]}}", "invalid slot name: \"\""),
    (
      "hooks: {install: {command-chain: [a b]}}",
      "hook command-chain contains illegal \"a b\" (legal: '^[A-Za-z0-9/._#:$-]*$')"
    ),
    ("hooks: {install: x}", cannot(3, "!!str `x` into snap.hookYaml")),
    ("hooks: {default-configure: }", "cannot specify \"default-configure\" hook without \"configure\" hook"),
    ("type: base\nhooks: {configure: }", "cannot specify \"configure\" hook for \"base\" snap \"foo\""),
    ("components: {c1: {}}", "cannot parse snap.yaml: unknown component type \"\""),
    ("components: {c: {type: test}}", "invalid snap name: \"c\""),
    ("components: {c1: {type: odd}}", "cannot parse snap.yaml: unknown component type \"odd\""),
    ("components: {c1: {type: test, hooks: {configure: }}}", "unsupported component hook: \"configure\""),
    (
      "components: {c1: {type: test, hooks: {install: {slots: [x]}}}}",
      "component hooks cannot have slots: \"install\" of component \"c1\""
    ),
    ("apps: [a]", cannot(3, "!!seq into map[string]snap.appYaml")),
    ("apps: {a: b}", cannot(3, "!!str `b` into snap.appYaml")),
  ]

  @Test(arguments: top) func whatIsWrongAtTheTop(_ fragment: String, _ error: String) {
    #expect(Self.problem(Self.head + fragment) == error)
  }

  static let apps: [(String, String)] = [
    ("command: 'x;y'", "app description field 'command' contains illegal \"x;y\" (legal: '^[A-Za-z0-9/. _#:$-]*$')"),
    (
      "stop-command: \"x\\ny\"",
      "app description field 'stop-command' contains illegal \"x\\ny\" (legal: '^[A-Za-z0-9/. _#:$-]*$')"
    ),
    (
      "reload-command: x'y",
      "app description field 'reload-command' contains illegal \"x'y\" (legal: '^[A-Za-z0-9/. _#:$-]*$')"
    ),
    (
      "post-stop-command: é",
      "app description field 'post-stop-command' contains illegal \"é\" (legal: '^[A-Za-z0-9/. _#:$-]*$')"
    ),
    (
      "command-chain: [x y]",
      "app description field 'command-chain' contains illegal \"x y\" (legal: '^[A-Za-z0-9/._#:$-]*$')"
    ),
    ("daemon: sample", "\"daemon\" field contains invalid value \"sample\""),
    ("daemon: simple, daemon-scope: odd", "invalid \"daemon-scope\": \"odd\""),
    ("daemon-scope: user", "\"daemon-scope\" can only be set for daemons"),
    ("daemon: dbus", "bus-name is missing"), ("daemon: dbus, bus-name: foo", "invalid DBus bus name: \"foo\""),
    ("daemon: dbus, bus-name: foo.1x", "invalid DBus bus name: \"foo.1x\""),
    ("daemon: dbus, bus-name: a..b", "invalid DBus bus name: \"a..b\""),
    ("completer: ../x", "\"completer\" \"../x\" is outside of the snap"),
    ("autostart: a/b", "\"autostart\" must be the name of a desktop file, not \"a/b\""),
    ("restart-delay: 1s", "restart-delay is only applicable to services"),
    ("start-timeout: 1s", "start-timeout is only applicable to services"),
    ("stop-timeout: 1s", "stop-timeout is only applicable to services"),
    ("watchdog-timeout: 1s", "watchdog-timeout is only applicable to services"),
    ("daemon: simple, restart-delay: -1s", "restart-delay cannot be negative"),
    ("daemon: simple, stop-timeout: -1s", "stop-timeout cannot be negative"),
    ("restart-condition: always", "restart-condition is only applicable to services"),
    ("success-exit-status: [1]", "success-exit-status is only applicable to services"),
    ("daemon: simple, success-exit-status: [0]", "invalid \"success-exit-status\": 0 (must be between 1 and 255)"),
    ("daemon: simple, success-exit-status: [256]", "invalid \"success-exit-status\": 256 (must be between 1 and 255)"),
    (
      "daemon: simple, refresh-mode: ignore-running",
      "\"refresh-mode\" cannot be set to \"ignore-running\" for services"
    ),
    ("refresh-mode: endure", "\"refresh-mode\" for app \"a\" can only have value \"ignore-running\""),
    ("refresh-mode: odd", "\"refresh-mode\" field contains invalid value \"odd\""),
    ("stop-mode: sigkill", "\"stop-mode\" field contains invalid value \"sigkill\""),
    ("install-mode: odd", "\"install-mode\" field contains invalid value \"odd\""),
    ("stop-mode: sigterm", "\"stop-mode\" cannot be used for \"a\", only for services"),
    ("install-mode: enable", "\"install-mode\" cannot be used for \"a\", only for services"),
    ("timer: 9:00", "timer is only applicable to services"),
    ("daemon: simple, timer: odd", "timer has invalid format: cannot parse \"odd\": not a valid weekday"),
    ("after: [b]", "must be a service to define before/after ordering"),
    ("daemon: simple, after: [z]", "before/after references a missing application \"z\""),
    ("daemon: simple, before: [a_b]", "before/after references a missing application \"a_b\""),
    ("daemon: simple, before: [app]", "before/after references a non-service application \"app\""),
    ("daemon: simple, before: [user]", "before/after references service with different daemon-scope \"user\""),
    ("activates-on: [d]", "activates-on is only applicable to services"),
    ("daemon: simple, activates-on: [s]", "invalid activates-on value \"s\": slot does not use dbus interface"),
    (
      "daemon: simple, daemon-scope: user, activates-on: [d]",
      "invalid activates-on value \"d\": bus \"system\" does not match daemon-scope \"user\""
    ),
    ("daemon: simple, activates-on: [e]", "invalid activates-on value \"e\": slot is also activatable on app \"b\""),
    (
      "daemon: simple, sockets: {s: {listen-stream: 80}}",
      "\"network-bind\" interface plug is required when sockets are used"
    ),
  ]

  @Test(arguments: apps) func whatIsWrongWithAnApp(_ keys: String, _ error: String) {
    let others = """
      slots: {d: {interface: dbus, bus: system}, e: {interface: dbus, bus: system}, s: home}
      apps: {app: , user: {daemon: simple, daemon-scope: user}, b: {daemon: simple, activates-on: [e]}, a: {
      """
    #expect(Self.problem(Self.head + others + keys + "}}") == Self.app + error)
  }

  static let socketTexts: [(String, String)] = [
    ("S_: {listen-stream: 80}", "invalid socket name: \"S_\""), ("s: ", "\"listen-stream\" is not defined"),
    ("s: {listen-stream: 80, socket-mode: 01000}", "cannot use mode: 1000"),
    ("s: {listen-stream: 0}", "invalid \"listen-stream\" port number \"0\""),
    ("s: {listen-stream: 65536}", "invalid \"listen-stream\" port number \"65536\""),
    ("s: {listen-stream: x}", "invalid \"listen-stream\" port number \"x\""),
    ("s: {listen-stream: \"127.0.0.1:\"}", "invalid \"listen-stream\" port number \"\""),
    (
      "s: {listen-stream: \"0.0.0.0:80\"}",
      "invalid \"listen-stream\" address \"0.0.0.0\", must be one of: 127.0.0.1, [::1], [::]"
    ),
    ("s: {listen-stream: \"@foo\"}", "path for \"listen-stream\" must be prefixed with \"@snap.foo.\""),
    (
      "s: {listen-stream: /tmp/s}",
      "invalid \"listen-stream\": system daemon sockets must have a prefix of $SNAP_DATA, $SNAP_COMMON or $XDG_RUNTIME_DIR"
    ),
    (
      "s: {listen-stream: $SNAP/s}",
      "invalid \"listen-stream\": system daemon sockets must have a prefix of $SNAP_DATA, $SNAP_COMMON or $XDG_RUNTIME_DIR"
    ),
    (
      "s: {listen-stream: $SNAP_DATA/../s}", "invalid \"listen-stream\": \"$SNAP_DATA/../s\" should be written as \"s\""
    ),
    (
      "s: {listen-stream: $SNAP_DATA//s}",
      "invalid \"listen-stream\": \"$SNAP_DATA//s\" should be written as \"$SNAP_DATA/s\""
    ),
    (
      "s: {listen-stream: \"$SNAP_DATA/s\\n[Service]\"}",
      "invalid \"listen-stream\": \"$SNAP_DATA/s\\n[Service]\" contains spaces or control characters"
    ),
  ]

  @Test(arguments: socketTexts) func whatIsWrongWithASocket(_ socket: String, _ error: String) {
    let name = socket.prefix { $0 != ":" }
    let text = "apps: {a: {daemon: simple, plugs: [network-bind], sockets: {\(socket)}}}"
    #expect(Self.problem(Self.head + text) == Self.app + "invalid definition of socket \"\(name)\": \(error)")
  }

  static let other: [(String, String)] = [
    ("apps: {a: {start-timeout: 5}}", "cannot parse snap.yaml: time: missing unit in duration \"5\""),
    ("apps: {a: {start-timeout: x}}", "cannot parse snap.yaml: time: invalid duration \"x\""),
    ("apps: {a: {start-timeout: 5y}}", "cannot parse snap.yaml: time: unknown unit \"y\" in duration \"5y\""),
    ("apps: {a: {restart-condition: maybe}}", "cannot parse snap.yaml: invalid restart condition"),
    ("apps: {a: {activates-on: [d]}}", "invalid activates-on value \"d\" on app \"a\": slot not found"),
    ("apps: {a: {plugs: home}}", cannot(3, "!!str `home` into []string")),
    ("apps: {a: {command: {}}}", cannot(3, "!!map into string")),
    ("apps: {a: {success-exit-status: [x]}}", cannot(3, "!!str `x` into int")),
    ("apps: {a: {sockets: {s: {socket-mode: x}}}}", cannot(3, "!!str `x` into fs.FileMode")),
    ("apps: {a: {sockets: {s: {socket-mode: -1}}}}", cannot(3, "!!int `-1` into fs.FileMode")),
    (
      "apps: {a_b: }",
      "invalid definition of application \"a_b\": cannot have \"a_b\" as app name - use letters, digits, and dash as separator"
    ),
    (
      "apps: {a: {daemon: simple, after: [b]}, b: {daemon: simple, after: [c]}, c: {daemon: simple, after: [a]}, d: {daemon: simple}}",
      "applications are part of a before/after cycle: a, b, c"
    ),
    ("apps: {a: {daemon: simple, before: [a]}}", "applications are part of a before/after cycle: a"),
    (
      "apps: {a: {common-id: x.y}, b: {common-id: x.y}}",
      "application (\"b\" common-id \"x.y\" must be unique, already used by application \"a\")"
    ),
  ]

  @Test(arguments: other) func whatIsWrongWithTheApps(_ text: String, _ error: String) {
    #expect(Self.problem(Self.head + text) == error)
  }
}
