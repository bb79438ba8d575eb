# What the machine is told of connections: files for udev, modules and people appear with a connection, go with it, and
# are made anew when what they depend on has changed.
APPS='plugs:
  camera: null
  kernel-module-load:
    modules:
      - name: snapd-test-none
        load: on-boot
'
EXTRA=''
file=$(snap_file teller 1)
"$SNAP" install --dangerous "$file" >/dev/null || fail "cannot install"
udev=$ROOT/etc/udev/rules.d/70-snap.teller.rules
device=$ROOT/var/lib/snapd/cgroup/snap.teller.device
filter=$ROOT/var/lib/snapd/seccomp/bpf/snap.teller.sh.src
[ -e "$filter" ] || fail "no filter for people to read"
[ ! -e "$udev" ] || fail "rules without a connection"
expect 0 '' "$SNAP" connect teller:camera
grep -q 'TAG+="snap_teller_sh"' "$udev" || fail "the devices are not tagged"
[ -e "$device" ] || fail "nothing is said about the device group"
consistent
# What somebody else does to a file of ours is seen, and set right by the next operation.
echo '# spoilt' >>"$udev"
! (consistent) 2>/dev/null || fail "a spoilt file is not seen"
expect 0 '' "$SNAP" disconnect teller:camera
[ ! -e "$udev" ] && [ ! -e "$device" ] || fail "rules outlive their connection"
expect 0 '' "$SNAP" connect teller:camera
consistent
# Disabled, nothing is left; enabled, it is back.
expect 0 '' "$SNAP" disable teller
[ ! -e "$udev" ] && [ ! -e "$filter" ] || fail "files of a disabled snap"
expect 0 '' "$SNAP" enable teller
[ -e "$udev" ] && [ -e "$filter" ] || fail "no files of an enabled snap"
# Another build, another kernel: everything is compiled again.
key=$ROOT/var/lib/snapd/system-key
grep -q '"build-id":"' "$key" || fail "no system key"
if [ "$mode" = root ]; then
  rm "$udev" "$filter"
  stop_daemon
  start_daemon
  [ ! -e "$filter" ] || fail "compiled again without a reason"
  stop_daemon
  sed -i 's/"build-id":"[^"]*"/"build-id":"another"/' "$key"
  start_daemon
  [ -e "$udev" ] && [ -e "$filter" ] || fail "not compiled again"
  consistent
fi
# A snap in development mode has its rules as comments.
"$SNAP" remove teller >/dev/null || fail "cannot remove"
[ ! -e "$udev" ] && [ ! -e "$device" ] && [ ! -e "$filter" ] || fail "files outlive their snap"
"$SNAP" install --devmode --dangerous "$file" >/dev/null || fail "cannot install in devmode"
expect 0 '' "$SNAP" connect teller:camera
! grep -q '^[^#].*TAG' "$udev" || fail "devices of a snap in development mode are tagged"
grep -q 'non-strict=true' "$device" || fail "the device group rules a snap in development mode"
"$SNAP" remove teller >/dev/null || fail "cannot remove"
unset APPS
