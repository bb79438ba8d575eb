# Snaps from a store of one's own, on one machine: the OS snap first, refreshes, channels, going back, forged signatures.
# The OS snap of the tests itself comes from the store here.
[ "$mode" = root ] || exit 0
store=${RELEASE:-$top/.build-release/release}/snap-store
[ -x "$store" ] || { echo "there is no snap-store here"; exit 0; }
export HOME=$WORK/publisher
mkdir -p "$HOME"
port=$((20000 + RANDOM % 20000))
url=http://127.0.0.1:$port
echo a-long-password >"$WORK/password"
"$store" init "$WORK/store" --url="$url" --id=case-store >"$WORK/init"
fingerprint=$(awk '/^fingerprint:/ {print $2}' "$WORK/init")
"$store" account create "$WORK/store" pub --email=pub@example.org --admin --password-file="$WORK/password" >/dev/null
"$store" account verify "$WORK/store" pub --as=verified >/dev/null || fail "cannot verify"

serve() {
  "$store" serve "$WORK/store" --listen="127.0.0.1:$port" >>"$WORK/serve.log" 2>&1 &
  echo $! >"$WORK/store.pid"
  await 20 curl -s -o /dev/null "$url/"
}
end_store() {
  local pid
  pid=$(cat "$WORK/store.pid")
  kill "${1:--TERM}" "$pid" 2>/dev/null || true
  while kill -0 "$pid" 2>/dev/null; do sleep 0.02; done
}
trap 'end_store -KILL' EXIT
serve
"$store" login pub@example.org --url="$url" <"$WORK/password" >/dev/null

# publish NAME VERSION CHANNEL: a small snap of that version.
publish() {
  local file revision
  file=$(snap_file "$1" "$2")
  revision=$("$store" upload "$file" --release="$3" | sed -n 's/^Revision \([0-9]*\) .*/\1/p' | tail -1)
  [ -n "$revision" ] || fail "cannot publish $1 $2"
}
for name in core first second; do expect 0 "Registered $name" "$store" register "$name"; done
"$store" upload "$core" --release=stable >"$WORK/upload" 2>&1 || true
"$store" review approve core 1 >/dev/null 2>&1 || true
"$store" release core 1 stable >/dev/null 2>&1 || true
publish first 1 stable
publish second 1 stable

# Nothing is set up; then a wrong key, then the right one.
expect 0 'core removed' "$SNAP" remove core
expect 1 'no store is set up' "$SNAP" install first
expect 1 '.' "$SNAP" store add "$url" --key "${fingerprint%?????}AAAAA"
expect 0 '.' "$SNAP" store add "$url" --key "$fingerprint" --name case

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
publish first 2 stable
expect 0 '^first 2 from' "$SNAP" refresh first
publish first 3 edge
expect 0 'edge' "$SNAP" switch --channel=edge first
expect 0 '^first +2 +2 +latest/edge ' "$SNAP" list first
expect 0 '^first .*3 from' "$SNAP" refresh first
expect 0 'reverted to 2' "$SNAP" revert first
# What a revert goes back from is not taken again.
expect 0 '.' "$SNAP" refresh
expect 0 '^first +2 +2 ' "$SNAP" list first
publish first 4 edge
expect 0 '^first .*4 from' "$SNAP" refresh
expect 0 '^first .*1 from' "$SNAP" refresh --revision=1 first
consistent

# A store that is killed in between loses nothing that a client was promised.
publish second 2 stable
end_store -KILL
"$SNAP" refresh second >"$WORK/away" 2>&1 &
waiting=$!
serve
wait $waiting || fail "a refresh was lost with the store: $(cat "$WORK/away")"
expect 0 '^second +2 +2 ' "$SNAP" list second

# What nobody signed for is not installed, and nothing of it stays.
publish second 3 stable
end_store
blob=$(find "$WORK/store/blobs" -type f -newer "$WORK/away" -size +0 | while read -r f; do
  [ "$(head -c 4 "$f")" = hsqs ] && grep -q . "$f" && echo "$(stat -c %Y "$f") $f"; done | sort -n | tail -1 | cut -d' ' -f2)
[ -n "$blob" ] || fail "the image of the store is not found"
chmod u+w "$blob"
printf x | dd of="$blob" bs=1 seek=200 conv=notrunc 2>/dev/null
serve
expect 1 'mismatch|cannot' "$SNAP" refresh second
expect 0 '^second +2 +2 ' "$SNAP" list second
[ ! -e "$ROOT/var/lib/snapd/snaps/second_3.snap" ] || fail "a forged image stays"
consistent
# Without its root the store is believed no more.
"$store" upload "$(snap_file first 5)" --release=edge >/dev/null
mv "$ROOT/etc/snapd/trusted.d/case.assert" "$WORK/"
expect 1 'cannot|circular' "$SNAP" refresh first --channel=edge
mv "$WORK/case.assert" "$ROOT/etc/snapd/trusted.d/"
expect 0 '^first .*5 from' "$SNAP" refresh first --channel=edge

"$SNAP" remove first second core >/dev/null
expect 0 '.' "$SNAP" store remove case
end_store
rm -rf "$ROOT/var/lib/snapd/cache" "$ROOT/var/lib/snapd/assertions"
expect 0 '.' "$SNAP" install --dangerous "$core"
