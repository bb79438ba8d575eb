# A hook that fails undoes everything, and says what it printed.
snap_tree frail 1
printf '#!/bin/sh\necho broken on purpose; exit 3\n' >"$WORK/frail/meta/hooks/install"
"$SNAP" pack --compression=gzip --filename=frail.snap "$WORK/frail" "$WORK" >/dev/null
expect 1 'run hook "install": .*broken on purpose' "$SNAP" install --dangerous "$WORK/frail.snap"
expect 1 'no matching snaps installed' "$SNAP" list frail
for left in snap/frail var/snap/frail snap/bin/frail; do [ ! -e "$ROOT/$left" ] || fail "$left is left"; done

# A refresh whose hook fails leaves the old revision with its data, and its service running.
APPS='  forever:
    command: bin/forever
    daemon: simple'
good=$(snap_file steady 1)
expect 0 installed "$SNAP" install --dangerous "$good"
echo precious >"$ROOT/var/snap/steady/x1/file"
snap_tree steady 2
printf '#!/bin/sh\necho spoiled >"$SNAP_DATA/file"; exit 1\n' >"$WORK/steady/meta/hooks/post-refresh"
chmod 755 "$WORK/steady/meta/hooks/post-refresh"
"$SNAP" pack --compression=gzip --filename=steady_2.snap "$WORK/steady" "$WORK" >/dev/null
expect 1 'run hook "post-refresh"' "$SNAP" install --dangerous "$WORK/steady_2.snap"
expect 0 '^steady +1 +x1' "$SNAP" list steady
[ "$(cat "$ROOT/var/snap/steady/current/file")" = precious ] || fail "the data was not restored"
[ ! -e "$ROOT/var/snap/steady/x2" ] || fail "the failed revision's data is left"
is_active() { "$SNAP" services steady | grep -Eq 'enabled +active'; }
await 10 is_active
expect 0 removed "$SNAP" remove steady
unset APPS
