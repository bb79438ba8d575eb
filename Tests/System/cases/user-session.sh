# Sessions of users: services of snaps in them, by the agent; what starts with them; what snaps open outside of themselves.
. "$here/stage.sh"
cp "${RELEASE:-$top/.build-release/release}/bus-peer" "$WORK/peer"
cp -r "$top/Packaging/tree/usr/share/dbus-1/services" "$WORK/bus-services"

on_stage '
  unset DBUS_SYSTEM_BUS_ADDRESS DBUS_SESSION_BUS_ADDRESS
  cp /work/bus-services/* /usr/share/dbus-1/services/
  start_snapd
  snap install --dangerous /cache/core-test.snap >/dev/null
  # Two users with sessions of their own, and programs that open things for them.
  for user in probe:4242 other:4243; do
    name=${user%:*} uid=${user#*:}
    echo "$name:x:$uid:$uid::/home/$name:/bin/sh" >>/etc/passwd
    mkdir -p "/home/$name" "/run/user/$uid"
    chown "$uid:$uid" "/home/$name" "/run/user/$uid"
    chmod 700 "/run/user/$uid"
  done
  mkdir /run/programs
  printf "#!/bin/sh\necho \"\$@\" >>/run/user/4242/opened\n" >/run/programs/xdg-open
  printf "#!/bin/sh\necho \"\$@\" >>/run/user/4242/asked\nexit \$(cat /run/user/4242/answer)\n" >/run/programs/zenity
  printf "#!/bin/sh\necho \"\$@\" >>/run/user/4242/settings\n[ \$1 != check ] || echo yes\n" >/run/programs/xdg-settings
  chmod 755 /run/programs/*
  as() {
    local uid=$1
    shift
    setpriv --reuid "$uid" --regid "$uid" --clear-groups env PATH=/run/programs:/snap/bin:/usr/bin:/bin \
      HOME="$([ "$uid" = 4242 ] && echo /home/probe || echo /home/other)" XDG_RUNTIME_DIR="/run/user/$uid" \
      DBUS_SESSION_BUS_ADDRESS="unix:path=/run/user/$uid/bus" "$@"
  }
  agent() {
    as "$1" snap userd --agent 2>>/run/agent.log &
    await 10 curl -sS -o /dev/null --max-time 5 --unix-socket "/run/user/$1/snapd-session-agent.socket" http://x/v1/session-info
  }
  ask() { curl -sS --max-time 20 --unix-socket "/run/user/4242/snapd-session-agent.socket" "http://x$1" "${@:2}"; }
  as 4242 dbus-daemon --session --address=unix:path=/run/user/4242/bus --nofork --nopidfile 2>/dev/null &
  await 10 test -S /run/user/4242/bus
  agent 4242
  agent 4243

  # The agent answers root and its user.
  expect 0 "\"version\":\"[0-9]" ask /v1/session-info
  expect 0 "\"version\":" as 4242 curl -sS --unix-socket /run/user/4242/snapd-session-agent.socket http://x/v1/session-info
  chmod 755 /run/user/4242
  chmod 666 /run/user/4242/snapd-session-agent.socket
  expect 0 "\"message\":\"forbidden\".*\"status-code\":403" as 4243 curl -sS --unix-socket /run/user/4242/snapd-session-agent.socket http://x/v1/session-info
  chmod 600 /run/user/4242/snapd-session-agent.socket
  control() { ask /v1/service-control -H "Content-Type: application/json" -d "$1"; }
  expect 0 "cannot stop non-snap service dbus.service" control "{\"action\":\"stop\",\"services\":[\"dbus.service\"]}"
  expect 0 "unknown action" control "{\"action\":\"dance\",\"services\":[]}"

  # A session that does not answer holds up nothing.
  mkdir /run/user/4299
  chown 4299:4299 /run/user/4299
  setpriv --reuid 4299 --regid 4299 --clear-groups perl -MIO::Socket::UNIX -e "
    my \$socket = IO::Socket::UNIX->new(Local => q(/run/user/4299/snapd-session-agent.socket), Listen => 8);
    sleep 1000" &
  stuck=$!
  await 10 test -S /run/user/4299/snapd-session-agent.socket
  # Nor does one that leads to somebody else.
  mkdir /run/user/4298
  ln -s /run/snapd.socket /run/user/4298/snapd-session-agent.socket

  # A service in each session, with its install.
  APPS="  sleeper:
    command: bin/forever
    daemon: simple
    daemon-scope: user
  off:
    command: bin/forever
    daemon: simple
    daemon-scope: user
    install-mode: disable
  listens:
    command: bin/forever-too
    daemon: simple
    daemon-scope: user
    plugs: [network-bind]
    sockets:
      one: {listen-stream: \$XDG_RUNTIME_DIR/one.sock}
  tray:
    command: bin/tray
    autostart: tray.desktop
  peer:
    command: bin/peer
    plugs: [desktop]"
  snap_tree usr 1
  cp /work/peer /work/usr/bin/peer
  printf "#!/bin/sh\necho tray \"\$@\" >\$SNAP_USER_COMMON/tray\n" >/work/usr/bin/tray
  cp /work/usr/bin/forever /work/usr/bin/forever-too
  chmod 755 /work/usr/bin/*
  snap pack --compression=gzip --filename=usr.snap /work/usr /work >/dev/null
  began=$SECONDS
  expect 0 installed snap install --dangerous /work/usr.snap
  [ $((SECONDS - began)) -lt 80 ] || fail "a session held up an installation"
  expect 0 "user 4299: timeout" snap tasks --last=install
  kill $stuck
  wait $stuck || true
  rm -r /run/user/4299 /run/user/4298
  running() { pgrep -u "$1" -f "bin/forever\$" >/dev/null; }
  down() { ! running "$1"; }
  await 20 running 4242
  await 20 running 4243
  # The user of the session sees it; root sees what starts with sessions.
  seen() { as 4242 snap services usr | grep -Eq "usr.sleeper +enabled +active +user"; }
  await 10 seen
  expect 0 "usr.off +disabled +inactive +user" as 4242 snap services usr
  expect 0 "usr.sleeper +enabled +- +user" snap services usr
  expect 0 "^enabled$|usr.sleeper +enabled" snap services --global usr

  # Another one starts when somebody uses its socket.
  expect 0 "usr.listens +enabled +inactive +user,socket-activated" as 4242 snap services usr
  as 4242 curl -sS --max-time 1 --unix-socket /run/user/4242/snap.usr/one.sock http://x/ 2>/dev/null || true
  await 10 pgrep -u 4242 -f "bin/forever-too\$"

  # Stopped and started: in all sessions, and in one.
  expect 0 Stopped snap stop --users=all usr.sleeper
  await 10 down 4242
  await 10 down 4243
  expect 0 "usr.sleeper +enabled +inactive +user" as 4242 snap services usr
  expect 0 Started snap start --users=all usr.sleeper
  await 10 running 4242
  await 10 running 4243
  api POST /v2/apps "{\"action\":\"stop\",\"names\":[\"usr.sleeper\"],\"scope\":[\"user\"],\"users\":[\"other\"]}" | grep -q "\"change\"" || fail "users by name"
  await 10 down 4243
  running 4242 || fail "the service of another user was stopped"
  expect 1 "cannot use \"self\" for root user" snap stop --user usr.sleeper
  first=$(pgrep -u 4242 -f "bin/forever\$" | head -1)
  expect 0 Restarted snap restart --users=all usr
  another() { [ "$(pgrep -u 4242 -f "bin/forever\$" | head -1)" != "$first" ] && running 4242; }
  await 10 another
  down 4243 || fail "what was down was started by a restart of all"
  expect 0 Stopped snap stop --users=all --disable usr.sleeper
  expect 0 "usr.sleeper +disabled" snap services usr
  expect 0 Started snap start --users=all --enable usr.sleeper
  await 10 running 4242

  # The agent may die: the next one takes over what runs.
  first=$(pgrep -u 4242 -f "bin/forever\$" | head -1)
  pkill -KILL -u 4242 -x snap-userd
  agent 4242
  running 4242 || fail "the service ended with the agent"
  await 10 seen
  [ "$(pgrep -u 4242 -f "bin/forever\$" | head -1)" = "$first" ] || fail "the service was started anew"

  # Over a refresh the new revision runs, in every session that had it.
  sed -i "s/^version:.*/version: 2/" /work/usr/meta/snap.yaml
  snap pack --compression=gzip --filename=usr2.snap /work/usr /work >/dev/null
  expect 0 installed snap install --dangerous /work/usr2.snap
  second() { as 4242 snap services usr | grep -Eq "usr.sleeper +enabled +active" && [ -n "$(pgrep -u 4242 -f "bin/forever\$")" ] && [ "$(pgrep -u 4242 -f "bin/forever\$" | head -1)" != "$first" ]; }
  await 20 second

  # What starts with the session: only what an app of the snap declares, only by its own command.
  auto=/home/probe/snap/usr/current/.config/autostart
  as 4242 mkdir -p $auto
  printf "[Desktop Entry]\nExec=/bin/rm -rf / --tray %%U\n" | as 4242 tee $auto/tray.desktop >/dev/null
  printf "[Desktop Entry]\nExec=/bin/touch /run/user/4242/bad\n" | as 4242 tee $auto/bad.desktop >/dev/null
  expect 0 "bad.desktop: cannot match desktop file with snap usr applications" as 4242 snap userd --autostart
  started() { [ "$(cat /home/probe/snap/usr/common/tray 2>/dev/null)" = "tray -rf / --tray" ]; }
  await 10 started
  [ ! -e /run/user/4242/bad ] || fail "a program of the machine was started"

  # What a snap may ask for on the bus.
  open="as 4242 /snap/bin/usr.peer --session call io.snapcraft.Launcher /io/snapcraft/Launcher OpenURL"
  snap disconnect usr:desktop
  expect 1 "^no bus" $open https://example.com
  snap connect usr:desktop
  expect 0 "^answered" $open https://example.com/x
  grep -qx "https://example.com/x" /run/user/4242/opened || fail "the URL was not opened"
  expect 1 "refused .*Supplied URL scheme \"file\" is not allowed" $open file:///etc/passwd
  expect 1 "refused .*InvalidArgs" $open "--help"
  [ "$(wc -l </run/user/4242/opened)" = 1 ] || fail "something else was opened"
  # Nobody but snaps is served.
  expect 1 "refused .*cannot find snap for connection" as 4242 /work/peer --session call io.snapcraft.Launcher /io/snapcraft/Launcher OpenURL https://example.com
  set_browser="as 4242 /snap/bin/usr.peer --session call io.snapcraft.Settings /io/snapcraft/Settings"
  mkdir -p /var/lib/snapd/desktop/applications
  touch /var/lib/snapd/desktop/applications/usr_peer.desktop
  expect 0 "^answered yes" $set_browser Check default-web-browser peer.desktop
  echo 1 >/run/user/4242/answer
  expect 1 "user declined change" $set_browser Set default-web-browser peer.desktop
  echo 0 >/run/user/4242/answer
  expect 0 "^answered" $set_browser Set default-web-browser peer.desktop
  grep -q "snap \"usr\" to change" /run/user/4242/asked || fail "nobody was asked"
  grep -qx "set default-web-browser usr_peer.desktop" /run/user/4242/settings || fail "the setting was not made"
  expect 1 "invalid setting \"other\"" $set_browser Get other
  expect 1 "refused" as 4242 /snap/bin/usr.peer --session call io.snapcraft.PrivilegedDesktopLauncher /io/snapcraft/PrivilegedDesktopLauncher OpenDesktopEntry usr_peer.desktop

  # For other programs.
  pid=$(pgrep -u 4242 -f "bin/forever\$" | head -1)
  expect 0 "InstanceName=usr" as 4242 snap routine portal-info "$pid"
  expect 0 "AppName=sleeper" snap routine portal-info "$pid"
  expect 0 "HasNetworkStatus=false" as 4242 snap routine portal-info "$pid"
  expect 1 "cannot find snap for process" snap routine portal-info $$
  expect 0 "^read-write$" as 4242 snap routine file-access usr /home/probe/snap/usr/common/x
  expect 0 "^read-only$" as 4242 snap routine file-access usr /var/snap/usr
  expect 0 "^hidden$" as 4242 snap routine file-access usr /home/probe/x
  expect 0 "" as 4242 snap routine user-service-precondition
  rm -r /home/other
  expect 7 "home directory /home/other does not exist" as 4243 snap routine user-service-precondition --error-exit-code=7
  expect 1 "no graphical store" snap handle-link snap://usr
  consistent

  # Nothing is left.
  expect 0 removed snap remove usr
  await 10 down 4242
  [ ! -e /var/lib/snapd/user-services/usr.json ] || fail "definitions are left"
  snap remove core >/dev/null
  pkill -u 4242 || true
'
