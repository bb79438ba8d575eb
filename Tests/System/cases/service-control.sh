# Services are started, stopped and restarted by people; what a person switched off stays off.
APPS='  one:
    command: bin/one
    daemon: simple
    reload-command: bin/reload
    stop-command: bin/stop
    post-stop-command: bin/post-stop
    after: [two]
  two:
    command: bin/forever
    daemon: simple
  asleep:
    command: bin/forever
    daemon: simple
    install-mode: disable'
# pack NAME VERSION: with what the services run.
pack() {
  snap_tree "$1" "$2"
  printf '#!/bin/sh\necho "$SNAP_REVISION started" >>$SNAP_COMMON/events\nexec sleep 1000\n' >"$WORK/$1/bin/one"
  for event in reload stop post-stop; do
    printf '#!/bin/sh\necho %s >>$SNAP_COMMON/events\n' "$event" >"$WORK/$1/bin/$event"
  done
  chmod 755 "$WORK/$1"/bin/*
  "$SNAP" pack --compression=gzip --filename="$1_$2.snap" "$WORK/$1" "$WORK" >/dev/null || fail "cannot pack $1"
  echo "$WORK/$1_$2.snap"
}
first=$(pack ctl 1)
second=$(pack ctl 2)
# is SERVICE STARTUP CURRENT
is() { "$SNAP" services ctl | grep -Eq "^ctl\.$1 +$2 +$3 "; }
last_event() { [ "$(tail -1 "$ROOT/var/snap/ctl/common/events" 2>/dev/null)" = "$1" ]; }
expect 0 installed "$SNAP" install --dangerous "$first"
await 10 last_event 'x1 started'
is one enabled active && is two enabled active && is asleep disabled inactive || fail "after installation: $("$SNAP" services)"

# What does not exist.
expect 1 'snap "nope" not found' "$SNAP" start nope
expect 1 'snap "ctl" has no service "nope"' "$SNAP" start ctl.nope
expect 1 'snap "ctl" has no service "sh"' "$SNAP" restart ctl.sh
expect 1 'snap "core" has no services' "$SNAP" stop core
expect 64 '^error: the required argument `<service> \(at least 1 argument\)` was not provided' "$SNAP" start
expect 0 '"kind":"app-not-found".*snap ..ctl.. has no service ..sh..' api POST /v2/apps '{"action":"start","names":["ctl.sh"]}'
expect 1 'only "all" is supported as a value for --users' "$SNAP" start --users=me ctl
expect 1 'user and --users cannot be used in conjunction' "$SNAP" stop --user --users=all ctl

# Stopping and starting; the whole snap, or one service.
expect 0 '^Stopped\.$' "$SNAP" stop ctl.one
is one enabled inactive && is two enabled active || fail "after stop: $("$SNAP" services)"
await 10 last_event post-stop
grep -q '^stop$' "$ROOT/var/snap/ctl/common/events" || fail "the stop-command did not run"
expect 0 'Done .*Running service command' "$SNAP" changes ctl
expect 0 'Done .*Run service command "stop" for services \["one"\] of snap "ctl"' "$SNAP" change "$("$SNAP" changes ctl | awk '$1 ~ /[0-9]/ {id = $1} END {print id}')"
expect 0 '^Started\.$' "$SNAP" start ctl.one
is one enabled active || fail "after start: $("$SNAP" services)"
await 10 last_event 'x1 started'
# What can reload does so; the rest of the snap is restarted, but for what is down.
expect 0 '^Restarted\.$' "$SNAP" restart --reload ctl.one
await 10 last_event reload
expect 0 '^Restarted\.$' "$SNAP" restart ctl
await 10 last_event 'x1 started'
is asleep disabled inactive || fail "a service that was down was started by restarting its snap"
expect 0 '^Restarted\.$' "$SNAP" restart ctl.asleep
is asleep disabled active || fail "a service named to restart was not started"
expect 0 '^Stopped\.$' "$SNAP" stop ctl.asleep

# Switched off by a person: over a refresh, going back, disabling and enabling.
expect 0 '^Stopped\.$' "$SNAP" stop --disable ctl.two
is two disabled inactive || fail "after stop --disable: $("$SNAP" services)"
expect 0 installed "$SNAP" install --dangerous "$second"
await 10 last_event 'x2 started'
is one enabled active && is two disabled inactive && is asleep disabled inactive || fail "after refresh: $("$SNAP" services)"
expect 0 '^Started\.$' "$SNAP" start --enable ctl.asleep
expect 0 reverted "$SNAP" revert ctl
await 10 last_event 'x1 started'
is two disabled inactive && is asleep enabled active || fail "after revert: $("$SNAP" services)"
expect 0 disabled "$SNAP" disable ctl
expect 1 'cannot control services of snap "ctl": it is disabled' "$SNAP" start ctl
expect 0 enabled "$SNAP" enable ctl
is one enabled active && is two disabled inactive && is asleep enabled active || fail "after enable: $("$SNAP" services)"
expect 0 '^Started\.$' "$SNAP" start --enable ctl
is two enabled active || fail "after start --enable: $("$SNAP" services)"

# Another operation on the snap is waited for by nobody: it is refused.
expect 0 '^[0-9]+$' "$SNAP" stop --no-wait ctl
await 10 is one enabled inactive
expect 0 '^ctl\.one +enabled +inactive +-$' "$SNAP" services ctl.one
expect 0 removed "$SNAP" remove ctl
unset APPS
