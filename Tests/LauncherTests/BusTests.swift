import LaunchPlan
import Testing

@testable import Launcher

/// Message buses behind the keeper and its proxy, with a bus of the stage's own.
@Suite struct BusTests {
  private func plan(
    _ tag: String = "snap.hello.app", system: [String] = [], session: [String] = [], shared: Bool = false
  ) -> LaunchPlan {
    var plan = Stage.plan(tag)
    plan.systemBus = system
    plan.sessionBus = session
    plan.sharesSystemBus = shared
    return plan
  }

  /// Starts a bus that allows everything, at `/run/dbus/system_bus_socket` and as ann's session, with owners of the
  /// names org.example.{Good,Bad}. `peer` is the client in the sandbox.
  private func stage(_ script: String) throws -> String {
    """
    export DBUS_SESSION_BUS_ADDRESS=
    unset DBUS_SESSION_BUS_ADDRESS DBUS_SYSTEM_BUS_ADDRESS
    cp \(try Stage.programs())bus-peer /run/base/bin/peer
    start_bus() {
      cat > /mnt/$1.conf <<CONF
    <!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-BUS Bus Configuration 1.0//EN"
     "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
    <busconfig><type>system</type><listen>unix:path=$2</listen><auth>EXTERNAL</auth><policy context="default">
    <allow user="*"/><allow own="*"/><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/>
    </policy></busconfig>
    CONF
      mkdir -p $(dirname $2)
      dbus-daemon --config-file=/mnt/$1.conf --nofork --nopidfile 2>/dev/null &
      until [ -S $2 ]; do sleep 0.01; done
    }
    own() { /run/base/bin/peer --at $1 own $2 > /mnt/own 2>&1 & until grep -q owned /mnt/own; do sleep 0.01; done; }
    start_bus system /run/dbus/system_bus_socket
    for n in Good Bad; do own /run/dbus/system_bus_socket org.example.$n; done
    # Processes of the proxy and its keeper; they leave soon after the app.
    helpers() { pgrep -fc '^(/usr/bin/xdg-dbus-proxy|/mnt/snap-confine|/run/snap-confine-caps) ' ; }
    gone() { for i in $(seq 300); do [ "$(helpers)" = 0 ] && echo gone && return; sleep 0.01; done; pgrep -fa . ; }
    # In the sandbox `run COMMAND`; as ann with `hers COMMAND`.
    run() { launch --home /root ${TAG:-snap.hello.app} -- /bin/bash -c "$*"; }
    hers() { as_user --home /home/ann ${TAG:-snap.hello.app} -- /bin/bash -c "$*"; }

    """ + script + "\nkill $(jobs -p)\n"
  }

  private func lines(_ script: String, _ plans: [LaunchPlan], _ variants: [String: LaunchPlan] = [:]) throws -> [String]
  {
    let result = try Stage.run(try stage(script), plans: plans, variants: variants)
    #expect(result.errors == "")
    return result.output.split(separator: "\n").map(String.init)
  }

  @Test func onlyWhatIsGrantedPasses() throws {
    let granted = ["--talk=org.example.Good", "--own=org.example.Mine"]
    let output = try lines(
      """
      run peer call org.example.Good
      run peer call org.example.Bad
      run peer try org.example.Mine
      run peer try org.example.Yours
      hers peer call org.example.Good
      hers peer call org.example.Bad
      # At the well-known place as well, without the variable.
      run 'unset DBUS_SYSTEM_BUS_ADDRESS; peer call org.example.Good; peer call org.example.Bad'
      # Two connections at once before the proxy listens, and one after.
      run 'peer call org.example.Good & peer call org.example.Good & wait; peer call org.example.Good'
      TAG=snap.hello.none run peer call org.example.Good
      run 'exit 7'; echo code $?
      gone
      """, [plan(system: granted, shared: true), plan("snap.hello.none")])
    let denied = "refused org.freedesktop.DBus.Error.ServiceUnknown"
    let allowed = "answered"
    #expect(
      output == [
        allowed, denied, "owned", "refused org.freedesktop.DBus.Error.AccessDenied", allowed, denied, allowed, denied,
        allowed, allowed, allowed, "no bus", "code 7", "gone",
      ])
  }

  @Test func theSessionIsTheUsersOwn() throws {
    let output = try lines(
      """
      mkdir -p /run/user/1000; chown 1000 /run/user/1000
      start_bus session /run/user/1000/bus
      own /run/user/1000/bus org.example.Session
      hers peer --session call org.example.Session
      hers peer --session call org.example.System
      hers peer call org.example.Good
      # Root has no session, and an address that is a program is none.
      run 'echo ${DBUS_SESSION_BUS_ADDRESS-unset}'
      DBUS_SESSION_BUS_ADDRESS=unixexec:path=/bin/true hers 'echo $DBUS_SESSION_BUS_ADDRESS'
      """, [plan(session: ["--talk=org.example.Session"])])
    #expect(output.prefix(4) == ["answered", "refused org.freedesktop.DBus.Error.ServiceUnknown", "no bus", "unset"])
    #expect(output.last == "unixexec:path=/bin/true")
  }

  @Test func otherAppsOfTheSnapDoNotFindIt() throws {
    let output = try lines(
      """
      mkfifo -m 666 /tmp/hold
      (run 'peer hold & echo $DBUS_SYSTEM_BUS_ADDRESS; read; kill %1' < /tmp/hold > /mnt/held) &
      exec 9> /tmp/hold
      until grep -q connected /mnt/held; do sleep 0.01; done
      grep -o 'unix:path=/run/snapd-bus/' /mnt/held
      TAG=snap.hello.none run 'stat -c %a:%u /run/snapd-bus; ls /run/snapd-bus 2>&1 | head -1; echo /run/snapd-bus/*
        ls -A /run/dbus; grep -c snapd-bus /proc/net/unix; grep -c snapd-bus /proc/self/mountinfo'
      TAG=snap.hello.none hers 'ls /run/snapd-bus 2>&1 | head -1; mkdir /run/snapd-bus/x 2>&1 | head -1'
      # Nothing of it is on the host, and the keeper has left nothing open and no right.
      ls -d /run/snapd-bus 2>/dev/null
      for p in $(pgrep -f '^(/usr/bin/xdg-dbus-proxy|/mnt/snap-confine) '); do
        grep -h -E 'CapBnd|NoNewPrivs' /proc/$p/status
        for f in /proc/$p/fd/*; do readlink $f; done | sed 's/:.*//' | sort -u | tr '\\n' ' '; echo
      done
      echo >&9; exec 9>&-
      gone
      rm /tmp/hold
      """, [plan(system: ["--talk=org.example.Good"]), plan("snap.hello.none")])
    #expect(output.first == "unix:path=/run/snapd-bus/")
    #expect(
      output.dropFirst().prefix(3) == [
        "333:0", "ls: cannot open directory '/run/snapd-bus': Permission denied", "/run/snapd-bus/*",
      ])
    #expect(output.contains("0"))
    #expect(output.filter { $0 == "NoNewPrivs:\t1" }.count == 2)
    #expect(output.filter { $0 == "CapBnd:\t0000000000000000" }.count == 2)
    #expect(!output.contains("/run/snapd-bus"))
    #expect(output.last == "gone")
  }

  @Test func whatThePlanSaysNowCounts() throws {
    let before = plan(system: ["--talk=org.example.Good"])
    let other = plan(system: ["--talk=org.example.Bad"])
    let output = try lines(
      """
      mkfifo -m 666 /tmp/steps /tmp/done
      (run 'while read line; do peer call org.example.$line; echo >&8; done' < /tmp/steps 8> /tmp/done) &
      exec 6> /tmp/steps 7< /tmp/done
      step() { echo $1 >&6; read <&7; }
      # Written as the daemon does: aside, then renamed over.
      swap() { cp /mnt/$1 /var/lib/snapd/launch/new; mv /var/lib/snapd/launch/new /var/lib/snapd/launch/snap.hello.app.plan; sleep 0.3; }
      step Good; step Bad; swap other; step Good; step Bad; swap none; step Bad; swap before; step Good
      rm /var/lib/snapd/launch/snap.hello.app.plan; sleep 0.3; step Good
      exec 6>&- 7<&-
      gone
      rm /tmp/steps /tmp/done
      """, [before], ["before": before, "other": other, "none": plan()])
    let denied = "refused org.freedesktop.DBus.Error.ServiceUnknown"
    #expect(output == ["answered", denied, denied, "answered", "no bus", "answered", "no bus", "gone"])
  }

  @Test func theKeeperStaysForThoseLeftRunning() throws {
    let output = try lines(
      """
      mkfifo -m 666 /tmp/go
      run '(read; peer call org.example.Good > /tmp/after; : > /tmp/end) < /tmp/go &' 8<>/tmp/go
      echo launched; sleep 0.2
      echo > /tmp/go
      T=/var/lib/snapd/private-tmp/snap.hello/tmp
      until [ -e $T/end ]; do sleep 0.01; done
      cat $T/after; gone; rm /tmp/go
      """, [plan(system: ["--talk=org.example.Good"])])
    #expect(output == ["launched", "answered", "gone"])
  }

  @Test func withoutAProxyOrABusNothingIsOpen() throws {
    let result = try Stage.run(
      try stage(
        """
        kill %1; rm -f /run/dbus/system_bus_socket
        run 'echo ${DBUS_SYSTEM_BUS_ADDRESS-unset}; peer call org.example.Good'
        start_bus system /run/dbus/system_bus_socket
        mount --bind /mnt/own /usr/bin/xdg-dbus-proxy
        run 'echo started'; echo $?
        hers 'echo started'; echo $?
        """), plans: [plan(system: ["--talk=org.example.Good"])])
    #expect(result.output.split(separator: "\n") == ["unset", "no bus", "1", "1"])
    let sentence =
      "cannot launch snap.hello.app: what it may do on the message bus is enforced by /usr/bin/xdg-dbus-proxy, which is not installed"
    #expect(result.errors.split(separator: "\n").filter { $0 == sentence }.count == 2)
  }

  @Test(arguments: [
    ("/run/dbus/system_bus_socket", "/run/dbus/system_bus_socket"), ("/a b,c;%", "/a%20b%2cc%3b%25"),
  ])
  func pathsAreEscapedInAddresses(path: String, address: String) {
    #expect(BusDoor.escaped(path) == address)
  }

  @Test(arguments: [
    ("unix:path=/run/user/7/bus", "unix:path=/run/user/7/bus"), ("unix:abstract=x,guid=1", "unix:abstract=x,guid=1"),
    ("unix:path=/a;unixexec:path=/bin/sh", "unix:path=/a"), ("unixexec:path=/bin/sh", nil), ("tcp:host=x", nil),
    ("unix:path=/a b", nil), ("--talk=x", nil), ("", nil),
  ])
  func onlyLocalSocketsAreSessions(text: String, expected: String?) {
    let environment = [Array("X=1".utf8), Array("DBUS_SESSION_BUS_ADDRESS=\(text)".utf8)]
    #expect(BusDoor.sessionAddress(environment, prefix: "/nowhere", uid: 7) == expected)
  }
}
