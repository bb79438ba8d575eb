# Whose a snap is: claimed, given to another, given back; and what of that machines see.
#
# On this machine only: nothing here depends on the service manager.
[ "$mode" = root ] || return 0
. "$here/store.sh"
store_make
account alice
account carol
account root admin
use_store

# snap_of NAME VERSION: a small image without a base.
snap_of() {
  rm -rf "$WORK/tree"
  mkdir -p "$WORK/tree/meta"
  chmod 755 "$WORK/tree" "$WORK/tree/meta"
  printf 'name: %s\nversion: "%s"\nsummary: A thing\nbase: none\n' "$1" "$2" >"$WORK/tree/meta/snap.yaml"
  rm -f "$WORK/$1_$2.snap"
  mksquashfs "$WORK/tree" "$WORK/$1_$2.snap" -all-root -noappend -quiet -no-progress >/dev/null
  echo "$WORK/$1_$2.snap"
}
as alice register thing >/dev/null
publish alice "$(snap_of thing 1)" stable >/dev/null
expect 0 'thing 1 .*installed' "$SNAP" install thing
expect 0 'publisher: +alice' "$SNAP" info thing

# Others may claim the name, and decide nothing.
expect 0 'administrator of the store will decide' as carol disputes claim thing 'It is our trade mark'
expect 1 'only an administrator' as carol disputes
expect 1 'only an administrator' as carol transfer thing carol
expect 1 'only an administrator' as alice transfer thing carol
expect 0 'thing +alice +carol .*trade mark' as root disputes

# An administrator gives it away: who had it is out, what the new owner releases waits.
expect 0 'thing is of carol now\.' as root transfer thing carol
expect 0 'held until' as root transfer thing carol
expect 0 'Nobody claims a name' as root disputes
expect 1 'not registered, or not yours' as alice status thing
publish carol "$(snap_of thing 2)" stable >/dev/null
expect 0 'thing +new-owner .*latest/stable \(2\)' "$STORE" hold list "$store_dir"
# Who publishes it is told; the image stays.
"$SNAP" refresh >/dev/null
expect 0 "thing +1 +1 " "$SNAP" list thing
expect 0 'Updates of thing pass' "$STORE" hold release "$store_dir" thing
expect 0 'thing 2 .*refreshed' "$SNAP" refresh thing
expect 0 'publisher: +carol' "$SNAP" info thing

# A name without revisions is given back, and taken by somebody else.
as alice register spare >/dev/null
expect 1 'not registered, or not yours' as carol unregister spare
expect 0 'spare is free' as alice unregister spare
expect 0 'Registered spare' as carol register spare
expect 1 'has revisions' as carol unregister thing

# What devices have in a file is not rotated; it is said what to do instead.
expect 1 'cannot rotate the root key.*snap store add' "$STORE" key rotate "$store_dir" root
# Whatever is secret is for who runs the store.
[ "$(stat -c %a "$store_dir/store.db")" = 600 ] || fail "others can read the store's database"
expect 0 'thing removed' "$SNAP" remove --purge thing
