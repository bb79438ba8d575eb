# Apps that run: a refresh waits for nobody, is refused, or passes them by; what they run from stays theirs.
APPS='  patient: {command: bin/sh, refresh-mode: ignore-running}
'
one=$(snap_file busy 1)
two=$(snap_file busy 2)
three=$(snap_file busy 3)
expect 0 installed "$SNAP" install --dangerous "$one"

# begin APP: runs something of the snap until `end`; it tells its version whenever it is asked to.
begin() {
  rm -f "$ROOT/var/snap/busy/common"/{ready,ask,answer}
  "$(command_of "$1")" -c 'touch $SNAP_COMMON/ready
    while :; do
      [ ! -e $SNAP_COMMON/ask ] || { rm $SNAP_COMMON/ask; sed -n 2p $SNAP/meta/snap.yaml >$SNAP_COMMON/answer; }
      sleep 0.05
    done' &
  pid=$!
  await 10 test -e "$ROOT/var/snap/busy/common/ready"
}
# Its last `sleep` may outlive it by a moment.
gone() { ! grep -qsz '^SNAP_INSTANCE_NAME=busy$' /proc/[0-9]*/environ; }
stop_app() { kill $pid 2>/dev/null || true; wait $pid 2>/dev/null || true; }
end() { stop_app; await 10 gone; }
trap stop_app EXIT
works() {
  touch "$ROOT/var/snap/busy/common/ask"
  await 10 test -s "$ROOT/var/snap/busy/common/answer"
  grep -q "version: \"$1\"" "$ROOT/var/snap/busy/common/answer" || fail "the running app has $(cat "$ROOT/var/snap/busy/common/answer")"
  rm "$ROOT/var/snap/busy/common/answer"
}

begin busy.sh
changes=$("$SNAP" changes | wc -l)
expect 1 'snap "busy" has running apps \(sh\), pids: [0-9,]+' "$SNAP" install --dangerous "$two"
[ "$("$SNAP" changes | wc -l)" = "$changes" ] || fail "a change was made for a refresh that was refused"
expect 0 '^busy +1 +x1' "$SNAP" list busy
works 1
# With --ignore-running it goes on with what it began with.
expect 0 'busy 2 installed' "$SNAP" install --dangerous --ignore-running "$two"
works 1
expect 1 'snap "busy" has running apps \(sh\), pids: [0-9,]+' "$SNAP" revert busy
expect 0 'busy 3 installed' "$SNAP" install --dangerous --ignore-running "$three"
# Its own revision is not discarded, although it is one more than are kept; the one between is.
works 1
[ -e "$ROOT/var/lib/snapd/snaps/busy_x1.snap" ] || fail "the revision of a running app is discarded"
end

# An app that says that it need not be waited for.
begin busy.patient
expect 0 'busy 2 installed' "$SNAP" install --dangerous "$two"
works 3
end
[ ! -e "$ROOT/var/lib/snapd/snaps/busy_x1.snap" ] || fail "a revision that nobody uses is kept"
grep -q '"result":\[\]' <<<"$(api GET '/v2/snaps?select=refresh-inhibited')" || fail "a refresh is inhibited"

# Who starts an app meanwhile waits, is told, and those who show people such things are told too.
snap_tree busy 4
printf '#!/bin/sh\ntouch "$SNAP_COMMON/hook"\nwhile [ ! -e "$SNAP_COMMON/go" ]; do sleep 0.05; done\n' >"$WORK/busy/meta/hooks/pre-refresh"
chmod 755 "$WORK/busy/meta/hooks/pre-refresh"
sed -i 's/^summary: .*/&\nenvironment: {V: four}/' "$WORK/busy/meta/snap.yaml"
cat >>"$WORK/busy/meta/snap.yaml" <<'YAML'
  svc: {command: bin/svc, daemon: simple, stop-timeout: 20s}
YAML
printf '#!/bin/sh\nexec sleep 1000\n' >"$WORK/busy/bin/svc"
chmod 755 "$WORK/busy/bin/svc"
"$SNAP" pack --compression=gzip --filename=busy_4.snap "$WORK/busy" "$WORK" >/dev/null
rm "$WORK/busy/meta/hooks/pre-refresh"
# The snap is held between its revisions by a file system that takes its time.
printf 'refresh' >"$ROOT/var/lib/snapd/inhibit/busy.lock"
"$(command_of busy)" after waiting >"$WORK/output" 2>&1 &
pid=$!
await 10 grep -q 'snap package "busy" is being refreshed, please wait' "$WORK/output"
told() { api GET '/v2/notices?types=snap-run-inhibit&users=all' | grep -q '"key":"busy"'; }
await 10 told
! grep -q waiting "$WORK/output" || fail "it did not wait"
: >"$ROOT/var/lib/snapd/inhibit/busy.lock"
wait $pid || fail "it failed: $(cat "$WORK/output")"
grep -qx waiting "$WORK/output" || fail "it did not run: $(cat "$WORK/output")"
# Nobody else can say so.
grep -q 'only snap command can record notices' <<<"$(api POST /v2/notices '{"action":"add","type":"snap-run-inhibit","key":"busy"}')" ||
  fail "anybody records notices"

# A hook that runs is in the way too.
expect 0 'busy 4 installed' "$SNAP" install --dangerous "$WORK/busy_4.snap"
"$SNAP" install --dangerous --no-wait "$WORK/busy_4.snap" >/dev/null
await 20 test -e "$ROOT/var/snap/busy/common/hook"
expect 10 'snap "busy" has "install-snap" change in progress' "$SNAP" install --dangerous "$two"
touch "$ROOT/var/snap/busy/common/go"
quiet() { grep -q '"result":\[\]' <<<"$(api GET '/v2/changes?select=in-progress')"; }
await 30 quiet
expect 0 removed "$SNAP" remove busy
[ -z "$(ls "$ROOT/var/lib/snapd/inhibit")" ] || fail "left: $(ls "$ROOT/var/lib/snapd/inhibit")"
unset APPS
