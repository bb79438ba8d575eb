# A publisher's day: with `snap-store`'s own commands, and with PyPI's craft-store where PyPI can be reached.
#
# On this machine only: nothing here depends on the service manager.
[ "$mode" = root ] || return 0
. "$here/store.sh"
store_make
account alice
account mallory
account root admin
# Everybody in turn, at one desk.
desk=$WORK/desk
mkdir "$desk"
store() { HOME=$desk "$STORE" "$@"; }
sits() { expect 0 'Logged in' store login "$1@acme.test" --url "$store_url" <<<"$1's own secret"; }
files() { find "$store_dir/blobs" -type f | wc -l; }
# snap_of NAME VERSION [LINES]: a small image, with lines of snap.yaml more.
snap_of() {
  EXTRA=${3:-} snap_tree "$1" "$2"
  rm -f "$WORK/$1_$2.snap"
  mksquashfs "$WORK/$1" "$WORK/$1_$2.snap" -all-root -noappend -quiet -no-progress >/dev/null
  echo "$WORK/$1_$2.snap"
}

# Nobody gets in with a wrong password, or without one.
expect 1 'nobody is logged in' store names
expect 1 'email/password is not correct' store login alice@acme.test --url "$store_url" <<<a-guess
[ ! -e "$desk/.config/snap-store/credentials" ] || fail "a log-in that failed was kept"
sits alice
[ "$(stat -c %a "$desk/.config/snap-store/credentials")" = 600 ] || fail "others can read the log-in"
expect 0 'email: +alice@acme.test' store whoami

# From a name to channels.
expect 0 'Registered hello' store register hello
expect 1 'reserved' store register core
expect 0 'Revision 1 of hello is ready' store upload "$(snap_of hello 1)" --release edge
expect 0 'Revision 1 of hello is ready' store upload "$WORK/hello_1.snap"
expect 1 'cannot release revision 1: the snap has no track "nosuch"' \
  store upload "$WORK/hello_1.snap" --release nosuch
expect 0 'Revision 2 of hello is ready' store upload "$(snap_of hello 2)"
expect 0 'released to stable, candidate' store release hello 1 stable candidate
expect 0 'released to stable' store release hello 2 stable --progressive 25
expect 0 'latest/stable +all +2 +2 +25\.0 %' store status hello
expect 0 'released' store progressive hello stable pause
expect 0 'latest/stable .* 25\.0 %, paused' store status hello
expect 0 'released to beta' store promote hello --from edge --to beta
expect 0 'Closed' store close hello candidate
expect 1 'the snap has no track "nosuch"' store close hello nosuch
expect 0 'latest/beta +all +1' store status hello
expect 0 'title: +Hello' store metadata hello --title Hello
expect 0 private store set-private hello yes
expect 1 'no revision 9' store release hello 9 edge
[ "$(files)" = 2 ] || fail "two revisions have $(files) files"

# What a person has to look at waits, and what can never be is refused; neither can be released.
expect 0 'Revision 3 of hello waits .*docker-support' store upload "$(snap_of hello 3 'plugs: {docker-support: null}')"
expect 1 'waits for being reviewed' store release hello 3 edge
expect 1 'administrator' store review list
before=$(files)
tree=$WORK/hello
snap_of hello 4 >/dev/null
rm "$tree/bin/sh" "$WORK/hello_4.snap"
mksquashfs "$tree" "$WORK/hello_4.snap" -all-root -noappend -quiet -no-progress >/dev/null
expect 1 'missing files' store upload "$WORK/hello_4.snap"
head -c 3000 "$WORK/hello_2.snap" >"$WORK/cut.snap"
ask -F "binary=@$WORK/cut.snap" "$store_url/unscanned-upload/" >"$WORK/answer"
grep -q '"successful":true' "$WORK/answer" || fail "$(cat "$WORK/answer")"
[ "$(files)" = $((before + 1)) ] || fail "an upload that nobody claimed is not there"

# Somebody else's snap is nobody's business; nor is a token that was tampered with good for anything.
sits mallory
expect 1 'taken' store register hello
for command in 'status hello' 'release hello 1 edge' "upload $WORK/hello_1.snap" 'close hello edge' 'set-private hello no'; do
  expect 1 'not registered, or not yours' store $command
done
# One letter of what it permits is another.
login=$desk/.config/snap-store/credentials
token=$(sed -E 's/.*"root": ?"([^"]*)".*/\1/' "$login" | tr -d '\n')
padded=$token
while [ $((${#padded} % 4)) != 0 ]; do padded+==; done
tr '_-' '/+' <<<"$padded" | base64 -d | LC_ALL=C sed 's/package-view/package-vieW/' >"$WORK/tampered"
cmp -s "$WORK/tampered" <(tr '_-' '/+' <<<"$padded" | base64 -d) && fail "nothing was tampered with"
sed -i "s|$token|$(base64 -w 0 <"$WORK/tampered" | tr '/+' '_-' | tr -d =)|" "$login"
expect 1 'signature does not match' store whoami

# An administrator decides, and says for good what a snap may have.
sits root
expect 0 'hello revision 3' store review list
expect 0 'approved' store review approve hello 3
echo '{"plugs": {"docker-support": {"allow-installation": true}}}' >"$WORK/declaration"
expect 0 allow-installation store declare hello "$WORK/declaration"
expect 0 'Logged out' store logout
sits alice
expect 0 'Revision 4 of hello is ready' store upload "$(snap_of hello 5 'plugs: {docker-support: null}')"
expect 0 'released to edge' store release hello 3 edge

# The server killed at once loses nothing that it acknowledged, and goes on with what it was doing.
store_stop
store_serve
expect 0 'latest/edge +all +3' store status hello

# craft-store itself, where PyPI can be reached.
python3 -m venv "$WORK/venv" >"$WORK/pip" 2>&1 || fail "cannot make a place for craft-store: $(tail -3 "$WORK/pip")"
if "$WORK/venv/bin/pip" install -q --no-compile --disable-pip-version-check craft-store >"$WORK/pip" 2>&1; then
  expect 0 'released revision 1 of crafty to latest/edge' env CRAFT_STORE_RETRIES=1 "$WORK/venv/bin/python" \
    "$here/craft_store_session.py" "$store_url" alice@acme.test "alice's own secret" "$(snap_of crafty 1)" crafty
elif grep -Eiq 'connection|resolve|timed? ?out|unreachable|proxy' "$WORK/pip"; then
  echo "skipped: craft-store: PyPI cannot be reached: $(tail -1 "$WORK/pip")"
else
  fail "cannot install craft-store: $(tail -3 "$WORK/pip")"
fi
