import Testing

@testable import Host

@Suite struct UnitTests {
  @Test(arguments: ["/home/u/a%\u{301}", "/home/\u{301}=x", "/home/u/\u{600}%%/\u{301}"])
  func aMountUnitIsReadBackByBytes(directory: String) throws {
    let unit = MountUnit.tried(instance: "foo", revision: "x1", directory: directory)
    let read = try #require(MountUnit(text: unit.render()))
    #expect(Array(read.what.utf8) == Array(directory.utf8))
  }

  @Test(arguments: [
    ("/snap/foo/17", "snap-foo-17"),
    ("/snap/foo-bar/x1", #"snap-foo\x2dbar-x1"#),
    ("/", "-"),
    ("", "-"),
    ("//snap///foo/", "snap-foo"),
    ("/.hidden/.x", #"\x2ehidden-.x"#),
    ("/a b/ü", #"a\x20b-\xc3\xbc"#),
    (#"/a\b"#, #"a\x5cb"#),
    ("/a:b_c.d", "a:b_c.d"),
  ])
  func pathsAreEscapedAsSystemdDoes(path: String, name: String) {
    #expect(UnitName.escape(path: path) == name)
  }

  @Test(arguments: [
    ("snap.foo.bar.service", true), ("a.b", true), (#"snap-foo\x2dbar-1.mount"#, true), ("", false), ("service", false),
    (".service", false), ("../x.service", false), ("a/b.service", false), ("a b.service", false),
    (String(repeating: "a", count: 250) + ".mount", false),
  ])
  func onlyPlainTextNamesAUnit(name: String, valid: Bool) {
    #expect(UnitName.isValid(name) == valid)
  }

  @Test func mountUnitText() {
    let unit = MountUnit.image(instance: "foo-bar", revision: "44")
    #expect(unit.name == #"snap-foo\x2dbar-44.mount"#)
    #expect(
      unit.render() == """
        [Unit]
        Description=Mount unit for foo-bar, revision 44
        After=snapd.mounts-pre.target
        Before=snapd.mounts.target

        [Mount]
        What=/var/lib/snapd/snaps/foo-bar_44.snap
        Where=/snap/foo-bar/44
        Type=squashfs
        Options=nodev,ro,x-gdu.hide,x-gvfs-hide
        LazyUnmount=yes

        [Install]
        WantedBy=snapd.mounts.target
        WantedBy=multi-user.target

        """)
    var tried = MountUnit.tried(instance: "foo", revision: "x1", directory: "/home/me/100%\nWhat=/etc")
    tried.origin = "kernel-modules"
    tried.before = ["systemd-udevd.service"]
    let text = tried.render()
    // No value can begin a line, and `%` is no specifier.
    #expect(text.contains("\nWhat=/home/me/100%% What=/etc\n"))
    #expect(text.contains("\nType=none\nOptions=bind,nodev,ro,x-gdu.hide,x-gvfs-hide\n"))
    #expect(text.contains("Before=snapd.mounts.target\nBefore=systemd-udevd.service\n"))
    #expect(text.hasSuffix("WantedBy=multi-user.target\nX-SnapdOrigin=kernel-modules\n"))
  }

  @Test func plainServiceText() {
    var service = ServiceDefinition(instance: "snap", app: "app", command: ["/usr/bin/snap", "run", "snap.app"])
    service.mountUnit = "snap-snap-44.mount"
    service.workingDirectory = "/var/snap/snap/44"
    #expect(
      service.render() == """
        [Unit]
        # Auto-generated, DO NOT EDIT
        Description=Service for snap application snap.app
        Requires=snap-snap-44.mount
        Wants=network.target
        After=snap-snap-44.mount network.target snapd.apparmor.service
        X-Snappy=yes

        [Service]
        EnvironmentFile=-/etc/environment
        ExecStart=/usr/bin/snap run snap.app
        SyslogIdentifier=snap.app
        Restart=on-failure
        WorkingDirectory=/var/snap/snap/44
        TimeoutStopSec=30
        Type=simple

        [Install]
        WantedBy=multi-user.target

        """)
  }

  @Test func serviceTextWithEverything() throws {
    var service = ServiceDefinition(
      instance: "foo_key", app: "srv",
      command: ["/usr/bin/snap", "run", "--timer=10:00-12:00,,mon,23:00~01:00/2", "foo_key.srv"])
    service.type = .oneshot
    service.mountUnit = "snap-foo_key-1.mount"
    service.after = ["snap.foo_key.a.service", "snap.foo_key.b.service"]
    service.before = ["snap.foo_key.c.service"]
    service.stopCommand = ["/usr/bin/snap", "run", "--command=stop", "foo_key.srv"]
    service.reloadCommand = ["/usr/bin/snap", "run", "--command=reload", "foo_key.srv"]
    service.postStopCommand = ["/usr/bin/snap", "run", "--command=post-stop", "foo_key.srv"]
    service.environment = [.init("SNAPPY_GLOBAL_ROOT", "/a b/$x%")]
    service.restartDelay = .milliseconds(1500)
    service.successExitStatus = [42, 250]
    service.stopTimeout = .milliseconds(100)
    service.startTimeout = .seconds(60)
    service.watchdogTimeout = .seconds(12)
    service.stopMode = StopMode(yaml: "sighup")
    service.busName = "org.foo"
    service.oomScoreAdjust = -899
    service.slice = "snap.group.slice"
    service.logNamespace = "snap-group"
    service.snippets = ["Delegate=yes"]
    service.sockets = [SocketDefinition(name: "web", listenStream: "/var/snap/foo_key/1/s", mode: 0o640)]
    service.timer = try TimerDefinition(schedule: "10:00,11:30-12:00", of: "foo_key.srv")
    let units = service.units()
    #expect(
      units.map(\.name) == [
        "snap.foo_key.srv.service", "snap.foo_key.srv.web.socket", "snap.foo_key.srv.timer",
      ])
    #expect(
      units[0].text == #"""
        [Unit]
        # Auto-generated, DO NOT EDIT
        Description=Service for snap application foo_key.srv
        Requires=snap-foo_key-1.mount
        Wants=network.target
        After=snap-foo_key-1.mount network.target snap.foo_key.a.service snap.foo_key.b.service snapd.apparmor.service
        Before=snap.foo_key.c.service
        X-Snappy=yes

        [Service]
        EnvironmentFile=-/etc/environment
        Environment=SNAPD_LOG_NAMESPACE=snap-group
        Environment="SNAPPY_GLOBAL_ROOT=/a b/$x%%"
        ExecStart=/usr/bin/snap run --timer="10:00-12:00,,mon,23:00~01:00/2" foo_key.srv
        SyslogIdentifier=foo_key.srv
        Restart=no
        RestartSec=1.5
        SuccessExitStatus=42 250
        ExecStop=/usr/bin/snap run --command=stop foo_key.srv
        ExecReload=/usr/bin/snap run --command=reload foo_key.srv
        ExecStopPost=/usr/bin/snap run --command=post-stop foo_key.srv
        TimeoutStopSec=0.1
        TimeoutStartSec=60
        Type=oneshot
        RemainAfterExit=yes
        BusName=org.foo
        WatchdogSec=12
        KillMode=process
        KillSignal=SIGHUP
        OOMScoreAdjust=-899
        Delegate=yes
        Slice=snap.group.slice

        """#)
    #expect(
      units[1].text == """
        [Unit]
        # Auto-generated, DO NOT EDIT
        Description=Socket web for snap application foo_key.srv
        Requires=snap-foo_key-1.mount
        After=snap-foo_key-1.mount
        X-Snappy=yes

        [Socket]
        Service=snap.foo_key.srv.service
        FileDescriptorName=web
        ListenStream=/var/snap/foo_key/1/s
        SocketMode=0640

        [Install]
        WantedBy=sockets.target

        """)
    #expect(
      units[2].text == """
        [Unit]
        # Auto-generated, DO NOT EDIT
        Description=Timer srv for snap application foo_key.srv
        Requires=snap-foo_key-1.mount
        After=snap-foo_key-1.mount
        X-Snappy=yes

        [Timer]
        Unit=snap.foo_key.srv.service
        OnCalendar=*-*-* 10:00
        OnCalendar=*-*-* 11:30

        [Install]
        WantedBy=timers.target

        """)
  }

  @Test func userServicesBelongToTheSession() throws {
    var service = ServiceDefinition(instance: "foo", app: "agent", command: ["/usr/bin/snap", "run", "foo.agent"])
    service.scope = .user
    service.workingDirectory = "/var/snap/foo/44"
    #expect(
      service.render() == """
        [Unit]
        # Auto-generated, DO NOT EDIT
        Description=Service for snap application foo.agent
        X-Snappy=yes

        [Service]
        EnvironmentFile=-/etc/environment
        ExecStart=/usr/bin/snap run foo.agent
        SyslogIdentifier=foo.agent
        Restart=on-failure
        WorkingDirectory=/var/snap/foo/44
        TimeoutStopSec=30
        Type=simple

        [Install]
        WantedBy=default.target

        """)
    service.sockets = [
      SocketDefinition(name: "a", listenStream: "%h/snap/foo/44/100%/s"),
      SocketDefinition(name: "b", listenStream: "%t/snap.foo/s", mode: 0o600),
      SocketDefinition(name: "c", listenStream: "/%t/s"),
    ]
    service.timer = try TimerDefinition(schedule: "mon,10:00", of: "foo.agent")
    let units = service.units()
    // Started by something else, it is not wanted by itself.
    #expect(units[0].text.hasSuffix("Type=simple\n"))
    #expect(
      units[1].text == """
        [Unit]
        # Auto-generated, DO NOT EDIT
        Description=Socket a for snap application foo.agent
        X-Snappy=yes

        [Socket]
        Service=snap.foo.agent.service
        FileDescriptorName=a
        ListenStream=%h/snap/foo/44/100%%/s

        [Install]
        WantedBy=sockets.target

        """)
    #expect(units[2].text.contains("ListenStream=%t/snap.foo/s\nSocketMode=0600\n"))
    #expect(units[3].text.contains("ListenStream=/%%t/s\n"))
    #expect(
      units[4].text == """
        [Unit]
        # Auto-generated, DO NOT EDIT
        Description=Timer agent for snap application foo.agent
        X-Snappy=yes

        [Timer]
        Unit=snap.foo.agent.service
        OnCalendar=Mon *-*-* 10:00

        [Install]
        WantedBy=timers.target

        """)
  }

  @Test func aUseOfABusNameStartsAService() {
    var service = ServiceDefinition(instance: "foo", app: "srv", command: ["/usr/bin/snap", "run", "foo.srv"])
    service.type = .dbus
    service.busName = "org.foo"
    service.activatesOn = ["org.foo"]
    let text = service.render()
    #expect(text.hasSuffix("TimeoutStopSec=30\nType=dbus\nBusName=org.foo\n"))
    #expect(service.activeUnits.isEmpty && service.units().count == 1)
  }

  @Test(arguments: [
    ("sigterm", "TERM", false), ("sigterm-all", "TERM", true), ("sigusr1", "USR1", false), ("sigint-all", "INT", true),
    ("sigkill", nil, false), ("SIGTERM", nil, false), ("term", nil, false), ("", nil, false),
    ("sigterm-all-all", nil, false),
  ])
  func stopModes(yaml: String, signal: String?, all: Bool) {
    let mode = StopMode(yaml: yaml)
    #expect(mode?.signal.rawValue == signal)
    if let mode { #expect(mode.all == all) }
  }

  @Test func startOrder() {
    let texts = [
      "a": "After=x.mount b c\n", "b": "After=c\n", "c": "[Unit]\n", "d": "Before=c\n", "e": "After=f\n",
      "f": "After=e\n",
    ]
    let groups = StartOrder.groups(texts.keys.sorted(), predecessors: StartOrder.predecessors(in: texts))
    #expect(groups == [["d"], ["c"], ["b"], ["a"], ["e"], ["f"]])
  }
}
