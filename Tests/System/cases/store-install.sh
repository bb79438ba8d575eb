# Snaps from a store of one's own, on one machine: the OS snap first, refreshes, channels, going back, forged signatures.
# The OS snap of the tests itself comes from the store here.
. "$here/store.sh"
store_make
account root admin
account pub
"$STORE" account verify "$store_dir" pub --as=verified >/dev/null || fail "cannot verify"
publish_core
for name in first second; do expect 0 "Registered $name" as pub register "$name"; done
# offer NAME VERSION CHANNEL: a small snap of that version.
offer() { publish pub "$(snap_file "$1" "$2")" "$3" >/dev/null; }
offer first 1 stable
offer second 1 stable

# Nothing is set up; then a wrong key, then the right one.
expect 0 'core removed' "$SNAP" remove core
expect 1 'no store is set up' "$SNAP" install first
expect 1 '.' "$SNAP" store add "$store_url" --key "${fingerprint%?????}AAAAA"
expect 0 '.' "$SNAP" store add "$store_url" --key "$fingerprint" --name ours

# An empty machine: the OS snap comes first, in the same change.
expect 0 '^first 1 from' "$SNAP" install first
expect 0 '^first +1 +1 +latest/stable +pub' "$SNAP" list first
expect 0 '^core .* latest/stable ' "$SNAP" list core
expect 0 '^alive$' "$(command_of first)" alive
# linked SNAP: when it was made available.
linked() { stat -c %.9Y "$ROOT/snap/$1/current"; }
[ "$(printf '%s\n' "$(linked core)" "$(linked first)" | sort -n | head -1)" = "$(linked core)" ] \
  || fail "the OS snap did not come first"
change=$("$SNAP" changes | awk '/Install "first" snap/ {id = $1} END {print id}')
"$SNAP" tasks "$change" >"$WORK/tasks"
grep -q 'Make snap "core" (1) available to the system' "$WORK/tasks" || fail "the OS snap came in another change"
grep -q 'Fetch and check assertions for snap "first" (1)' "$WORK/tasks" || fail "assertions were not checked"
expect 1 'not found' "$SNAP" install nosuch
expect 0 'already installed' "$SNAP" install first
expect 0 '^second 1 from' "$SNAP" install second
consistent

# Another revision, another channel, and back.
expect 0 'no updates available' "$SNAP" refresh first
offer first 2 stable
expect 0 '^first 2 from' "$SNAP" refresh first
offer first 3 edge
expect 0 'edge' "$SNAP" switch --channel=edge first
expect 0 '^first +2 +2 +latest/edge ' "$SNAP" list first
expect 0 '^first .*3 from' "$SNAP" refresh first
expect 0 'reverted to 2' "$SNAP" revert first
# What a revert goes back from is not taken again.
expect 0 '.' "$SNAP" refresh
expect 0 '^first +2 +2 ' "$SNAP" list first
offer first 4 edge
expect 0 '^first .*4 from' "$SNAP" refresh
expect 0 '^first .*1 from' "$SNAP" refresh --revision=1 first
consistent

# A store that is killed in between loses nothing that a client was promised.
offer second 2 stable
store_stop
"$SNAP" refresh second >"$WORK/away" 2>&1 &
waiting=$!
store_serve
wait $waiting || fail "a refresh was lost with the store: $(cat "$WORK/away")"
expect 0 '^second +2 +2 ' "$SNAP" list second

# What nobody signed for is not installed, and nothing of it stays.
offer second 3 stable
store_stop TERM
blob=$(blob_of "$WORK/second_3.snap")
[ -e "$blob" ] || fail "the image of the store is not found"
chmod u+w "$blob"
printf x | dd of="$blob" bs=1 seek=200 conv=notrunc 2>/dev/null
store_serve
expect 1 'mismatch|cannot' "$SNAP" refresh second
expect 0 '^second +2 +2 ' "$SNAP" list second
[ ! -e "$ROOT/var/lib/snapd/snaps/second_3.snap" ] || fail "a forged image stays"
consistent
# Without its root the store is believed no more.
offer first 5 edge
mv "$ROOT/etc/snapd/trusted.d/ours.assert" "$WORK/"
expect 1 'cannot|circular' "$SNAP" refresh first --channel=edge
mv "$WORK/ours.assert" "$ROOT/etc/snapd/trusted.d/"
expect 0 '^first .*5 from' "$SNAP" refresh first --channel=edge

"$SNAP" remove first second core >/dev/null
expect 0 '.' "$SNAP" store remove ours
expect 0 '.' "$SNAP" install --dangerous "$core"
