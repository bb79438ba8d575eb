# A daemon that dies where it is told to. Read by cases, on this machine only: a machine's own daemon has no such places.
# The boundaries are counted, not listed: a task kind or checkpoint that is added joins by itself.
export SNAPPY_TESTING=1
kills=0

# quiet: no change is unfinished.
quiet() { grep -q '"result":\[\]' <<<"$(api GET '/v2/changes?select=in-progress')"; }
# with_kill N COMMAND...: runs the command against a daemon that dies at its Nth boundary, then against a healthy one.
with_kill() {
  local at=$1
  shift
  stop_daemon
  SNAPD_TEST_KILL_AT=$at start_daemon
  "$@" --no-wait >/dev/null 2>&1 || true
  # Each try of a task that waits for another is a boundary, and there are not always as many: the last may not come.
  while is_running && ! quiet; do sleep 0.02; done 2>/dev/null
  if is_running; then stop_daemon; else kills=$((kills + 1)); fi
  start_daemon
  await 60 quiet
  consistent
}
# count_boundaries COMMAND...: sets `count` to how many there are.
count_boundaries() {
  stop_daemon
  rm -f "$WORK/boundaries"
  SNAPD_TEST_BOUNDARIES=$WORK/boundaries start_daemon
  "$@" >/dev/null 2>&1 || true
  await 30 quiet
  stop_daemon
  start_daemon
  count=$(wc -l <"$WORK/boundaries")
}
# boundaries: every KILL_STEPth number of them, from a place that is another each time.
boundaries() { seq $((RANDOM % ${KILL_STEP:-1} + 1)) "${KILL_STEP:-1}" "$count"; }
# Which of them it was.
boundary() { echo "boundary $1: $(sed -n "${1}p" "$WORK/boundaries")"; }
# no_more_kills: the daemon as it was before.
no_more_kills() {
  stop_daemon
  unset SNAPPY_TESTING
  start_daemon
}
