# Message buses without AppArmor: a snap is let to the names it is granted, by its connections, and to no other.
. "$here/stage.sh"
cp "${RELEASE:-$top/.build-release/release}/bus-peer" "$WORK/peer"

on_stage '
  # A system bus that allows everything: what is refused is refused on the way to it. The host has names on it.
  cat >/run/bus.conf <<CONF
<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-BUS Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>system</type><listen>unix:path=/run/dbus/system_bus_socket</listen><auth>EXTERNAL</auth>
<policy context="default"><allow user="*"/><allow own="*"/><allow send_destination="*" eavesdrop="true"/>
<allow eavesdrop="true"/></policy></busconfig>
CONF
  unset DBUS_SYSTEM_BUS_ADDRESS DBUS_SESSION_BUS_ADDRESS
  mkdir -p /run/dbus
  dbus-daemon --config-file=/run/bus.conf --nofork --nopidfile 2>/dev/null &
  await 10 test -S /run/dbus/system_bus_socket
  for name in org.example.Host org.freedesktop.timedate1; do
    /work/peer own $name >/run/$name &
    await 10 grep -q owned /run/$name
  done
  start_snapd
  snap install --dangerous /cache/core-test.snap >/dev/null
  echo "probe:x:4242:4242::/home/probe:/bin/sh" >>/etc/passwd
  mkdir /home/probe
  chown 4242:4242 /home/probe
  as_user() { setpriv --reuid 4242 --regid 4242 --clear-groups env HOME=/home/probe "$@"; }
  helpers() { pgrep -fc "^(/usr/bin/xdg-dbus-proxy|/usr/lib/snapd/snap-confine) " || true; }
  few_helpers() { [ "$(helpers)" -le "$1" ]; }

  # A service that owns the name that its slot names, and one that does not.
  APPS="  service:
    command: bin/serve
    daemon: simple
    slots: [good]
  peer:
    command: bin/peer
    slots: [good]
slots:
  good:
    interface: dbus
    bus: system
    name: org.example.Good"
  snap_tree owner 1
  cp /work/peer /work/owner/bin/peer
  printf "#!/bin/sh\nexec \$SNAP/bin/peer own org.example.Good >\$SNAP_DATA/said\n" >/work/owner/bin/serve
  chmod 755 /work/owner/bin/serve
  snap pack --compression=gzip --filename=owner.snap /work/owner /work >/dev/null
  snap install --dangerous /work/owner.snap >/dev/null
  await 10 grep -q "^owned" /var/snap/owner/current/said
  expect 1 "^refused .*ServiceUnknown" /snap/bin/owner.peer try org.example.Mine
  expect 1 "^refused .*ServiceUnknown" /snap/bin/owner.peer call org.example.Host
  # The host may call the service.
  expect 0 "^answered" /work/peer call org.example.Good

  # A snap that may talk once it is connected: to the names of its grants, method by method.
  APPS="  peer:
    command: bin/peer
plugs:
  timezone-control: null"
  snap_tree talker 1
  cp /work/peer /work/talker/bin/peer
  snap pack --compression=gzip --filename=talker.snap /work/talker /work >/dev/null
  snap install --dangerous /work/talker.snap >/dev/null
  talk="call org.freedesktop.timedate1 /org/freedesktop/timedate1"
  for user in "" as_user; do
    expect 1 "^no bus" $user /snap/bin/talker.peer $talk SetTimezone
    expect 1 "^no bus" $user /snap/bin/talker.peer call org.example.Host
  done
  snap connect talker:timezone-control
  for user in "" as_user; do
    expect 0 "^answered" $user /snap/bin/talker.peer $talk SetTimezone
    expect 1 "^refused .*AccessDenied" $user /snap/bin/talker.peer $talk SetTime
    expect 1 "^refused .*ServiceUnknown" $user /snap/bin/talker.peer call org.example.Host
    expect 1 "^refused .*ServiceUnknown" $user /snap/bin/talker.peer call org.example.Good
    expect 1 "^refused .*ServiceUnknown" $user /snap/bin/talker.peer try org.example.Mine
    # At the place that programs know, too.
    expect 0 "^answered" $user /snap/bin/talker.sh -c "unset DBUS_SYSTEM_BUS_ADDRESS; \$SNAP/bin/peer $talk SetTimezone"
  done
  # What is taken away is taken from a program that runs, with its connections.
  /snap/bin/talker.peer hold >/work/held &
  holder=$!
  await 10 grep -q connected /work/held
  snap disconnect talker:timezone-control
  await 10 grep -q closed /work/held
  wait $holder || true
  for user in "" as_user; do
    expect 1 "^no bus" $user /snap/bin/talker.peer $talk SetTimezone
  done
  # Nobody stays behind but those of the service.
  await 10 few_helpers 2
  expect 0 "^answered" /work/peer call org.example.Good
  snap remove talker >/dev/null
  snap remove owner >/dev/null
  await 10 few_helpers 0
  snap remove core >/dev/null
'
