# The daemon is killed at every boundary of every task, on the way forward. Started again, it always ends with the
# change Done or fully undone, and with a disk that is what the record says. The boundaries are counted, not listed: a
# task kind or checkpoint that is added joins by itself.
[ "$mode" = root ] || exit 0
first=$(snap_file kill 1)
second=$(snap_file kill 2)
export SNAPPY_TESTING=1

# quiet: no change is unfinished.
quiet() { grep -q '"result":\[\]' <<<"$(api GET '/v2/changes?select=in-progress')"; }
# with_kill N COMMAND...: runs the command against a daemon that dies at its Nth boundary, then against a healthy one.
with_kill() {
  local at=$1
  shift
  stop_daemon
  SNAPD_TEST_KILL_AT=$at start_daemon
  "$@" --no-wait >/dev/null 2>&1 || true
  wait "$daemon" 2>/dev/null
  daemon=
  start_daemon
  await 30 quiet
  consistent
}
# boundaries COMMAND...: how many there are.
boundaries() {
  stop_daemon
  rm -f "$WORK/boundaries"
  SNAPD_TEST_BOUNDARIES=$WORK/boundaries start_daemon
  "$@" >/dev/null 2>&1 || fail "$* failed"
  await 10 quiet
  stop_daemon
  start_daemon
  wc -l <"$WORK/boundaries"
}
installed() { "$SNAP" list kill >/dev/null 2>&1; }
reset_to() {
  if installed; then "$SNAP" remove kill >/dev/null; fi
  [ "$1" -lt 1 ] || "$SNAP" install --dangerous "$first" >/dev/null
  [ "$1" -lt 2 ] || "$SNAP" install --dangerous "$second" >/dev/null
}
matrix() {
  local name=$1 start=$2 count at
  shift 2
  reset_to "$start"
  count=$(boundaries "$@")
  for at in $(seq "${KILL_STEP:-1}" "${KILL_STEP:-1}" "$count"); do
    reset_to "$start"
    with_kill "$at" "$@"
    if installed; then expect 0 '^alive$' "$(command_of kill)" alive; fi
  done
  echo "$name: killed at $count boundaries"
}
matrix install 0 "$SNAP" install --dangerous "$first"
matrix refresh 1 "$SNAP" install --dangerous "$second"
matrix revert 2 "$SNAP" revert kill
matrix remove 2 "$SNAP" remove kill
reset_to 0
stop_daemon
unset SNAPPY_TESTING
start_daemon
