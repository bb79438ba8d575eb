# Who a machine is towards its store: a model, a key, a serial, sessions.
. "$here/store.sh"
store_make
account root admin
account pub
"$STORE" account verify "$store_dir" pub --as=verified >/dev/null || fail "cannot verify"
as pub register tool >/dev/null
publish pub "$(snap_file tool 1)" stable >/dev/null

# soon: the daemon looks now at what is due.
soon() { api POST /v2/debug '{"action": "ensure-state-soon"}' >/dev/null; }
# requests PATH STATUS: how many the store has answered so.
requests() { grep -c "\"path\":\"$1\".*\"status\":$2" "$WORK/store.log" || true; }
registered() { "$SNAP" model --serial >/dev/null 2>&1; }
is_unknown() { ! "$SNAP" model >/dev/null 2>&1; }
# quiet: no change is unfinished.
quiet() { grep -q '"result":\[\]' <<<"$(api GET '/v2/changes?select=in-progress')"; }
keys=$ROOT/var/lib/snapd/device/private-keys-v1

# Without a store nobody asks who the machine is.
expect 1 'device not ready yet \(no assertions found\)' "$SNAP" model
expect 0 'assertion-not-found' api GET /v2/model
expect 0 'assertion-not-found' api GET /v2/model/serial
changes() { "$SNAP" changes 2>/dev/null | grep -c "${1:-} *Initialize device" || true; }
before=$(changes)
soon
[ "$(changes)" = "$before" ] || fail "a machine without a store is being registered"

# A store, and the machine is known to it.
use_store
soon
await 60 registered
await 10 quiet
[ "$(changes)" = $((before + 1)) ] || fail "it was not registered by one change: $("$SNAP" changes)"
expect 0 'Done .*Initialize device' "$SNAP" changes
change=$("$SNAP" changes | awk '/Initialize device/ {id = $1} END {print id}')
expect 0 'Generate device key.*Request device serial' "$SNAP" tasks "$change"
expect 0 'brand +Acme.* model +generic-classic serial +[0-9a-f-]{36}' "$SNAP" model
expect 0 'brand-id: +acme.*model: +generic-classic.*serial: +[0-9a-f-]{36}' "$SNAP" model --serial
expect 0 'classic: true' "$SNAP" model --verbose
expect 0 '^type: model' "$SNAP" model --assertion
expect 0 '^type: serial' "$SNAP" model --serial --assertion
expect 0 'device-key: +A' "$SNAP" model --serial --verbose
expect 0 '^type: model' "$SNAP" known model
expect 0 '^type: serial' "$SNAP" known serial brand-id=acme
expect 0 '"headers":.*"model":"generic-classic"' api GET '/v2/model?json=true'
expect 0 'query parameter when used must be set' api GET '/v2/model?json=maybe'
serial=$("$SNAP" model --serial | awk '/^serial:/ {print $2}')
# Other stores that the machine was set up for have keys of their own.
key=$("$SNAP" model --serial --assertion | awk '/^device-key-sha3-384:/ {print $2}')
made=$(ls "$keys")
[ "$(stat -c '%a %u' "$keys" "$keys/$key" | tr '\n' ' ')" = "700 0 600 0 " ] || fail "the key is not for root alone"

# Each question about snaps is asked in a session, which is opened once.
[ "$(requests /api/v1/snaps/auth/sessions 200)" = 0 ] || fail "a session was opened before there was a question"
"$SNAP" install tool >/dev/null
"$SNAP" refresh >/dev/null 2>&1
[ "$(requests /api/v1/snaps/auth/sessions 200)" = 1 ] || fail "there is not one session"
[ "$(requests /api/v1/snaps/auth/devices 200)" = 1 ] || fail "there is not one serial"
# Also another daemon has it.
stop_daemon
start_daemon
expect 0 "$serial" "$SNAP" model --serial
"$SNAP" refresh >/dev/null 2>&1
[ "$(requests /api/v1/snaps/auth/sessions 200)" = 1 ] || fail "another daemon opened another session"

# A store that has forgotten its sessions gets another, once. On this machine only: the container's Python has no SQLite.
forget="import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute(\"DELETE FROM secret WHERE name = 'device-sessions'\"); c.commit()"
if [ "$mode" = root ]; then
  store_stop
  python3 -c "$forget" "$store_dir/store.db" || fail "the store's secrets are elsewhere"
  store_serve
fi
publish pub "$(snap_file tool 2)" stable >/dev/null
expect 0 '^tool .*2 from' "$SNAP" refresh tool
if [ "$mode" = root ]; then
  [ "$(requests /v2/snaps/refresh 401)" = 1 ] || fail "the old session was not refused once"
  [ "$(requests /api/v1/snaps/auth/sessions 200)" = 2 ] || fail "no other session was opened"
fi

# A progressive release goes by the machine's serial: it is among the first so many of 10,000 (`ProgressiveRelease`).
publish pub "$(snap_file tool 3)" >/dev/null
digest=$(printf '%s\n3\nsacme/generic-classic/%s' "$(snap_id tool)" "$serial" | sha256sum)
place=$(python3 -c 'import sys; print(int(sys.argv[1], 16) % 10000)' "${digest:0:16}")
share=$((place / 100))
if [ $share -ge 1 ] && [ $share -lt 99 ]; then
  as pub release tool 3 stable --progressive $share >/dev/null
  expect 0 'no updates available' "$SNAP" refresh tool
  as pub progressive tool stable $((share + 1)) >/dev/null
  expect 0 '^tool .*3 from' "$SNAP" refresh tool
fi

# What a snap may know of it: only with the daemon's own interface, or as a snap of the brand.
APPS='    plugs: [snapd-control]' EXTRA= snap_tree control 1
"$SNAP" pack --compression=gzip --filename=control.snap "$WORK/control" "$WORK" >/dev/null
"$SNAP" install --dangerous "$WORK/control.snap" >/dev/null
ctl() { "$(command_of control.sh)" -c 'snapctl "$@"' sh "$@"; }
expect 1 'from the same publisher as the model or have the snapd-control' ctl model
"$SNAP" connect control:snapd-control
expect 0 '^model: generic-classic' ctl model
expect 0 '^type: model' ctl model --assertion
expect 0 '"headers":.*"brand-id":"acme"' ctl model --json
"$SNAP" remove control >/dev/null

# A store that is away changes nothing of who the machine is.
store_stop
expect 0 "$serial" "$SNAP" model
soon
expect 0 "$serial" "$SNAP" model
store_serve

# Without the store the machine is nobody; with it, who it was.
expect 0 '.' "$SNAP" store remove ours
is_unknown || fail "the machine has a model of a store that is gone"
use_store
soon
await 60 registered
expect 0 "$serial" "$SNAP" model --serial
[ "$(ls "$keys")" = "$made" ] || fail "another key was made"
[ "$(requests /api/v1/snaps/auth/devices 200)" = 1 ] || fail "another serial was asked for"

# Another store is told nothing of it.
mkdir "$WORK/other"
"$STORE" init "$WORK/other/store" --id other --name Other >/dev/null
"$STORE" serve "$WORK/other/store" --listen 127.0.0.1:0 --log "$WORK/other/log" >"$WORK/other/out" 2>&1 &
store_others+=($!)
await 30 grep -q '^serving at port' "$WORK/other/out"
"$SNAP" store add "http://127.0.0.1:$(awk '{print $4}' "$WORK/other/out")" --name also --priority 10 \
  --key "$("$STORE" trust "$WORK/other/store" --fingerprint)" >/dev/null
soon
expect 0 'No matching snaps' "$SNAP" find nothing-of-this
expect 1 '.' "$SNAP" install nothing-of-this
expect 0 'acme' "$SNAP" model --serial
! grep -q '/auth/' "$WORK/other/log" || fail "another store was asked who the machine is"
expect 0 '.' "$SNAP" store remove also

"$SNAP" remove tool >/dev/null
expect 0 '.' "$SNAP" store remove ours
