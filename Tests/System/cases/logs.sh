# What services write is shown, and followed.
APPS='  talk:
    command: bin/talk
    daemon: simple
  other:
    command: bin/other
    daemon: simple'
snap_tree logs 1
printf '#!/bin/sh\nfor i in $(seq 15); do echo "line $i"; done\nwhile :; do\n  [ ! -e $SNAP_COMMON/say ] || { cat $SNAP_COMMON/say; rm $SNAP_COMMON/say; }\n  sleep 0.05\ndone\n' >"$WORK/logs/bin/talk"
printf '#!/bin/sh\necho "from the other"\nexec sleep 1000\n' >"$WORK/logs/bin/other"
chmod 755 "$WORK/logs"/bin/*
"$SNAP" pack --compression=gzip --filename=logs.snap "$WORK/logs" "$WORK" >/dev/null
expect 0 installed "$SNAP" install --dangerous "$WORK/logs.snap"
has() { "$SNAP" logs -n all logs.talk | grep -q "$1"; }
await 10 has 'line 15'
await 10 bash -c '"$SNAP" logs logs.other | grep -q "from the other"'
# The format is the reference's: time, service, process, text.
expect 0 '^20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9:]{8}(Z|[+-][0-9:]{5}) logs\.other\[[0-9]+\]: from the other$' "$SNAP" logs logs.other
expect 0 '^20[0-9T:-]+Z logs\.other\[[0-9]+\]: from the other$' "$SNAP" logs --abs-time logs.other
# Ten lines unless told otherwise.
[ "$("$SNAP" logs logs.talk | wc -l)" = 10 ] || fail "not ten lines: $("$SNAP" logs logs.talk)"
expect 0 'line 15$' "$SNAP" logs -n 1 logs.talk
[ "$("$SNAP" logs -n 1 logs.talk | wc -l)" = 1 ] || fail "not one line"
[ "$("$SNAP" logs -n 0 logs.talk | wc -l)" = 0 ] || fail "not none"
[ "$("$SNAP" logs -n=all logs | grep -c ': line ')" = 15 ] || fail "not all: $("$SNAP" logs -n all logs)"
expect 1 'invalid argument for flag ‘-n’: expected a non-negative integer argument, or “all”\.' "$SNAP" logs -n -3 logs
expect 1 'snap "logs" has no service "sh"' "$SNAP" logs logs.sh
api GET '/v2/logs?names=logs.other&n=1' | od -An -c | head -1 | grep -q '^ 036   {' || fail "no JSON sequence"
# Following goes on until nobody listens; then nothing of it is left in the daemon.
daemon() { if [ "$mode" = root ]; then cat "$base/daemon.pid"; else systemctl show -P MainPID snapd.service; fi; }
descriptors() { ls "/proc/$(daemon)/fd" | wc -l; }
before=$(descriptors)
"$SNAP" logs -n 1 -f logs.talk >"$WORK/followed" &
follower=$!
followed() { grep -q "$1" "$WORK/followed"; }
await 10 followed 'line 15'
echo 'said later' >"$ROOT/var/snap/logs/common/say"
await 10 followed 'talk\[[0-9]*\]: said later'
# Over a restart of the service.
expect 0 Restarted "$SNAP" restart logs.talk
await 10 followed 'line 3'
[ "$(descriptors)" -gt "$before" ] || fail "nobody follows"
kill $follower
wait $follower || true
nobody_follows() { [ "$(descriptors)" -le "$before" ]; }
await 10 nobody_follows
# A daemon that ends does not wait for those who follow.
"$SNAP" logs -f logs.talk >"$WORK/followed" &
follower=$!
await 10 followed 'line 15'
stop_daemon
wait $follower || true
start_daemon
await 10 has 'line 15'
expect 0 removed "$SNAP" remove logs
unset APPS
