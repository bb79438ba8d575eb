import Testing

@testable import Desktop

@Suite struct DesktopFileFilterTests {
  let filter = DesktopFileFilter(
    instance: "foo_key", snap: "foo", image: "/snap/foo_key/current",
    apps: [
      .init(name: "foo", command: "foo", program: "/snap/bin/foo_key"),
      .init(name: "bar", command: "foo.bar", program: "/snap/bin/foo_key.bar", commonID: "org.foo.Bar"),
      .init(name: "service", command: "foo.service", program: "/usr/bin/false"),
    ])

  /// Each line alone below `[Desktop Entry]`, and what becomes of it; nil for a line that goes.
  static let lines: [(String, String?)] = [
    ("", ""), ("  # a remark", "  # a remark"),
    ("Type=Application", "Type=Application"), ("Version=1.1", "Version=1.1"),
    ("Name=A name", "Name=A name"), ("Name[de]=Ein Name", "Name[de]=Ein Name"),
    ("Name[de_DE.UTF-8@euro]=x", "Name[de_DE.UTF-8@euro]=x"), ("Name[sr@latin]=x", "Name[sr@latin]=x"),
    ("GenericName[pt_BR]=x", "GenericName[pt_BR]=x"), ("Comment=c", "Comment=c"),
    ("Keywords[fr]=a;b;", "Keywords[fr]=a;b;"),
    ("NoDisplay=true", "NoDisplay=true"), ("Hidden=true", "Hidden=true"), ("OnlyShowIn=GNOME;", "OnlyShowIn=GNOME;"),
    ("NotShowIn=KDE;", "NotShowIn=KDE;"), ("Terminal=true", "Terminal=true"), ("Actions=new;", "Actions=new;"),
    ("MimeType=text/plain;", "MimeType=text/plain;"), ("Categories=Game;", "Categories=Game;"),
    ("StartupNotify=true", "StartupNotify=true"), ("StartupWMClass=foo", "StartupWMClass=foo"),
    ("PrefersNonDefaultGPU=true", "PrefersNonDefaultGPU=true"), ("SingleMainWindow=true", "SingleMainWindow=true"),
    ("X-Ayatana-Desktop-Shortcuts=a", "X-Ayatana-Desktop-Shortcuts=a"),
    ("TargetEnvironment=Unity", "TargetEnvironment=Unity"),
    ("[Desktop Action new-window]", "[Desktop Action new-window]"), ("[a Shortcut Group]", "[a Shortcut Group]"),
    // Lines end with a carriage return too.
    ("Name=x\r", "Name=x"),
    ("Comment=${SNAP} and ${SNAP}", "Comment=/snap/foo_key/current and /snap/foo_key/current"),
    // Unknown keys and those that are not supported.
    ("TryExec=/bin/sh", nil), ("DBusActivatable=true", nil), ("Implements=org.x;", nil), ("Path=/tmp", nil),
    ("X-GNOME-Autostart=true", nil), ("X-SnapInstanceName=other", nil), ("X-SnapAppName=x", nil), ("URL=x", nil),
    // What only looks like a known one.
    ("Name =x", nil), (" Name=x", nil), ("name=x", nil), ("Name", nil), ("NameX=x", nil), ("Exec[de]=foo", nil),
    ("Icon[de]=x", nil), ("Type[de]=x", nil), ("Name[]=x", nil), ("Name[d e]=x", nil), ("Name[de]x=x", nil),
    ("Name[DE]=x", nil), ("\u{212A}eywords=x", nil), ("Name\u{301}=x", nil),
    ("[Desktop Action a b]", nil), ("[Desktop Action ]", nil), ("[ Shortcut Group]", nil), ("[X-Other]", nil),
    ("[Desktop Entry] ", nil), (" [Desktop Entry]", nil),
    // Characters at which other readers end a line or a text.
    ("Name=x\rExec=evil", nil), ("Name=x\u{0}y", nil), ("# a\u{B}b", nil),
    // Command lines: an app of the snap by its own name, or none.
    ("Exec=foo", "X-SnapAppName=foo\nExec=/snap/bin/foo_key"),
    ("Exec=foo --new %U", "X-SnapAppName=foo\nExec=/snap/bin/foo_key --new %U"),
    (
      "Exec=foo.bar ${SNAP}/x",
      "X-SnapAppName=bar\nX-SnapCommonID=org.foo.Bar\nExec=/snap/bin/foo_key.bar /snap/foo_key/current/x"
    ),
    ("Exec=foo.service", "X-SnapAppName=service\nExec=/usr/bin/false"),
    ("Exec=foo.nothing", nil), ("Exec=foo\t-x", nil), ("Exec=foo;sh", nil), ("Exec=/snap/bin/foo", nil),
    ("Exec=sh -c foo", nil), ("Exec= foo", nil), ("Exec=", nil), ("Exec=foo_key", nil), ("Exec=foo\u{301} x", nil),
    // Icons: files of the snap, its own names, names of the theme.
    ("Icon=${SNAP}/meta/gui/icon.png", "Icon=/snap/foo_key/current/meta/gui/icon.png"),
    ("Icon=snap.foo.logo", "Icon=snap.foo_key.logo"), ("Icon=firefox", "Icon=firefox"),
    ("Icon=snap.other.logo", "Icon=snap.other.logo"),
    ("Icon=/etc/passwd", nil), ("Icon=${SNAP}/../x", nil), ("Icon=${SNAP}//x", nil), ("Icon=${SNAP}/x/", nil),
    ("Icon=${SNAP}/./x", nil), ("Icon=../x", nil), ("Icon=x${SNAP}/y", nil),
    ("Icon=x${SNAP}", nil), ("Icon=${SNAP}", nil), ("Icon=snap.foo.${SNAP}", nil),
  ]

  @Test(arguments: lines)
  func line(_ line: String, becomes expected: String?) {
    let output = filter.filter(Array("[Desktop Entry]\n\(line)\n".utf8), stem: "unknown").map {
      String(decoding: $0, as: UTF8.self)
    }
    #expect(
      output.map { Array($0.utf8) }
        == Array("[Desktop Entry]\nX-SnapInstanceName=foo_key\n\(expected.map { "\($0)\n" } ?? "")".utf8))
  }

  @Test func wholeFile() {
    func filtered(_ text: String, stem: String) -> String? {
      filter.filter(Array(text.utf8), stem: stem).map { String(decoding: $0, as: UTF8.self) }
    }
    // A command line that names nothing starts the app that the file is named like.
    #expect(
      filtered("[Desktop Entry]\nExec=/usr/bin/sh %U", stem: "bar")
        == "[Desktop Entry]\nX-SnapInstanceName=foo_key\nX-SnapAppName=bar\nX-SnapCommonID=org.foo.Bar\n"
        + "Exec=/snap/bin/foo_key.bar\n")
    #expect(filtered("Name=x\n", stem: "bar") == nil)
    #expect(filtered("", stem: "bar") == nil)
    #expect(filtered("\n[Desktop Entry]", stem: "x") == "\n[Desktop Entry]\nX-SnapInstanceName=foo_key\n")
  }

  /// Whatever comes in, only admitted lines come out, and all commands are the snap's own.
  @Test func propertyOfRandomText() {
    var generator = SeededGenerator(seed: 7)
    let pieces = [
      "[Desktop Entry]", "[Desktop Action a]", "Exec=foo", "Exec=foo.bar", "Exec=", "Icon=", "Name", "[de]", "=", "\n",
      "\r\n", "\r",
      " ", "/", "${SNAP}", "..", "TryExec=sh", "Implements=x", "DBusActivatable=true", "X-SnapInstanceName=evil",
      "\u{0}",
      "\u{301}", "x", "snap.foo.", "#", "sh -c", ";",
    ]
    for _ in 0..<20_000 {
      let count = Int.random(in: 1...14, using: &generator)
      let text = "[Desktop Entry]\n" + (0..<count).map { _ in pieces.randomElement(using: &generator) ?? "" }.joined()
      guard let output = filter.filter(Array(text.utf8), stem: "foo") else { continue }
      #expect(DesktopFileProperty.violation(of: output, by: filter) == nil, "\(text.debugDescription)")
    }
  }
}

/// The same numbers each time.
struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64
  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return (state >> 33) ^ (state << 31)
  }
}
