# A publisher's day: with `snap-store`'s own commands, and with PyPI's craft-store where PyPI can be reached.
store=${ROOT:+$ROOT/usr/bin/}snap-store
export HOME=$WORK/home
mkdir -p "$HOME"
data=$WORK/store
server=
stop() { [ -z "$server" ] || { kill "$server" && wait "$server" || true; } 2>/dev/null; }
trap stop EXIT
expect 0 fingerprint "$store" init "$data" --id acme --name Acme
echo alices-password >"$WORK/alice"
echo mallorys-password >"$WORK/mallory"
echo roots-password >"$WORK/root"
for name in alice mallory; do
  expect 0 made "$store" account create "$data" $name --email $name@example.org --password-file "$WORK/$name"
done
expect 0 made "$store" account create "$data" root --email root@example.org --admin --password-file "$WORK/root"
"$store" serve "$data" --listen 127.0.0.1:0 --log "$WORK/log" >"$WORK/ports" &
server=$!
await 20 grep -q port "$WORK/ports"
url=http://127.0.0.1:$(awk '{print $NF}' "$WORK/ports")
as() { expect 0 'Logged in' sh -c "\"$store\" login $1@example.org --url $url <\"$WORK/$1\""; }
files() { find "$data/blobs" -type f | wc -l; }
# snap_of NAME VERSION [LINES]: a small image, with lines of snap.yaml more.
snap_of() {
  EXTRA=${3:-} snap_tree "$1" "$2"
  rm -f "$WORK/$1_$2.snap"
  mksquashfs "$WORK/$1" "$WORK/$1_$2.snap" -all-root -noappend -quiet -no-progress >/dev/null
  echo "$WORK/$1_$2.snap"
}

# Nobody gets in with a wrong password, or without one.
expect 1 'nobody is logged in' "$store" names
expect 1 'email/password is not correct' sh -c "echo a-guess | \"$store\" login alice@example.org --url $url"
[ ! -e "$HOME/.config/snap-store/credentials" ] || fail "a log-in that failed was kept"
as alice
[ "$(stat -c %a "$HOME/.config/snap-store/credentials")" = 600 ] || fail "others can read the log-in"
expect 0 'email: +alice@example.org' "$store" whoami

# From a name to channels.
expect 0 'Registered hello' "$store" register hello
expect 1 'reserved' "$store" register core
expect 0 'Revision 1 of hello is ready' "$store" upload "$(snap_of hello 1)" --release edge
expect 0 'Revision 1 of hello is ready' "$store" upload "$WORK/hello_1.snap"
expect 0 'Revision 2 of hello is ready' "$store" upload "$(snap_of hello 2)"
expect 0 'released to stable, candidate' "$store" release hello 1 stable candidate
expect 0 'released to stable' "$store" release hello 2 stable --progressive 25
expect 0 'latest/stable +all +2 +2 +25\.0 %' "$store" status hello
expect 0 'released' "$store" progressive hello stable pause
expect 0 'latest/stable .* 25\.0 %, paused' "$store" status hello
expect 0 'released to beta' "$store" promote hello --from edge --to beta
expect 0 'Closed' "$store" close hello candidate
expect 0 'latest/beta +all +1' "$store" status hello
expect 0 'title: +Hello' "$store" metadata hello --title Hello
expect 0 private "$store" set-private hello yes
expect 1 'no revision 9' "$store" release hello 9 edge
[ "$(files)" = 2 ] || fail "two revisions have $(files) files"

# What a person has to look at waits, and what can never be is refused; neither can be released.
expect 0 'Revision 3 of hello waits .*docker-support' "$store" upload "$(snap_of hello 3 'plugs: {docker-support: null}')"
expect 1 'waits for being reviewed' "$store" release hello 3 edge
expect 1 'administrator' "$store" review list
before=$(files)
tree=$WORK/hello
snap_of hello 4 >/dev/null
rm "$tree/bin/sh" "$WORK/hello_4.snap"
mksquashfs "$tree" "$WORK/hello_4.snap" -all-root -noappend -quiet -no-progress >/dev/null
expect 1 'missing files' "$store" upload "$WORK/hello_4.snap"
head -c 3000 "$WORK/hello_2.snap" >"$WORK/cut.snap"
curl -sS -F "binary=@$WORK/cut.snap" "$url/unscanned-upload/" >"$WORK/answer"
grep -q '"successful":true' "$WORK/answer" || fail "$(cat "$WORK/answer")"
[ "$(files)" = $((before + 1)) ] || fail "an upload that nobody claimed is not there"

# Half an upload leaves nothing.
port=${url##*:}
{
  printf 'POST /unscanned-upload/ HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 900000\r\n\r\n'
  printf -- '--b\r\nContent-Disposition: form-data; name="binary"; filename="x"\r\n\r\n'
  head -c 400000 /dev/urandom
} >"/dev/tcp/127.0.0.1/$port"
await 10 grep -q '"route":"/unscanned-upload/","status":4' "$WORK/log"
[ "$(find "$data/blobs" -type f | wc -l)" = $((before + 1)) ] || fail "half an upload left something"

# Somebody else's snap is nobody's business; nor is a token that was tampered with good for anything.
as mallory
expect 1 'taken' "$store" register hello
for command in 'status hello' 'release hello 1 edge' "upload $WORK/hello_1.snap" 'close hello edge' 'set-private hello no'; do
  expect 1 'not registered, or not yours' "$store" $command
done
python3 - "$HOME/.config/snap-store/credentials" <<'PY'
import base64, json, sys
path = sys.argv[1]
login = json.load(open(path))
root = bytearray(base64.urlsafe_b64decode(login["root"] + "=="))
root[root.find(b"package-view")] ^= 1
login["root"] = base64.urlsafe_b64encode(bytes(root)).decode().rstrip("=")
json.dump(login, open(path, "w"))
PY
expect 1 'signature does not match' "$store" whoami

# An administrator decides, and says for good what a snap may have.
as root
expect 0 'hello revision 3' "$store" review list
expect 0 'approved' "$store" review approve hello 3
echo '{"plugs": {"docker-support": {"allow-installation": true}}}' >"$WORK/declaration"
expect 0 allow-installation "$store" declare hello "$WORK/declaration"
expect 0 'Logged out' "$store" logout
as alice
expect 0 'Revision 4 of hello is ready' "$store" upload "$(snap_of hello 5 'plugs: {docker-support: null}')"
expect 0 'released to edge' "$store" release hello 3 edge

# The server killed at once loses nothing that it acknowledged, and goes on with what it was doing.
kill -9 "$server"
wait "$server" 2>/dev/null || true
"$store" serve "$data" --listen "127.0.0.1:$port" --log "$WORK/log" >"$WORK/ports" &
server=$!
await 20 grep -q port "$WORK/ports"
expect 0 'latest/edge +all +3' "$store" status hello

# craft-store itself.
if python3 -m venv "$WORK/venv" >/dev/null 2>&1 && "$WORK/venv/bin/pip" install -q craft-store >"$WORK/pip" 2>&1; then
  expect 0 'released revision 1 of crafty to latest/edge' env CRAFT_STORE_RETRIES=1 "$WORK/venv/bin/python" \
    "$here/craft_store_session.py" "$url" alice@example.org alices-password "$(snap_of crafty 1)" crafty
else
  echo "skipped: craft-store cannot be had from PyPI here: $(tail -1 "$WORK/pip" 2>/dev/null)"
fi
