# Ctrl-C while a change is under way aborts it: what was done is undone, and the hook that hangs is ended.
snap_tree slow 1
printf '#!/bin/sh\ntouch "$SNAP_COMMON/hook-runs"\nexec sleep 1000\n' >"$WORK/slow/meta/hooks/install"
"$SNAP" pack --compression=gzip --filename=slow.snap "$WORK/slow" "$WORK" >/dev/null
set -m # a job of its own gets SIGINT, as from a terminal
"$SNAP" install --dangerous "$WORK/slow.snap" >"$WORK/output" 2>&1 &
client=$!
set +m
await 20 test -e "$ROOT/var/snap/slow/common/hook-runs"
kill -INT $client
status=0
wait $client || status=$?
[ $status != 0 ] || fail "an interrupted install succeeded: $(cat "$WORK/output")"
expect 1 'no matching snaps installed' "$SNAP" list slow
[ ! -e "$ROOT/var/snap/slow" ] || fail "data is left behind"
pgrep -f 'hook=install.* slow' && fail "the hook still runs" || true

# The same through `snap abort`.
"$SNAP" install --dangerous --no-wait "$WORK/slow.snap" >"$WORK/change"
await 20 test -e "$ROOT/var/snap/slow/common/hook-runs"
expect 0 '' "$SNAP" abort "$(cat "$WORK/change")"
quiet() { grep -q '"result":\[\]' <<<"$(api GET '/v2/changes?select=in-progress')"; }
await 20 quiet
expect 1 'no matching snaps installed' "$SNAP" list slow
expect 1 'cannot abort change [0-9]+ with nothing pending' "$SNAP" abort "$(cat "$WORK/change")"
