# process-control: signals to processes of the host.
set_up_process_control() { add_plug <<<"process-control: null"; }

refused_process_control() {
  expect 1 'Operation not permitted|No such process' in_snap root 'kill -0 "$1"' "$victim"
  expect 1 'Operation not permitted|No such process' in_snap root 'kill -TERM "$1"' "$victim"
  expect 1 'Operation not permitted|No such process' in_snap user 'kill -TERM "$1"' "$own_victim"
  expect 1 'Operation not permitted|Permission denied|No such process' in_snap root 'taskset -p 1 "$1"' "$victim"
  kill -0 "$victim" "$own_victim" || fail "a process of the host was ended"
}

works_process_control() {
  expect 0 '^$' in_snap root 'kill -0 "$1"' "$victim"
  expect 0 'new affinity mask: 1' in_snap root 'taskset -p 1 "$1"' "$victim"
  expect 0 '^$' in_snap root 'kill -TERM "$1"' "$victim"
  expect 0 '^$' in_snap user 'kill -TERM "$1"' "$own_victim"
  # An ordinary user's signals reach that user's processes only.
  expect 1 'Operation not permitted' in_snap user 'kill -TERM "$1"' "$snapd"
  wait "$victim" "$own_victim" 2>/dev/null || true
  ! kill -0 "$victim" 2>/dev/null || fail "the process did not end"
  ! kill -0 "$own_victim" 2>/dev/null || fail "the user's process did not end"
  start_victims
}

start_victims() {
  sleep 1000 &
  victim=$!
  setpriv --reuid $user --regid $user --clear-groups sleep 1000 &
  own_victim=$!
  await 5 sh -c "tr '\\0' ' ' </proc/$own_victim/cmdline | grep -q '^sleep'"
}

try_process_control() {
  start_victims
  proof process-control
  kill "$victim" "$own_victim"
  wait "$victim" "$own_victim" 2>/dev/null || true
}
