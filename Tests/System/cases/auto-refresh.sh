# Updates that come by themselves: by their time, held, put off by an app that runs, undone and avoided, as slowly as they
# shall; what they would bring; and a store that is away.
. "$here/store.sh"
store_make
account root admin
account alice
as alice register calm >/dev/null

version() { "$SNAP" list calm | awk 'NR == 2 {print $2}'; }
is_version() { [ "$(version)" = "$1" ]; }
quiet() { grep -q '"result":\[\]' <<<"$(api GET '/v2/changes?select=in-progress')"; }
ask_for_updates() {
  curl -sS --max-time 100 --unix-socket "$ROOT/run/snapd.socket" -H 'Content-Type: application/json' \
    -d '{"action":"ensure-refresh"}' http://localhost/v2/debug
}
# refresh_now: what the timer does when its time has come; ends when it is all over.
refresh_now() {
  local answer
  answer=$(ask_for_updates)
  grep -q '"type":"sync"' <<<"$answer" || fail "updates are not looked for: $answer"
  await 60 quiet
}
# Others may have made changes before.
count() { "$SNAP" changes | grep -c "$1" || true; }
# next_in: seconds until the next update is looked for; the command says minutes.
next_in() { echo $(($(date -d "$("$SNAP" refresh --time --abs-time | sed -n 's/^next: //p')" +%s) - $(date +%s))); }

publish alice "$(snap_file calm 1)" stable >/dev/null
use_store
expect 0 'calm 1 from alice installed' "$SNAP" install calm
expect 0 'timer: 00:00~24:00/4' "$SNAP" refresh --time
changes=$(count Auto-refresh)
refresh_now
[ "$(count Auto-refresh)" = "$changes" ] || fail "there is a change without an update"
expect 0 'last: [0-9t]' "$SNAP" refresh --time
[ "$(next_in)" -gt 0 ] || fail "the next update was due already: $("$SNAP" refresh --time)"

# Held: the snap, then everything.
publish alice "$(snap_file calm 2)" stable >/dev/null
expect 0 '^calm +2 +2 ' "$SNAP" refresh --list
expect 0 'General refreshes of "calm" held until' "$SNAP" refresh --hold=2h calm
refresh_now
is_version 1 || fail "a snap that is held was updated: $("$SNAP" changes | tail -3)"
expect 0 'held' "$SNAP" list calm
expect 0 'refreshes of it are held until' "$SNAP" refresh --list --explain
expect 0 'All snaps up to date' "$SNAP" refresh
is_version 1 || fail "a snap that is held was updated with all"
expect 0 'Removed general refresh hold of "calm"' "$SNAP" refresh --unhold calm
expect 0 'Auto-refresh of all snaps held indefinitely' "$SNAP" refresh --hold
expect 0 'hold: forever' "$SNAP" refresh --time
refresh_now
is_version 1 || fail "a snap was updated while everything is held"
expect 0 'automatic refreshes of all snaps are held forever' "$SNAP" refresh --list --explain
expect 0 'Removed auto-refresh hold on all snaps' "$SNAP" refresh --unhold
expect 0 'snap "nobody" is not installed' "$SNAP" refresh --hold nobody

# An app that runs puts it off; the update is downloaded meanwhile, and made when the app has ended.
"$(command_of calm.sh)" -c 'touch $SNAP_COMMON/ready; while [ ! -e $SNAP_COMMON/end ]; do sleep 0.05; done' &
pid=$!
await 10 test -e "$ROOT/var/snap/calm/common/ready"
refresh_now
is_version 1 || fail "a snap was updated while it runs"
expect 0 'Done .*Pre-download "calm" for auto-refresh' "$SNAP" changes
expect 0 'it waits until sh end' "$SNAP" refresh --list --explain
api GET '/v2/notices?types=refresh-inhibit' | grep -q '"key":"-"' || fail "nobody is told that an update waits"
touch "$ROOT/var/snap/calm/common/end"
wait "$pid"
await 30 is_version 2
await 60 quiet
expect 0 'Done .*Auto-refresh snap "calm"' "$SNAP" changes

# A revision whose own hook fails is undone, and left alone until there is another.
snap_tree calm 3
printf '#!/bin/sh\necho this is broken\nexit 1\n' >"$WORK/calm/meta/hooks/post-refresh"
chmod 755 "$WORK/calm/meta/hooks/post-refresh"
"$SNAP" pack --compression=gzip --filename=calm_3.snap "$WORK/calm" "$WORK" >/dev/null
publish alice "$WORK/calm_3.snap" stable >/dev/null
refresh_now
is_version 2 || fail "a broken revision was kept"
expect 0 'Error .*Auto-refresh snap "calm"' "$SNAP" changes
changes=$(count Auto-refresh)
refresh_now
[ "$(count Auto-refresh)" = "$changes" ] || fail "a revision that failed was tried again"
expect 0 'failed by itself and is left alone.*this is broken' "$SNAP" refresh --list --explain

# The next one is taken, when its time has come: each minute, here. What it gains is told before. A daemon that has just
# started does not keep to what was tried before.
stop_daemon
start_daemon
publish alice "$(EXTRA='plugs: {network: , camera: }' snap_file calm 4)" stable >/dev/null
expect 0 'update: +2 \(2\) -> 4 \(4\)' "$SNAP" refresh --list --explain
expect 0 'download: +[0-9.]+[kMG]?B' "$SNAP" refresh --list --explain
expect 0 'new-permissions: +- network' "$SNAP" refresh --list --explain
! "$SNAP" refresh --list --explain | grep -q camera || fail "what nobody gets by itself is told as gained"
expect 0 'held: - the next automatic refresh is at' "$SNAP" refresh --list --explain
is_version 2 || fail "an update came before its time"
"$SNAP" set system refresh.timer=00:00-24:00/1440
[ "$(next_in)" -le 60 ] || fail "the next update is not looked for within a minute: $("$SNAP" refresh --time)"
await 90 is_version 4
await 60 quiet
"$SNAP" unset system refresh.timer
refresh_now
expect 0 '^calm +4 +4 ' "$SNAP" list calm

# As slowly as it shall.
heavy() {
  snap_tree calm "$1"
  head -c 600000 /dev/urandom >"$WORK/calm/ballast"
  "$SNAP" pack --compression=gzip --filename="calm_$1.snap" "$WORK/calm" "$WORK" >/dev/null
  publish alice "$WORK/calm_$1.snap" stable >/dev/null
}
heavy 5
# Twice the limit may come at once.
"$SNAP" set system refresh.rate-limit=150KB
began=$(date +%s%N)
refresh_now
took=$((($(date +%s%N) - began) / 1000000))
is_version 5 || fail "an update with a limit did not come: $("$SNAP" changes | tail -3)"
[ $took -ge 1000 ] || fail "600 kB came in $took ms, with a limit of 150 kB/s"
"$SNAP" unset system refresh.rate-limit

# What is too slow is given up, and what that is can be said in the daemon's environment.
if [ "$mode" = root ]; then
  heavy 6
  stop_daemon
  SNAPD_MIN_DOWNLOAD_SPEED=1000000000000 SNAPD_DOWNLOAD_MEAS_WINDOW=1us start_daemon
  expect 1 'download too slow: [0-9.]+ bytes/sec' "$SNAP" refresh calm
  is_version 5 || fail "an update that was given up was made"
  stop_daemon
  start_daemon
fi

# A store that is away: nothing breaks, it is tried again soon, and nobody waits for long.
store_stop
before=$(version)
"$SNAP" set system refresh.timer=00:00-24:00/1440
began=$SECONDS
ask_for_updates | grep -q '"type":"error"' || fail "a store that is away is not told"
[ $((SECONDS - began)) -le 45 ] || fail "it took $((SECONDS - began)) s to give a store up"
next=$(next_in)
[ "$next" -gt 900 ] && [ "$next" -le 1200 ] || fail "the next try is not in 20 minutes: $("$SNAP" refresh --time)"
is_version "$before" || fail "not what was installed"
began=$SECONDS
expect 0 "installed: +$before " "$SNAP" info calm
expect 1 'unable to contact snap store' "$SNAP" find calm
[ $((SECONDS - began)) -le 15 ] || fail "people wait for a store that is away: $((SECONDS - began)) s"
"$SNAP" unset system refresh.timer
store_serve
if [ "$mode" = root ]; then
  refresh_now
  is_version 6 || fail "an update did not come from a store that is back: $("$SNAP" changes | tail -3)"
fi
"$SNAP" remove calm >/dev/null
