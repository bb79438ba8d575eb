# A hook that hangs is killed when its time is over, with what it printed in the log of its task. What a hook did is
# undone with its change. How long hooks may take is the daemon's to say.
hook_tree() { # NAME VERSION HOOK SCRIPT
  snap_tree "$1" "$2"
  printf '#!/bin/sh\n%s\n' "$4" >"$WORK/$1/meta/hooks/$3"
  chmod 755 "$WORK/$1/meta/hooks/$3"
  "$SNAP" pack --compression=gzip --filename="$1_$2.snap" "$WORK/$1" "$WORK" >/dev/null
}
running() { grep -qsaz '^98765$' /proc/[0-9]*/cmdline; }
# with_environment NAME=VALUE... : the daemon has these, until without_environment.
with_environment() {
  stop_daemon
  if [ "$mode" = root ]; then
    export "$@"
  else
    mkdir -p /run/systemd/system/snapd.service.d
    { echo '[Service]'; printf 'Environment=%s\n' "$@"; } >/run/systemd/system/snapd.service.d/test.conf
    systemctl daemon-reload
  fi
  start_daemon
}
without_environment() {
  stop_daemon
  unset SNAPD_CONFIGURE_HOOK_TIMEOUT SNAPD_CHECK_HEALTH_HOOK_TIMEOUT
  if [ "$mode" != root ]; then
    rm -rf /run/systemd/system/snapd.service.d
    systemctl daemon-reload
  fi
  start_daemon
}
with_environment SNAPD_CONFIGURE_HOOK_TIMEOUT=1500ms SNAPD_CHECK_HEALTH_HOOK_TIMEOUT=1s

# Hanging at the end of an install: all of it is undone.
hook_tree slow 1 configure 'echo waiting for godot; sleep 98765'
expect 1 'waiting for godot' "$SNAP" install --dangerous "$WORK/slow_1.snap"
id=$("$SNAP" changes | grep . | awk 'END {print $1}')
expect 0 'waiting for godot' "$SNAP" tasks "$id"
expect 0 'exceeded maximum runtime of 1\.5s' "$SNAP" tasks "$id"
! running || fail "the hook still runs"
[ ! -e "$ROOT/snap/slow" ] || fail "the snap is still there"

# Hanging over an option: the option is as it was.
hook_tree slow 2 configure 'case $(snapctl get mode) in hang) echo hanging; sleep 98765;; esac'
expect 0 installed "$SNAP" install --dangerous "$WORK/slow_2.snap"
expect 0 '' "$SNAP" set slow mode=good
expect 1 'exceeded maximum runtime of 1\.5s' "$SNAP" set slow mode=hang
expect 0 '^good$' "$SNAP" get slow mode
! running || fail "the hook still runs"

# check-health hangs: the refresh is done all the same, and the snap's health is not known.
hook_tree slow 3 check-health 'sleep 98765'
expect 0 installed "$SNAP" install --dangerous "$WORK/slow_3.snap"
expect 0 'snapd-hook-failed' "$SNAP" info slow
! running || fail "the hook still runs"
expect 0 removed "$SNAP" remove slow
without_environment

# Somebody who gives up ends the hook, and its change is undone.
hook_tree slow 4 install 'sleep 98765'
id=$("$SNAP" install --dangerous --no-wait "$WORK/slow_4.snap")
await 20 running
expect 0 '' "$SNAP" abort "$id"
ended() { "$SNAP" changes | grep -E "^$id +(Undone|Error|Hold)"; }
await 20 ended
! running || fail "the hook still runs"
[ ! -e "$ROOT/snap/slow" ] || fail "the snap is still there"

# What a hook set on the way is gone with it.
hook_tree slow 5 install 'snapctl set from=install'
printf '#!/bin/sh\n[ "$(snapctl get from)" = install ] || echo "install said nothing"\nexit 7\n' >"$WORK/slow/meta/hooks/configure"
chmod 755 "$WORK/slow/meta/hooks/configure"
"$SNAP" pack --compression=gzip --filename=slow_5.snap "$WORK/slow" "$WORK" >/dev/null
expect 1 'run hook "configure": exit status 7|run hook "configure"' "$SNAP" install --dangerous "$WORK/slow_5.snap"
expect 1 'is not installed' "$SNAP" get slow from
hook_tree slow 6 configure ':'
expect 0 installed "$SNAP" install --dangerous "$WORK/slow_6.snap"
expect 1 'has no "from" configuration option|has no configuration' "$SNAP" get slow from
expect 0 removed "$SNAP" remove slow

# Attributes: what a hook before a connection says is known to the hooks behind it, and to the other side's.
snap_tree giver 1
APPS= EXTRA='slots:
  thing:
    interface: content
    content: stuff
    read: [$SNAP/meta]' snap_tree giver 1
printf '#!/bin/sh\nsnapctl set :thing flavour=sweet\n! snapctl set :thing content=other 2>/dev/null\n' >"$WORK/giver/meta/hooks/prepare-slot-thing"
printf '#!/bin/sh\necho unprepared >>"$SNAP_COMMON/told"\n' >"$WORK/giver/meta/hooks/unprepare-slot-thing"
EXTRA='plugs:
  thing:
    interface: content
    content: stuff
    target: $SNAP_DATA/stuff' snap_tree taker 1
cat >"$WORK/taker/meta/hooks/connect-plug-thing" <<'HOOK'
#!/bin/sh
snapctl get --slot :thing flavour >"$SNAP_COMMON/flavour"
snapctl get :thing content >"$SNAP_COMMON/content"
[ ! -e "$SNAP_COMMON/refuse" ]
HOOK
chmod 755 "$WORK"/giver/meta/hooks/* "$WORK"/taker/meta/hooks/*
for name in giver taker; do
  "$SNAP" pack --compression=gzip --filename=$name.snap "$WORK/$name" "$WORK" >/dev/null
  expect 0 installed "$SNAP" install --dangerous "$WORK/$name.snap"
done
"$SNAP" disconnect taker:thing >/dev/null 2>&1 || true
expect 0 '' "$SNAP" connect taker:thing giver:thing
[ "$(cat "$ROOT/var/snap/taker/common/flavour")" = sweet ] || fail "the other side's attribute did not come over"
[ "$(cat "$ROOT/var/snap/taker/common/content")" = stuff ] || fail "the own attribute cannot be read"
expect 0 '' "$SNAP" disconnect taker:thing
touch "$ROOT/var/snap/taker/common/refuse"
expect 1 'run hook "connect-plug-thing"' "$SNAP" connect taker:thing giver:thing
[ "$(cat "$ROOT/var/snap/giver/common/told")" = unprepared ] || fail "nothing was undone"
expect 0 removed "$SNAP" remove giver taker
