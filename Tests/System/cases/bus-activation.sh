# A message bus starts a service of a snap when its name is used (`activates-on`): the bus reads our files, and the
# supervisor has the service, as if a person had started it.
. "$here/stage.sh"
cp "${RELEASE:-$top/.build-release/release}/bus-peer" "$WORK/peer"

on_stage '
  start_snapd
  snap install --dangerous /cache/core-test.snap >/dev/null
  APPS="  service:
    command: bin/serve
    daemon: dbus
    bus-name: org.example.Good
    activates-on: [good]
    slots: [good]
slots:
  good: {interface: dbus, bus: system, name: org.example.Good}"
  snap_tree owner 1
  cp /work/peer /work/owner/bin/peer
  printf "#!/bin/sh\nexec \$SNAP/bin/peer own org.example.Good >\$SNAP_DATA/said\n" >/work/owner/bin/serve
  chmod 755 /work/owner/bin/serve
  snap pack --compression=gzip --filename=owner.snap /work/owner /work >/dev/null

  # The places that the packaged configuration of the bus names.
  sed -n "s/.*<servicedir>/<servicedir>/p" /stage/snapd.system-services.conf >/run/places
  [ -s /run/places ] || fail "the bus is told of no place"
  cat >/run/bus.conf <<CONF
<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-BUS Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>system</type><listen>unix:path=/run/dbus/system_bus_socket</listen><auth>EXTERNAL</auth>
$(cat /run/places)
<policy context="default"><allow user="*"/><allow own="*"/><allow send_destination="*" eavesdrop="true"/>
<allow eavesdrop="true"/></policy></busconfig>
CONF
  unset DBUS_SYSTEM_BUS_ADDRESS DBUS_SESSION_BUS_ADDRESS
  mkdir -p /run/dbus /var/lib/snapd/dbus-1/system-services
  dbus-daemon --config-file=/run/bus.conf --nofork --nopidfile 2>/run/bus.log &
  await 10 test -S /run/dbus/system_bus_socket

  snap install --dangerous /work/owner.snap >/dev/null
  expect 0 "^owner.service +.* +inactive" snap services owner
  expect 0 "^answered" timeout 20 /work/peer call org.example.Good
  expect 0 "^owner.service +.* +active" snap services owner
  snap stop owner >/dev/null
  # Again, and again in another revision.
  expect 0 "^answered" timeout 20 /work/peer call org.example.Good
  snap stop owner >/dev/null
  snap install --dangerous /work/owner.snap >/dev/null
  expect 0 "^answered" timeout 20 /work/peer call org.example.Good
  snap remove owner >/dev/null
  expect 1 "ServiceUnknown" /work/peer call org.example.Good
  snap remove core >/dev/null
'
