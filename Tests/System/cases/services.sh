# A service starts with its snap, is restarted when it dies, survives the daemon, and ends with its snap.
APPS='  forever:
    command: bin/forever
    daemon: simple
    restart-condition: always'
image=$(snap_file srv 1)
expect 0 installed "$SNAP" install --dangerous "$image"
is_active() { "$SNAP" services srv | grep -Eq 'srv\.forever +enabled +active'; }
await 10 is_active
expect 0 'already|srv' "$SNAP" services srv
expect 0 removed "$SNAP" remove srv

# One that endures is the same process over a refresh; one that does not is not.
APPS='  old:
    command: bin/forever
    daemon: simple
    refresh-mode: endure
  new:
    command: bin/forever
    daemon: simple
    before: [last]
  last:
    command: bin/forever
    daemon: simple'
first=$(snap_file srv 1)
second=$(snap_file srv 2)
expect 0 installed "$SNAP" install --dangerous "$first"
# runs APP REVISION: prints the processes of an app that run a revision.
runs() {
  for process in /proc/[0-9]*; do
    { tr '\0' '\n' <"$process/environ" | grep -qx "SNAP_REVISION=$2" && grep -qa "/forever" "$process/cmdline" \
      && grep -Eq "snap\.srv\.$1\.service" "$process/cgroup"; } 2>/dev/null && basename "$process"
  done
  true
}
expect 0 'srv\.old +enabled +active' "$SNAP" services srv
expect 0 installed "$SNAP" install --dangerous "$second"
expect 0 '^srv +2 +x2' "$SNAP" list srv
for service in old new last; do expect 0 "srv\.$service +enabled +active" "$SNAP" services srv; done
if grep -q '^0::/.' /proc/self/cgroup; then
  [ -n "$(runs old x1)" ] || fail "the service that endures was restarted"
  [ -z "$(runs new x1)" ] || fail "a service of the old revision goes on"
fi
expect 0 Restarted "$SNAP" restart srv.old
expect 0 removed "$SNAP" remove srv
# An order that does not exist is refused.
APPS='  a:
    command: bin/forever
    daemon: simple
    after: [b]
  b:
    command: bin/forever
    daemon: simple
    after: [a]'
snap_tree srv 3
expect 1 'applications are part of a before/after cycle: a, b' "$SNAP" try "$WORK/srv"
unset APPS

# A socket is there before its service, and starts it; a timer starts its service at its time only.
APPS='  listens:
    command: bin/listens
    daemon: simple
    plugs: [network-bind]
    sockets:
      main:
        listen-stream: $SNAP_COMMON/main.sock
        socket-mode: 0666
  timed:
    command: bin/timed
    daemon: oneshot
    timer: 00:00~24:00/2
plugs:
  network-bind: null
'
snap_tree act 1
printf '#!/bin/sh\necho "$LISTEN_FDS $LISTEN_FDNAMES" >>$SNAP_COMMON/started\nexec sleep 1000\n' >"$WORK/act/bin/listens"
printf '#!/bin/sh\necho ran >>$SNAP_COMMON/timed\n' >"$WORK/act/bin/timed"
chmod 755 "$WORK/act"/bin/*
"$SNAP" pack --compression=gzip --filename=act.snap "$WORK/act" "$WORK" >/dev/null || fail "cannot pack act"
expect 0 installed "$SNAP" install --dangerous "$WORK/act.snap"
socket=$ROOT/var/snap/act/common/main.sock
is() { "$SNAP" services act | grep -Eq "^act\.$1 +$2 +$3 +$4\$"; }
is listens enabled inactive socket-activated || fail "not socket-activated: $("$SNAP" services act)"
is timed enabled inactive timer-activated || fail "not timer-activated: $("$SNAP" services act)"
[ -S "$socket" ] || fail "the socket is not there"
activators='"activators":\[\{"Active":true,"Enabled":true,"Name":"main","Type":"socket"\}\]'
expect 0 "$activators" api GET '/v2/apps?names=act.listens'
curl -s --max-time 1 --unix-socket "$socket" http://x/ || true
await 10 is listens enabled active socket-activated
expect 0 '^1 main$' cat "$ROOT/var/snap/act/common/started"
expect 0 Stopped "$SNAP" stop --disable act
is listens disabled inactive socket-activated && is timed disabled inactive timer-activated || fail "after stop --disable: $("$SNAP" services act)"
expect 0 installed "$SNAP" install --dangerous "$WORK/act.snap"
is listens disabled inactive socket-activated || fail "a refresh has enabled the socket: $("$SNAP" services act)"
[ "$(wc -l <"$ROOT/var/snap/act/common/started")" = 1 ] || fail "the service was started though nothing came in"
expect 0 Started "$SNAP" start --enable act
is listens enabled inactive socket-activated || fail "after start --enable: $("$SNAP" services act)"
# The command of a timer runs at its time only.
expect 0 'attempted to run "act.timed" timer outside of scheduled time' "$SNAP" run --timer="$(date -d '+5 hours' +%H:%M)" act.timed
[ ! -e "$ROOT/var/snap/act/common/timed" ] || fail "the timer's service ran outside of its time"
expect 0 '' "$SNAP" run --timer="$(date -d '-1 hour' +%H:%M)-$(date -d '+1 hour' +%H:%M)" act.timed
expect 0 '^ran$' cat "$ROOT/var/snap/act/common/timed"
expect 0 removed "$SNAP" remove act
[ ! -e "$socket" ] || fail "the socket is left"
unset APPS
