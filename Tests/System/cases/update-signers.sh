# Who made an update and which key signed it, when that is somebody else than of what is installed: told before it is made.
#
# On this machine only: nothing here depends on the service manager.
[ "$mode" = root ] || return 0
. "$here/store.sh"
store_make
account root admin
account alice
account bob
as alice register heir >/dev/null
publish alice "$(snap_file heir 1)" stable >/dev/null
use_store
expect 0 'heir 1 from alice installed' "$SNAP" install heir
publish alice "$(snap_file heir 2)" stable >/dev/null
! "$SNAP" refresh --list --explain | grep -q changed: || fail "a change is told where there is none"

# The store's next key signs, and the snap is another account's.
"$STORE" key rotate "$store_dir" next >/dev/null
as root transfer heir bob >/dev/null
publish bob "$(snap_file heir 3)" stable >/dev/null
"$STORE" hold release "$store_dir" heir >/dev/null
expect 0 'update: +1 \(1\) -> 3 \(3\)' "$SNAP" refresh --list --explain
expect 0 'publisher-changed: +alice -> bob' "$SNAP" refresh --list --explain
expect 0 'key-changed: +[A-Za-z0-9_-]{64} -> [A-Za-z0-9_-]{64}' "$SNAP" refresh --list --explain
expect 0 'heir 3 from bob refreshed' "$SNAP" refresh heir
"$SNAP" remove heir >/dev/null
