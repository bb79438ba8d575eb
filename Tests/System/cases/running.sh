# Arguments, input, exit codes and signals pass through untouched.
image=$(snap_file pass 1)
expect 0 installed "$SNAP" install --dangerous "$image"
sh=$(command_of pass.sh)
expect 7 '' "$sh" -c 'exit 7'
[ "$(echo in | "$sh" -c 'cat')" = in ] || fail "standard input is lost"
[ "$("$sh" -c 'echo "$SNAP_NAME $SNAP_REVISION $SNAP_VERSION $SNAP_INSTANCE_NAME"')" = "pass x1 1 pass" ] || fail "environment"
[ "$("$sh" -c 'echo $SNAP')" = /snap/pass/x1 ] || fail "SNAP"
[ "$("$(command_of pass)" '' 'a  b' '*')" = "$(printf '\na  b\n*')" ] || fail "arguments are changed"
odd=$(printf 'a\377b')
[ "$("$(command_of pass)" "$odd")" = "$odd" ] || fail "an argument that is no text is changed"
[ "$(ODD=$odd "$sh" -c 'printf %s "$ODD"')" = "$odd" ] || fail "a variable that is no text is changed"
# With no descriptor open, the launcher's own files must not become standard input or output.
"$sh" -c 'ls -l /proc/$$/fd >$SNAP_COMMON/descriptors' <&- >&- 2>&- || fail "does not run with nothing open"
[ "$(grep -c ' [02] -> /dev/null' "$ROOT/var/snap/pass/common/descriptors")" = 2 ] || fail "descriptors: $(cat "$ROOT/var/snap/pass/common/descriptors")"
expect 0 'The run command runs' "$SNAP" run --help
expect 1 'unknown flag `bogus' "$SNAP" run --bogus pass
"$sh" -c 'kill -TERM $$' && fail "a signal is no failure"
[ $? = 143 ] || true
"$sh" -c 'trap "exit 9" TERM; touch $SNAP_COMMON/ready; while :; do sleep 0.05; done' &
pid=$!
await 10 test -e "$ROOT/var/snap/pass/common/ready"
kill -TERM $pid
status=0; wait $pid || status=$?
[ $status = 9 ] || fail "the signal did not arrive: $status"
expect 1 'snap "nothere" is not installed' "$SNAP" run nothere
expect 0 '^/' "$SNAP" run --shell pass -c 'echo /'

# Watched by other programs.
expect 0 'DEBUG: argument .*/snap-confine' "$SNAP" run --debug-log pass x
expect 1 'use --gdbserver' "$SNAP" run --gdb pass
if command -v strace >/dev/null; then
  expect 3 'execve\("/snap/pass/x1/bin/sh"' "$SNAP" run --strace pass.sh -c 'exit 3'
  expect 0 '^traced$' "$SNAP" run --strace="-o $WORK/trace" pass.sh -c 'echo traced'
  grep -q 'exited with 0' "$WORK/trace" || fail "nothing is in the trace"
else
  expect 1 'cannot find an installed strace' "$SNAP" run --strace pass
fi
command -v gdbserver >/dev/null || expect 1 'please install gdbserver on your system' "$SNAP" run --gdbserver pass

# A running app keeps its snap from being replaced.
"$sh" -c 'touch $SNAP_COMMON/busy; exec sleep 1000' &
pid=$!
await 10 test -e "$ROOT/var/snap/pass/common/busy"
second=$(snap_file pass 2)
expect 1 'snap "pass" has running apps' "$SNAP" install --dangerous "$second"
expect 0 '^pass +1 +x1' "$SNAP" list pass
kill $pid; wait $pid || true
expect 0 'pass 2 installed' "$SNAP" install --dangerous "$second"
expect 0 removed "$SNAP" remove pass
