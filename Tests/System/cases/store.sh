# A store of one's own, from its beginning to updates that come by themselves: an OS snap and two apps are published and
# installed on an empty machine; a revision goes to edge, then to half of the devices; a broken one undoes itself and is
# avoided; one comes as a delta; and the store is killed again and again under those who use it.
. "$here/store.sh"
store_make
account root admin
account alice
account bob

version_of() { "$SNAP" list "$1" | awk 'NR == 2 {print $2}'; }
revision_of() { "$SNAP" list "$1" | awk 'NR == 2 {print $3}'; }
# refresh_now: what the timer does when its time has come; ends when it is all over.
quiet() { grep -q '"result":\[\]' <<<"$(api GET '/v2/changes?select=in-progress')"; }
refresh_now() {
  api POST /v2/debug '{"action":"ensure-refresh"}' | grep -q '"type":"sync"' || fail "there was no automatic refresh"
  await 60 quiet
}
last_change() { "$SNAP" changes | grep . | tail -1; }

# Published: an OS snap, which a person has to look at, and two apps.
publish_core
as alice register tool >/dev/null
as bob register busy >/dev/null
head -c 2000000 /dev/urandom >"$WORK/ballast"
# tool VERSION: an app with some data that all its revisions have.
tool() {
  snap_tree tool "$1"
  cp "$WORK/ballast" "$WORK/tool/ballast"
  ${2:-true}
  "$SNAP" pack --compression=gzip --filename="tool_$1.snap" "$WORK/tool" "$WORK" >/dev/null
  echo "$WORK/tool_$1.snap"
}
publish alice "$(tool 1)" stable >/dev/null
publish bob "$(APPS='  forever:
    command: bin/forever
    daemon: simple' snap_file busy 1)" stable >/dev/null

# An empty machine: one command brings all that is needed, the OS snap first.
"$SNAP" remove core >/dev/null
expect 0 'No snaps are installed' "$SNAP" list
expect 1 'no store is set up' "$SNAP" install tool
use_store
expect 0 'tool 1 from alice installed' "$SNAP" install tool
for name in core tool; do
  "$SNAP" tasks --last=install | grep -q "Make snap \"$name\" (1) available" || fail "$name came in another change"
done
# linked SNAP: when it became available.
linked() { stat -c %.9Y "$ROOT/snap/$1/current"; }
[ "$(printf '%s\n' "$(linked core)" "$(linked tool)" | sort -n | head -1)" = "$(linked core)" ] \
  || fail "the OS snap did not come first"
[ "$(revision_of core)" = 1 ] || fail "the OS snap is not the store's: $("$SNAP" list)"
expect 0 'busy 1 from bob installed' "$SNAP" install busy
expect 0 'tracking: +latest/stable' "$SNAP" info tool
expect 0 '^hello$' "$(command_of tool)" hello

# Revision 2: at first on edge, where who follows stable does not see it; then for half of all devices.
[ "$(publish alice "$(tool 2)" edge)" = 2 ] || fail "the second revision is not revision 2"
expect 0 'All snaps up to date' "$SNAP" refresh
expect 0 'latest/edge: +2 ' "$SNAP" info tool
as alice release tool 2 stable --progressive 50 >/dev/null
# offered COUNT: of so many other devices, how many are offered an update of tool. Salted keys tell them apart.
offered() {
  local id n
  id=$(snap_id tool)
  for n in $(seq "$1"); do
    ask -H 'Snap-Device-Series: 16' -H 'Snap-Device-Architecture: amd64' \
      -H 'Content-Type: application/json' "$store_url/v2/snaps/refresh" -d '{"context": [{"snap-id": "'"$id"'", "instance-key": "'"$id:device-$n"'",
        "revision": 1, "tracking-channel": "latest/stable", "epoch": {"read": [0], "write": [0]}}],
        "actions": [{"action": "refresh", "instance-key": "'"$id:device-$n"'", "snap-id": "'"$id"'"}], "fields": ["revision"]}' \
      | grep -o '"revision":2' || true
  done | grep -c .
}
count=$(offered 100)
[ "$count" -ge 30 ] && [ "$count" -le 70 ] || fail "$count of 100 devices are offered a release for 50 %"
# This machine is in one of the halves; the publisher goes on until it is in the first.
for percentage in 70 90 100; do
  refresh_now
  [ "$(version_of tool)" != 2 ] || break
  as alice progressive tool stable $percentage >/dev/null
done
refresh_now
[ "$(version_of tool)" = 2 ] || fail "the update did not come by itself: $("$SNAP" changes | tail -3)"
expect 0 'Done .*Auto-refresh snap "tool"' "$SNAP" changes

# Revision 3 is broken: its own hook undoes it, and it is not tried again.
break_it() {
  printf '#!/bin/sh\necho "the new format cannot be read" >&2\nexit 1\n' >"$WORK/tool/meta/hooks/post-refresh"
  chmod 755 "$WORK/tool/meta/hooks/post-refresh"
}
publish alice "$(tool 3 break_it)" stable >/dev/null
refresh_now
expect 0 'Error .*Auto-refresh snap "tool"' "$SNAP" changes
[ "$(version_of tool)" = 2 ] || fail "a broken revision stayed"
expect 0 '^hello$' "$(command_of tool)" hello
tried=$("$SNAP" changes | grep -c Auto-refresh)
refresh_now
[ "$("$SNAP" changes | grep -c Auto-refresh)" = "$tried" ] || fail "the broken revision was tried again"
expect 0 'tool' "$SNAP" refresh --list --explain

# Revision 4 comes as a delta: the image is made of what is here and a small part of what there is to download.
image=$(tool 4)
publish alice "$image" stable >/dev/null
await 60 has_delta "$(snap_id tool)" 2
before=$(store_sent)
refresh_now
[ "$(version_of tool)" = 4 ] || fail "the fourth revision did not come: $("$SNAP" changes | tail -3)"
size=$(stat -c %s "$image")
took=$(($(store_sent) - before))
[ "$took" -lt $((size / 2)) ] || fail "the update of $size bytes was downloaded with $took"
cmp "$image" "$ROOT/var/lib/snapd/snaps/tool_4.snap" || fail "the image that the delta made is another"

# The store is killed under those who use it: each of their operations ends well, and what the store acknowledged is there.
touch "$WORK/going"
(
  n=0
  while [ -e "$WORK/going" ]; do
    n=$((n + 1))
    file=$(snap_file busy "2.$n")
    # A publisher's command may be cut off, and is then given again.
    revision=$(as bob upload "$file" 2>/dev/null | sed -nE 's/^Revision ([0-9]+) .*/\1/p') || true
    if [ -n "$revision" ] && as bob release busy "$revision" edge >/dev/null 2>&1; then
      echo "$revision 2.$n" >>"$WORK/acknowledged"
    fi
  done
) 2>/dev/null &
publisher=$!
kills=0
for n in $(seq 6); do
  if [ $((n % 2)) = 1 ]; then
    "$SNAP" remove tool >/dev/null
    "$SNAP" install tool >"$WORK/said" 2>&1 &
  else
    rm -rf "$WORK/down"
    mkdir "$WORK/down"
    (cd "$WORK/down" && exec "$SNAP" download tool) >"$WORK/said" 2>&1 &
  fi
  client=$!
  # Any instant will do: another one each time.
  sleep 0.0$n
  store_stop
  kills=$((kills + 1))
  store_serve
  wait $client || fail "an operation was lost when the store was killed: $(cat "$WORK/said")"
done
rm "$WORK/going"
wait $publisher || true
[ "$(version_of tool)" = 4 ] || fail "not what was installed: $("$SNAP" list)"
count=$(wc -l <"$WORK/acknowledged")
[ "$count" -gt 3 ] || fail "the publisher got only $count releases through"
while read -r revision version; do
  as bob revisions busy | grep -Eq "^ *$revision .*$version( |\$)" || fail "an acknowledged revision is gone: $revision"
done <"$WORK/acknowledged"
read -r revision version <<<"$(tail -1 "$WORK/acknowledged")"
expect 0 "busy .* refreshed" "$SNAP" refresh --channel=edge busy
echo "store: killed at $kills operations, $count releases acknowledged meanwhile, none lost"

"$SNAP" remove tool busy >/dev/null
put_core_back
