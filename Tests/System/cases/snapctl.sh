# snapctl from an app, a service and a hook: whom it obeys, and whom not.
ctl_tree() {
  APPS='  svc:
    command: bin/svc
    daemon: simple
  ctl:
    command: bin/ctl' EXTRA='plugs:
  network: null
  camera: null' snap_tree "$1" 1
  printf '#!/bin/sh\nexec snapctl "$@"\n' >"$WORK/$1/bin/ctl"
  cat >"$WORK/$1/bin/svc" <<'SVC'
#!/bin/sh
echo "$SNAP_COOKIE" >"$SNAP_DATA/cookie"
while :; do
  [ ! -e "$SNAP_DATA/ask" ] || { mv "$SNAP_DATA/ask" "$SNAP_DATA/asked"; sh "$SNAP_DATA/asked" >"$SNAP_DATA/answer" 2>&1; touch "$SNAP_DATA/done"; }
  sleep 0.1
done
SVC
  cat >"$WORK/$1/meta/hooks/configure" <<'HOOK'
#!/bin/sh
echo "$SNAP_COOKIE" >"$SNAP_DATA/hook-cookie"
snapctl set from.hook=1
[ "$(snapctl get from.hook)" = 1 ] || { echo "the hook does not see what it set"; exit 1; }
[ -z "$(snapctl get missing)" ] || { echo "what is not set is not empty"; exit 1; }
if [ -n "$(snapctl get fail)" ]; then snapctl set lost=1; echo "asked to fail"; exit 1; fi
HOOK
  cat >"$WORK/$1/meta/hooks/check-health" <<'HOOK'
#!/bin/sh
[ ! -e "$SNAP_COMMON/ill" ] || snapctl set-health blocked --code=no-water "there is no water left"
HOOK
  chmod 755 "$WORK/$1"/bin/* "$WORK/$1"/meta/hooks/*
  "$SNAP" pack --compression=gzip --filename="$1.snap" "$WORK/$1" "$WORK" >/dev/null
}
ctl_tree one
ctl_tree two
expect 0 installed "$SNAP" install --dangerous "$WORK/one.snap"
expect 0 installed "$SNAP" install --dangerous "$WORK/two.snap"
ctl=$(command_of one.ctl)

# An app: options, plain and typed.
expect 0 '^1$' "$ctl" get from.hook
expect 0 '' "$ctl" set a.b=1 name=frank list='[1,2]'
expect 0 '^frank$' "$ctl" get name
expect 0 '^"frank"$' "$ctl" get -t name
expect 0 '^null$' "$ctl" get -t missing
expect 0 '"b": 1' "$ctl" get -d a
expect 0 '^frank$' "$SNAP" get one name
expect 0 '' "$ctl" unset name
expect 0 '^$' "$ctl" get name
expect 1 'error: get which option\?' "$ctl" get
expect 1 'error: invalid option name: ""' "$ctl" set =x
expect 1 'invalid parameter: "x" \(want key=value\)' "$ctl" set x
expect 1 'unknown flag `q' "$ctl" get -q a
expect 1 'Unknown command `bogus' "$ctl" bogus
expect 0 'Available commands' "$ctl" -h
expect 0 'snapctl set' "$ctl" set --help
expect 1 'interface attributes can only be read' "$ctl" get :camera path
expect 1 'interface attributes can only be set' "$ctl" set :camera path=x

# What it is told of the machine and of its connections.
expect 0 '^system-mode: run$' "$ctl" system-mode
expect 0 '^snapd +[0-9]' "$ctl" version
expect 1 'this device has no model' "$ctl" model
expect 0 '^pending: none$' "$ctl" refresh --pending
expect 1 'cannot hold outside' "$ctl" refresh --hold
expect 1 'install-device hook' "$ctl" reboot --halt
expect 1 'components are not supported yet' "$ctl" install +thing
expect 1 'required interface not connected' "$ctl" kmod insert loop
expect 1 'mount-control' "$ctl" mount /a /b
expect 1 'has no plug or slot named "bogus"' "$ctl" is-connected bogus
expect 0 '' "$ctl" is-connected network
expect 1 '' "$ctl" is-connected camera
expect 0 '' "$SNAP" connect one:camera
expect 0 '' "$ctl" is-connected camera
expect 0 '^camera$' "$ctl" is-connected --list
id=$("$SNAP" changes | awk '/Connect one:camera/ {id = $1} END {print id}')
expect 0 '' "$ctl" is-ready "$id"
expect 0 'Connect one:camera' "$ctl" tasks "$id"
expect 1 'cannot find change' "$ctl" is-ready 1

# Health.
expect 1 'must be one of okay' "$ctl" set-health fine
expect 1 'at least 7 characters' "$ctl" set-health error short
expect 0 '' "$ctl" set-health --code=low-disk waiting "the disk is almost full"
expect 0 'low-disk' "$SNAP" info one
expect 0 '^one .* waiting$' "$SNAP" list one
expect 0 '' "$ctl" set-health okay
expect 0 '^one .* -$' "$SNAP" list one

# Its own services, and nobody else's.
expect 0 'one\.svc +enabled +active' "$ctl" services
expect 0 '' "$ctl" stop --disable one.svc
expect 0 'one\.svc +disabled +inactive' "$ctl" services
expect 0 '' "$ctl" start --enable one.svc
await 10 grep -q . "$ROOT/var/snap/one/current/cookie"
expect 1 'unknown service: "two.svc"' "$ctl" stop two.svc

# A service has the snap's cookie too. That of a hook is over with its run.
data=$ROOT/var/snap/one/current
ask() { rm -f "$data/done"; echo "$1" >"$data/ask.part"; mv "$data/ask.part" "$data/ask"; await 10 test -e "$data/done"; cat "$data/answer"; }
[ "$(ask 'snapctl set by=service; snapctl get by')" = service ] || fail "the service cannot set: $(cat "$data/answer")"
grep -q 'from outside of a snap' <<<"$(ask "SNAP_COOKIE=$(cat "$data/hook-cookie") snapctl get by")" || fail "the hook's cookie still works"
grep -q 'from outside of a snap' <<<"$(ask 'SNAP_COOKIE=x SNAP_CONTEXT= snapctl get by')" || fail "a made up cookie works"
# The other snap's cookie is of no use to this one, nor the snap's own to the machine.
other=$(cat "$ROOT/var/snap/two/current/cookie")
grep -q 'not of that snap' <<<"$(ask "SNAP_COOKIE=$other snapctl get from.hook")" || fail "another snap's cookie works: $(cat "$data/answer")"
call() { curl -sS --max-time 20 --unix-socket "$ROOT/run/snapd-snap.socket" -X POST -H 'Content-Type: application/json' -d "$1" http://localhost/v2/snapctl; }
grep -q 'not of that snap' <<<"$(call "{\"context-id\":\"$(cat "$data/cookie")\",\"args\":[\"get\",\"by\"]}")" || fail "the machine can use a snap's cookie"
grep -q 'from outside of a snap' <<<"$(call '{"context-id":"","args":["get","by"]}')" || fail "nobody can call"
grep -q 'cannot decode' <<<"$(call '[1]')" || fail "what is no request is taken"
[ "$(stat -c '%a %u' "$ROOT/var/lib/snapd/cookie/snap.one")" = '600 0' ] || fail "the cookie is not root's alone"
# On the snaps' socket there is nothing else for a snap that has no plug for it; on the other there is no snapctl.
for path in system-info snaps changes notices; do
  grep -q '"status-code":403' <<<"$(curl -sS --max-time 20 --unix-socket "$ROOT/run/snapd-snap.socket" "http://localhost/v2/$path")" || fail "$path is open"
done
grep -q '"status-code":403' <<<"$(api POST /v2/snapctl '{"context-id":"","args":["get"]}')" || fail "snapctl is on the main socket"

# A hook that fails has set nothing.
expect 1 'asked to fail' "$SNAP" set one fail=1
expect 0 '^$' "$ctl" get lost
expect 0 '^$' "$ctl" get fail

# The services outlive the daemon, and find the next one.
if [ "$mode" = root ]; then
  stop_daemon
  start_daemon
  [ "$(ask 'snapctl set by=again; snapctl get by')" = again ] || fail "a service does not find the new daemon: $(cat "$data/answer")"
fi

# A snap that is ill says so when it is refreshed.
touch "$ROOT/var/snap/one/common/ill"
expect 0 installed "$SNAP" install --dangerous "$WORK/one.snap"
expect 0 '^one .* blocked$' "$SNAP" list one
expect 0 'there is no water left' "$SNAP" info one
rm "$ROOT/var/snap/one/common/ill"
expect 0 installed "$SNAP" install --dangerous "$WORK/one.snap"
expect 0 'snapd-hook-no-health-set' "$SNAP" info one
expect 0 removed "$SNAP" remove one two
[ ! -e "$ROOT/var/lib/snapd/cookie/snap.one" ] || fail "the cookie is left"
