# Uploads that end half-way leave nothing, whoever ended them; private snaps; and several servers of one store, with
# publishers and devices at all of them at once.
#
# On this machine only: nothing here depends on the service manager.
[ "$mode" = root ] || return 0
. "$here/store.sh"
store_make
account alice
account bob
as alice register tool >/dev/null
publish alice "$(snap_file tool 1)" stable >/dev/null
before=$(store_blobs)
# The client's own upload of an image with so much room behind it that there is time to end it.
truncate -s 400M "$WORK/large.snap"
dd if="$(snap_file tool 2)" of="$WORK/large.snap" conv=notrunc 2>/dev/null
coming() { [ -n "$(find "$store_dir/blobs/parts" -type f -size +100k)" ]; }
same() { [ "$(store_blobs)" = "$before" ]; }
nothing_left() { (await 20 same) 2>/dev/null || fail "$1 left something: $(diff <(echo "$before") <(store_blobs))"; }
upload() {
  HOME=$WORK/publisher.alice "$STORE" upload "$WORK/large.snap" >"$WORK/said" 2>&1 &
  client=$!
  await 20 coming
}
# slowly: a client that takes its time. Its status is what the store said.
slowly() {
  curl -sS --noproxy '*' --max-time 120 --limit-rate 2M -F "binary=@$WORK/slow.snap" -o "$WORK/answer" -w '%{http_code}' \
    "$store_url/unscanned-upload/" >"$WORK/status" 2>&1 &
  client=$!
  await 20 coming
}
head -c 8M /dev/urandom >"$WORK/slow.snap"

# The client is killed: the real one, and one that is slow.
for way in upload slowly; do
  $way
  kill -KILL $client
  wait $client 2>/dev/null || true
  nothing_left "$way, with its client killed,"
done
# Half a form, and then nothing more.
{
  printf 'POST /unscanned-upload/ HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 900000\r\n\r\n'
  printf -- '--b\r\nContent-Disposition: form-data; name="binary"; filename="x"\r\n\r\n'
  head -c 400000 /dev/urandom
} >"/dev/tcp/127.0.0.1/$store_port"
await 10 grep -q '"route":"/unscanned-upload/","status":4' "$WORK/store.log"
nothing_left "half a form"
# The server is killed: what was coming is gone when it is back, and what it acknowledged is there.
for way in upload slowly; do
  $way
  store_stop
  kill -KILL $client 2>/dev/null || true
  wait $client 2>/dev/null || true
  store_serve
  nothing_left "$way, with the server killed,"
  expect 0 '^ *1 .* 1( |$)' as alice revisions tool
done
# Told to end, it lets nobody wait for longer than it was told.
store_stop TERM || fail "the server did not end well"
store_serve --grace 2
slowly
began=$SECONDS
kill -TERM "$store_server"
wait "$store_server" || true
[ $((SECONDS - began)) -lt 20 ] || fail "the server took $((SECONDS - began)) s to end"
store_server=
wait $client || true
store_serve
nothing_left "a server that was told to end"
# A second process that starts sweeps what was abandoned, and nothing that is still coming.
slowly
store_beside
wait $client || fail "an upload was swept away: $(cat "$WORK/status")"
[ "$(cat "$WORK/status")" = 200 ] || fail "an upload was swept away: $(cat "$WORK/status" "$WORK/answer")"
[ -e "$(blob_of "$WORK/slow.snap")" ] || fail "what was acknowledged is not there"
{ kill -KILL "$beside_server" && wait "$beside_server"; } 2>/dev/null || true
# It stays until somebody claims it, or for two hours.
before=$(store_blobs)

# A full disk.
small=$WORK/small
mkdir "$small"
mount -t tmpfs -o size=24m tmpfs "$small"
store_stop TERM || fail "the server did not end well"
cp -a "$store_dir/." "$small"
whole=$store_dir
store_dir=$small
store_serve
before=$(store_blobs)
head -c 40M /dev/zero >"$WORK/full.snap"
code=$(ask -F "binary=@$WORK/full.snap" -o "$WORK/answer" -w '%{http_code}' "$store_url/unscanned-upload/" || true)
[ "$code" = 507 ] && grep -q "the store's disk is full" "$WORK/answer" || fail "a full disk is answered with $code: $(cat "$WORK/answer")"
nothing_left "a full disk"
expect 1 "disk is full" as alice upload "$WORK/large.snap"
dd if=/dev/zero of="$small/filler" bs=1k 2>/dev/null || true
[ "$(ask -o /dev/null -w '%{http_code}' "$store_url/health")" = 503 ] || fail "a store without room says that it is well"
rm "$small/filler"
nothing_left "a full disk"
expect 0 'Revision 2 of tool is ready' as alice upload "$WORK/tool_2.snap"
store_stop TERM || fail "the server did not end well"
umount "$small"
store_dir=$whole
store_serve

# A private snap does not exist for who may not see it.
use_store
expect 0 'private' as alice set-private tool yes
export HOME=$WORK/person
mkdir "$HOME" "$WORK/down"
cd "$WORK/down"
expect 1 'snap "tool" not found' "$SNAP" install tool
expect 1 'snap "tool" not found' "$SNAP" download tool
expect 0 'Login successful' "$SNAP" login bob@acme.test <<<"bob's own secret"
expect 1 'snap "tool" not found' "$SNAP" install tool
expect 1 'snap "tool" not found' "$SNAP" download tool
expect 0 '' "$SNAP" logout
expect 0 'Login successful' "$SNAP" login alice@acme.test <<<"alice's own secret"
expect 0 'tool_1.snap' "$SNAP" download tool
cmp tool_1.snap "$WORK/tool_1.snap" || fail "what was downloaded is not what was published"
expect 0 'tool 1 from alice installed' "$SNAP" install tool
address=$store_url/api/v1/snaps/download/$(snap_id tool)_1.snap
expect 0 '' "$SNAP" logout
rm -f tool_1.*
expect 1 'snap "tool" not found' "$SNAP" download tool
[ "$(ask -o /dev/null -w '%{http_code}' "$address")" = 404 ] || fail "a private image is there for anybody"
as alice set-private tool no >/dev/null
[ "$(ask -o /dev/null -w '%{http_code}' "$address")" = 200 ] || fail "an image that is no longer private is not there"
expect 0 'tool_1.snap' "$SNAP" download tool
cd /

# Three servers of one store; publishers at two, devices at the third and at the first; one is killed and comes back.
as bob register busy >/dev/null
store_beside
second=$beside
store_beside
third=$beside
cp -a "$WORK/publisher.bob" "$WORK/publisher.bob-there"
rm -r "$WORK/publisher.bob"
mkdir "$WORK/publisher.bob"
HOME=$WORK/publisher.bob "$STORE" login bob@acme.test --url "$second" <<<"bob's own secret" >/dev/null
mkdir "$WORK/at"
id=$(snap_id tool)
for n in 1 2 3 4 5 6; do
  WORK=$WORK/at snap_file tool "3.$n" >/dev/null
  WORK=$WORK/at snap_file busy "$n" >/dev/null
done
# pushes NAME SNAP FILE...: until each is acknowledged: a command may be cut off, and is then given again.
pushes() {
  local who=$1 snap=$2 file revision try
  for file in "${@:3}"; do
    for try in $(seq 50); do
      revision=$(as "$who" upload "$file" 2>/dev/null | sed -nE 's/^Revision ([0-9]+) .*/\1/p') || true
      [ -z "$revision" ] || ! as "$who" release "$snap" "$revision" edge >/dev/null 2>&1 || break
      revision=
      sleep 0.1
    done
    [ -n "$revision" ] || { echo "$file was never taken" >>"$WORK/refused"; return 1; }
    echo "$revision ${file##*_}" >>"$WORK/acknowledged.$snap"
  done
}
pushes alice tool "$WORK"/at/tool_*.snap &
alices=$!
pushes bob busy "$WORK"/at/busy_*.snap &
bobs=$!
touch "$WORK/going"
# devices URL: what they are told is always whole, and what was released does not go back.
devices() {
  local last=0 now
  while [ -e "$WORK/going" ]; do
    now=$(ask -H 'Snap-Device-Series: 16' -H 'Snap-Device-Architecture: amd64' -H 'Content-Type: application/json' \
      "$1/v2/snaps/refresh" -d '{"context": [{"snap-id": "'"$id"'", "instance-key": "k", "revision": 1, "tracking-channel": "latest/edge",
        "epoch": {"read": [0], "write": [0]}}], "actions": [{"action": "refresh", "instance-key": "k", "snap-id": "'"$id"'"}],
        "fields": ["revision"]}' | sed -nE 's/.*"revision":([0-9]+).*/\1/p')
    now=${now:-$last}
    [ "$now" -ge "$last" ] || { echo "a device at $1 was offered $now after $last" >>"$WORK/refused"; return 1; }
    last=$now
    echo . >>"$WORK/asked"
  done
}
devices "$second" &
one=$!
devices "$third" &
other=$!
for _ in 1 2; do
  asked=$(wc -l <"$WORK/asked" 2>/dev/null || echo 0)
  await 60 eval '[ "$(wc -l <"$WORK/asked" 2>/dev/null || echo 0)" -gt $((asked + 10)) ]'
  store_stop
  "$SNAP" refresh --edge tool >/dev/null 2>&1 &
  device=$!
  store_serve
  wait $device || fail "a device lost its operation when one of the servers was killed"
done
wait $alices && wait $bobs || fail "$(cat "$WORK/refused")"
rm "$WORK/going"
wait $one && wait $other || fail "$(cat "$WORK/refused")"
for snap in tool busy; do
  who=alice
  [ $snap = tool ] || who=bob
  [ "$(cut -d' ' -f1 "$WORK/acknowledged.$snap" | sort -n | uniq -d)" = "" ] || fail "two images have one number"
  while read -r revision file; do
    as $who revisions $snap | grep -Eq "^ *$revision .* ${file%.snap}( |$)" || fail "an acknowledged revision is gone: $revision"
  done <"$WORK/acknowledged.$snap"
done
last=$(tail -1 "$WORK/acknowledged.tool" | cut -d' ' -f1)
expect 0 '' "$SNAP" refresh --edge tool
expect 0 "^tool +3\.6 +$last " "$SNAP" list tool
[ -z "$(ls "$store_dir/blobs/parts")" ] || fail "half an upload is left: $(ls "$store_dir/blobs/parts")"
echo "store-uploads: killed at 4 uploads, and one of 3 servers twice under load ($(wc -l <"$WORK/asked") questions of devices)"
"$SNAP" remove tool >/dev/null
