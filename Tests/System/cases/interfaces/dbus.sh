# Message buses: talking on the system bus. One plug whose slot the system has, timezone-control, which grants talking to
# one name, method by method; and a plug of the interface `dbus` whose slot another snap has, which owns the name. Owning
# names, and more of the proxy in front of buses, is in the case `dbus`.
set_up_dbus() {
  add_plug <<<"timezone-control: null"
  add_plug <<<"clock: {interface: dbus, bus: system, name: org.example.Clock}"
  add_slot <<<"clock: {interface: dbus, bus: system, name: org.example.Clock}"
  local snap
  for snap in tester provider; do
    mkdir -p /work/$snap/bin
    cp /work/bus-peer /work/$snap/bin/peer
  done
}

set_timezone='$SNAP/bin/peer call org.freedesktop.timedate1 /org/freedesktop/timedate1 SetTimezone'

refused_timezone_control() {
  local who
  for who in root user; do expect 1 '^no bus' in_snap $who "$set_timezone"; done
}

works_timezone_control() {
  local who
  for who in root user; do
    expect 0 '^answered' in_snap $who "$set_timezone"
    expect 1 '^refused .*AccessDenied' in_snap $who "${set_timezone%zone}"
    expect 1 '^refused .*ServiceUnknown' in_snap $who '$SNAP/bin/peer call org.example.Host'
  done
}

# The name of the other snap, which owns it all the time.
refused_clock() {
  local who
  for who in root user; do expect 1 '^no bus' in_snap $who '$SNAP/bin/peer call org.example.Clock'; done
}

works_clock() {
  local who
  for who in root user; do
    expect 0 '^answered' in_snap $who '$SNAP/bin/peer call org.example.Clock'
    # To talk is not to own, and one name is not another.
    expect 1 '^refused .*(ServiceUnknown|AccessDenied)' in_snap $who '$SNAP/bin/peer try org.example.Clock'
    expect 1 '^refused .*ServiceUnknown' in_snap $who '$SNAP/bin/peer call org.example.Host'
    expect 1 '^refused .*ServiceUnknown' in_snap $who "$set_timezone"
  done
}

# A system bus that allows everything: what is refused is refused on the way to it.
try_dbus() {
  local bus name owners=
  cat >/run/bus.conf <<'CONF'
<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-BUS Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>system</type><listen>unix:path=/run/dbus/system_bus_socket</listen><auth>EXTERNAL</auth>
<policy context="default"><allow user="*"/><allow own="*"/><allow send_destination="*" eavesdrop="true"/>
<allow eavesdrop="true"/></policy></busconfig>
CONF
  mkdir -p /run/dbus
  rm -f /run/dbus/system_bus_socket
  dbus-daemon --config-file=/run/bus.conf --nofork --nopidfile 2>/dev/null &
  bus=$!
  await 10 test -S /run/dbus/system_bus_socket
  for name in org.example.Host org.freedesktop.timedate1; do
    # What the round before has said is no answer.
    rm -f "/run/$name"
    /work/bus-peer own $name >/run/$name &
    owners+=" $!"
    await 10 grep -q owned /run/$name
  done
  proof timezone-control
  # A service of the other snap, by its slot; the slot's snap has the name whether or not anybody is connected.
  rm -f /run/org.example.Clock
  in_provider 'exec $SNAP/bin/peer own org.example.Clock' >/run/org.example.Clock &
  owners+=" $!"
  await 10 grep -q '^owned' /run/org.example.Clock
  expect 0 '^answered' /work/bus-peer call org.example.Clock
  proof clock provider:clock
  kill $owners $bus
  wait $owners $bus || true
}
