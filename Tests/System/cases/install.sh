# A snap comes, runs, is replaced, goes back, is switched off and on, and goes; each as the reference says it.
first=$(snap_file hello 1.0)
expect 1 'cannot find signatures with metadata' "$SNAP" install "$first"
expect 0 '^hello 1\.0 installed$' "$SNAP" install --dangerous "$first"
expect 0 '^hello +1\.0 +x1 +- +- +-$' "$SNAP" list hello
expect 0 '^a b$' "$(command_of hello)" "a b"
[ "$(cat "$ROOT/var/snap/hello/x1/installed-version")" = 1.0 ] || fail "the install hook did not run"

echo kept >"$ROOT/var/snap/hello/x1/file"
echo shared >"$ROOT/var/snap/hello/common/file"
second=$(snap_file hello 2.0)
expect 0 '^hello 2\.0 installed$' "$SNAP" install --dangerous "$second"
[ "$(cat "$ROOT/var/snap/hello/x2/file")" = kept ] || fail "the data was not carried over"
echo changed >"$ROOT/var/snap/hello/x2/file"

expect 0 '^hello reverted to 1\.0$' "$SNAP" revert hello
[ "$(readlink "$ROOT/snap/hello/current")" = x1 ] || fail "the image is not the old one"
[ "$(cat "$ROOT/var/snap/hello/current/file")" = kept ] || fail "the data is not the old one"
expect 1 'no revision to revert to' "$SNAP" revert hello
expect 0 '^hello reverted to 2\.0$' "$SNAP" revert hello --revision=x2
[ "$(cat "$ROOT/var/snap/hello/current/file")" = changed ] || fail "the data of x2 is lost"

expect 0 '^hello disabled$' "$SNAP" disable hello
[ ! -e "$(command_of hello)" ] || fail "a disabled snap has a command"
expect 1 'already disabled' "$SNAP" disable hello
expect 0 '^hello enabled$' "$SNAP" enable hello
expect 0 '^x$' "$(command_of hello)" x

third=$(snap_file hello 3.0)
expect 0 'installed' "$SNAP" install --dangerous "$third"
[ ! -e "$ROOT/snap/hello/x1" ] || fail "more revisions are kept than refresh.retain says"
expect 0 '^hello \(revision x2\) removed$' "$SNAP" remove hello --revision=x2
expect 1 'snap "core" is not removable: snap is being used by snap hello' "$SNAP" remove core
expect 0 '^hello removed$' "$SNAP" remove hello
for left in snap/hello var/snap/hello snap/bin/hello var/lib/snapd/sequence/hello.json; do
  [ ! -e "$ROOT/$left" ] || fail "$left is left"
done
