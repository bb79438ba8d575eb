# The same snap twice, side by side, each with its own data and commands.
image=$(snap_file twin 1)
expect 0 installed "$SNAP" install --dangerous "$image"
expect 0 'twin_second 1 installed' "$SNAP" install --dangerous --name twin_second "$image"
"$(command_of twin.sh)" -c 'echo one >$SNAP_COMMON/who'
"$(command_of twin_second.sh)" -c 'echo two >$SNAP_COMMON/who'
[ "$("$(command_of twin.sh)" -c 'cat $SNAP_COMMON/who; echo $SNAP_INSTANCE_NAME')" = "$(printf 'one\ntwin')" ] || fail "data of the first"
[ "$("$(command_of twin_second.sh)" -c 'cat $SNAP_COMMON/who; echo $SNAP_INSTANCE_NAME $SNAP_NAME $SNAP')" = \
  "$(printf 'two\ntwin_second twin /snap/twin/x1')" ] || fail "data of the second"
[ "$(cat "$ROOT/var/snap/twin_second/common/who")" = two ] || fail "the second's data is not in its own place"
expect 1 'instance name "other" does not match|does not match' "$SNAP" install --dangerous --name other "$image"
expect 0 removed "$SNAP" remove twin
expect 0 '^x$' "$(command_of twin_second)" x
expect 0 removed "$SNAP" remove twin_second
