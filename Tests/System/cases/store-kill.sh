# The daemon is killed while snaps come from a store: installed with their base, and refreshed. It always ends Done, with
# a disk that is what the record says. STORE_KILL_STEP=N takes every Nth boundary (7), from a place that is another each time.
[ "$mode" = root ] || exit 0
store=${RELEASE:-$top/.build-release/release}/snap-store
[ -x "$store" ] || { echo "there is no snap-store here"; exit 0; }
export HOME=$WORK/publisher SNAPPY_TESTING=1
mkdir -p "$HOME"
port=$((20000 + RANDOM % 20000))
url=http://127.0.0.1:$port
echo a-long-password >"$WORK/password"
"$store" init "$WORK/store" --url="$url" --id=kill-store >"$WORK/init"
"$store" account create "$WORK/store" pub --email=pub@example.org --admin --password-file="$WORK/password" >/dev/null
"$store" serve "$WORK/store" --listen="127.0.0.1:$port" >>"$WORK/serve.log" 2>&1 &
serving=$!
trap 'kill -KILL $serving 2>/dev/null || true' EXIT
await 20 curl -s -o /dev/null "$url/"
"$store" login pub@example.org --url="$url" <"$WORK/password" >/dev/null
for name in core kill; do "$store" register "$name" >/dev/null; done
"$store" upload "$core" --release=stable >/dev/null 2>&1 || true
"$store" review approve core 1 >/dev/null 2>&1 || true
"$store" release core 1 stable >/dev/null 2>&1 || true
"$store" upload "$(snap_file kill 1)" --release=stable >/dev/null
"$store" upload "$(snap_file kill 2)" --release=edge >/dev/null
"$SNAP" store add "$url" --key "$(awk '/^fingerprint:/ {print $2}' "$WORK/init")" --name kill >/dev/null
"$SNAP" remove core >/dev/null

quiet() { grep -q '"result":\[\]' <<<"$(api GET '/v2/changes?select=in-progress')"; }
empty() {
  "$SNAP" remove kill >/dev/null 2>&1 || true
  "$SNAP" remove core >/dev/null 2>&1 || true
  rm -rf "$ROOT/var/lib/snapd/cache"
}
# matrix NAME VERSION PREPARE COMMAND...
matrix() {
  local name=$1 version=$2 prepare=$3 at count kills=0
  shift 3
  $prepare
  stop_daemon
  rm -f "$WORK/boundaries"
  SNAPD_TEST_BOUNDARIES=$WORK/boundaries start_daemon
  "$@" >/dev/null || fail "$name fails without a kill"
  stop_daemon
  start_daemon
  count=$(wc -l <"$WORK/boundaries")
  for at in $(seq $((RANDOM % ${STORE_KILL_STEP:-7} + 1)) "${STORE_KILL_STEP:-7}" "$count"); do
    $prepare
    stop_daemon
    SNAPD_TEST_KILL_AT=$at start_daemon
    "$@" --no-wait >/dev/null 2>&1 || true
    await_daemon_end
    start_daemon
    await 60 quiet
    consistent
    expect 0 "^kill +$version " "$SNAP" list kill
    kills=$((kills + 1))
  done
  echo "$name: killed at $kills boundaries of $count, always ended Done"
}
installed_one() { empty; "$SNAP" install kill >/dev/null; }
matrix 'install from a store' 1 empty "$SNAP" install kill
matrix 'refresh from a store' 2 installed_one "$SNAP" refresh --edge kill
empty
"$SNAP" store remove kill >/dev/null
kill $serving
rm -rf "$ROOT/var/lib/snapd/cache" "$ROOT/var/lib/snapd/assertions"
stop_daemon
unset SNAPPY_TESTING
start_daemon
"$SNAP" install --dangerous "$core" >/dev/null
