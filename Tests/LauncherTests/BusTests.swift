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
    // As strict apps of root have it: nothing beyond what modes give.
    plan.capabilities = 0
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
    own() { : > /mnt/own; /run/base/bin/peer --at $1 own $2 > /mnt/own 2>&1 & until grep -q owned /mnt/own; do sleep 0.01; done; }
    start_bus system /run/dbus/system_bus_socket
    for n in Good Bad; do own /run/dbus/system_bus_socket org.example.$n; done
    # Processes of the proxy and its keeper; they leave soon after the app.
    helpers() { pgrep -fc '^(/usr/bin/xdg-dbus-proxy|/mnt/snap-confine|/run/snap-confine-caps) ' ; }
    gone() { for i in $(seq 300); do [ "$(helpers)" = 0 ] && echo gone && return; sleep 0.01; done; pgrep -fa . ; }
    # In the sandbox `run COMMAND`; as ann with `hers COMMAND`.
    run() { launch --home /root ${TAG:-snap.hello.app} -- /bin/bash -c "$*"; }
    hers() { as_user --home /home/ann ${TAG:-snap.hello.app} -- /bin/bash -c "$*"; }

    """ + script + "\nkill $(jobs -p) 2>/dev/null\n"
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
      gone
      TAG=snap.hello.none run peer call org.example.Good
      run 'exit 7'; echo code $?
      gone
      """, [plan(system: granted, shared: true), plan("snap.hello.none")])
    let denied = "refused org.freedesktop.DBus.Error.ServiceUnknown"
    let allowed = "answered"
    #expect(
      output == [
        allowed, denied, "owned", denied, allowed, denied, allowed, denied,
        allowed, allowed, allowed, "gone", "no bus", "code 7", "gone",
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
      # Root has no session, and an address that is a program is none: the usual place is meant.
      run 'echo ${DBUS_SESSION_BUS_ADDRESS-unset}'
      DBUS_SESSION_BUS_ADDRESS=unixexec:path=/bin/true hers peer --session call org.example.Session
      """, [plan(session: ["--talk=org.example.Session"])])
    #expect(output.prefix(4) == ["answered", "refused org.freedesktop.DBus.Error.ServiceUnknown", "no bus", "unset"])
    #expect(output.last == "answered")
  }

  @Test func otherAppsOfTheSnapDoNotFindIt() throws {
    let output = try lines(
      """
      mkfifo /mnt/hold
      (run 'peer hold & echo $DBUS_SYSTEM_BUS_ADDRESS; read; kill %1' < /mnt/hold > /mnt/held) &
      exec 9>/mnt/hold
      until grep -q connected /mnt/held; do sleep 0.01; done
      grep -o 'unix:path=/run/snapd-bus/' /mnt/held
      TAG=snap.hello.none run 'stat -c %a:%u /run/snapd-bus; ls /run/snapd-bus 2>&1; echo /run/snapd-bus/*
        [ -e /run/dbus/system_bus_socket ] || echo no link; (: > /run/snapd-bus/x) 2>/dev/null || echo read-only
        for f in /proc/net/unix /proc/self/mountinfo; do [[ $(<$f) == *snapd-bus* ]] || echo unnamed; done'
      # Nothing of it is on the host, and the keeper has left nothing open and no right.
      ls -d /run/snapd-bus 2>/dev/null
      for p in $(pgrep -f '^(/usr/bin/xdg-dbus-proxy|/mnt/snap-confine) '); do
        grep -h -E 'CapBnd|NoNewPrivs' /proc/$p/status
        for f in /proc/$p/fd/*; do readlink $f; done | sed 's/:.*//' | sort -u | tr '\\n' ' '; echo
      done
      echo >&9; exec 9>&-
      gone
      """, [plan(system: ["--talk=org.example.Good"]), plan("snap.hello.none")])
    #expect(output.first == "unix:path=/run/snapd-bus/")
    #expect(
      output.dropFirst().prefix(7) == [
        "333:0", "ls: cannot open directory '/run/snapd-bus': Permission denied", "/run/snapd-bus/*", "no link",
        "read-only", "unnamed", "unnamed",
      ])
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
      mkfifo /mnt/steps /mnt/done
      (run 'while read line; do peer call org.example.$line; done' < /mnt/steps > /mnt/done) &
      exec 6> /mnt/steps 7< /mnt/done
      step() { echo $1 >&6; read answer <&7; echo $answer; }
      # Written as the daemon does: aside, then renamed over.
      swap() { cp /mnt/$1 /var/lib/snapd/launch/new; mv /var/lib/snapd/launch/new /var/lib/snapd/launch/snap.hello.app.plan; sleep 0.3; }
      step Good; step Bad; swap other; step Good; step Bad; swap none; step Bad; swap before; step Good
      rm /var/lib/snapd/launch/snap.hello.app.plan; sleep 0.3; step Good
      exec 6>&- 7<&-
      gone
      """, [before], ["before": before, "other": other, "none": plan()])
    let denied = "refused org.freedesktop.DBus.Error.ServiceUnknown"
    #expect(output == ["answered", denied, denied, "answered", "no bus", "answered", "no bus", "gone"])
  }

  @Test func theWellKnownPlaceIsForEqualsOnly() throws {
    let granted = ["--talk=org.example.Good"]
    let output = try lines(
      """
      mkfifo /mnt/hold /mnt/held
      (run 'unset DBUS_SYSTEM_BUS_ADDRESS; peer hold & read; peer call org.example.Good' < /mnt/hold > /mnt/held) &
      exec 6> /mnt/hold 7< /mnt/held
      hear() { read answer <&7; echo $answer; }
      hear
      TAG=snap.hello.equal run 'unset DBUS_SYSTEM_BUS_ADDRESS; peer call org.example.Good'
      # From here on the two are not equal any more, as `connect` may do it. Who held a connection loses it.
      cp /mnt/alone /var/lib/snapd/launch/new; mv /var/lib/snapd/launch/new /var/lib/snapd/launch/snap.hello.app.plan
      hear
      TAG=snap.hello.none run 'unset DBUS_SYSTEM_BUS_ADDRESS; peer call org.example.Good'
      TAG=snap.hello.none run '[ -L /run/dbus/system_bus_socket ] && cat /run/dbus/system_bus_socket 2>/dev/null || echo dangling'
      echo >&6; hear
      exec 6>&- 7<&-; gone
      """,
      [
        plan(system: granted, shared: true), plan("snap.hello.equal", system: granted, shared: true),
        plan("snap.hello.none"),
      ], ["alone": plan(system: granted)])
    #expect(output == ["connected", "answered", "closed", "no bus", "dangling", "no bus", "gone"])
  }

  @Test func theKeeperStaysForThoseLeftRunning() throws {
    let output = try lines(
      """
      mkfifo /mnt/go
      exec 6<>/mnt/go
      run 'exec 5<&0; (read <&5; peer call org.example.Good > /tmp/after; : > /tmp/end) &' </mnt/go
      echo launched; sleep 0.2
      echo >&6
      T=/var/lib/snapd/private-tmp/snap.hello/tmp
      until [ -e $T/end ]; do sleep 0.01; done
      cat $T/after; gone
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
