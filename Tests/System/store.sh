# A store of a case's own, on loopback, with publishers who log in to it. Read by cases: `. "$here/store.sh"`.
#
#   STORE         the `snap-store` command
#   store_dir     the store's directory
#   store_url     where it is; the same for as long as the case lasts
#   fingerprint   of its root key
STORE=$ROOT/usr/bin/snap-store
[ -x "$STORE" ] || fail "cannot find $STORE: the package is not whole"
store_dir=$WORK/store
store_server=
store_port=0
# Servers besides it.
store_others=()

# store_make [OPTION OF INIT...]: a new store, and serves it.
store_make() {
  "$STORE" init "$store_dir" --id acme --name Acme "$@" >/dev/null || fail "cannot make a store"
  fingerprint=$("$STORE" trust "$store_dir" --fingerprint)
  trap store_end EXIT
  store_serve
}
store_end() {
  # What the store says of itself helps whoever reads why a case failed.
  [ $? = 0 ] || grep -v '"status":[234]' "$WORK/store.log" 2>/dev/null | tail -5
  local server
  for server in $store_server "${store_others[@]}"; do
    { kill -KILL "$server" && wait "$server"; } 2>/dev/null || true
  done
  rm -f "$ROOT"/etc/snapd/stores.d/*.json "$ROOT"/etc/snapd/trusted.d/*.assert
  # Nobody vouches any longer for what it said.
  rm -rf "$ROOT/var/lib/snapd/cache" "$ROOT/var/lib/snapd/assertions"
  grep -o " $WORK/[^ ]*" /proc/self/mountinfo | while read -r mount; do umount -l "$mount"; done 2>/dev/null || true
}
# store_serve [OPTION...]: at the same port as before.
store_serve() {
  : >"$WORK/store.out"
  "$STORE" serve "$store_dir" --listen "127.0.0.1:$store_port" --log "$WORK/store.log" "$@" >"$WORK/store.out" \
    2>"$WORK/store.err" &
  store_server=$!
  await 30 grep -q '^serving at port' "$WORK/store.out"
  store_port=$(awk '{print $4}' "$WORK/store.out")
  store_url=http://127.0.0.1:$store_port
}
# store_beside: serves the same store with one process more. Sets `beside` to its address and `beside_server` to it.
store_beside() {
  local n=${#store_others[@]}
  "$STORE" serve "$store_dir" --listen 127.0.0.1:0 --log "$WORK/beside$n.log" >"$WORK/beside$n.out" 2>&1 &
  beside_server=$!
  store_others+=($beside_server)
  await 30 grep -q '^serving at port' "$WORK/beside$n.out"
  beside=http://127.0.0.1:$(awk '{print $4}' "$WORK/beside$n.out")
}
# store_stop [SIGNAL]: ends it, by default as if it had crashed. Its status is how it ended.
store_stop() {
  local status=0
  kill "-${1:-KILL}" "$store_server"
  wait "$store_server" 2>/dev/null || status=$?
  store_server=
  [ "${1:-KILL}" = KILL ] || return $status
}
# ask CURL-ARGUMENT...: a request, past any proxy.
ask() { curl -sS --noproxy '*' --max-time 30 "$@"; }
# store_blobs: every file that the store keeps, of images and of what is still coming.
store_blobs() { find "$store_dir/blobs" -type f -printf '%P %s\n' | sort; }
# blob_of FILE: where the store keeps an image.
blob_of() {
  local hex
  hex=$(openssl dgst -sha3-384 -r "$1" | cut -d' ' -f1)
  echo "$store_dir/blobs/${hex:0:2}/${hex:2:2}/$hex"
}
# store_sent: how many bytes of images devices have got from it since it was started.
store_sent() { ask "$store_url/metrics" | awk '/^snap_store_download_bytes_total/ {sum += $2} END {printf "%.0f\n", sum}'; }
# has_delta ID REVISION: whether devices that have this revision are offered a delta.
has_delta() {
  ask -H 'Snap-Device-Series: 16' -H 'Snap-Device-Architecture: amd64' -H 'Snap-Accept-Delta-Format: xdelta3' \
    -H 'Content-Type: application/json' "$store_url/v2/snaps/refresh" -d '{"context": [{"snap-id": "'"$1"'", "instance-key": "k",
      "revision": '"$2"', "tracking-channel": "'"${3:-latest/stable}"'", "epoch": {"read": [0], "write": [0]}}],
      "actions": [{"action": "refresh", "instance-key": "k", "snap-id": "'"$1"'"}], "fields": ["revision", "download"]}' \
    | grep -q '"format":"xdelta3"'
}

# account NAME [admin | '' [OPTION...]]: somebody with the password "NAME's own secret".
account() {
  "$STORE" account create "$store_dir" "$1" --email "$1@acme.test" --password-file - "${@:3}" <<<"$1's own secret" >/dev/null
  [ "${2:-}" != admin ] || "$STORE" account admin "$store_dir" "$1" >/dev/null
}
# as NAME COMMAND...: a command of `snap-store` by somebody who is logged in, at `store_url`.
as() {
  local home=$WORK/publisher.$1
  [ -e "$home" ] || {
    mkdir "$home"
    HOME=$home "$STORE" login "$1@acme.test" --url "$store_url" <<<"$1's own secret" >/dev/null || fail "cannot log in as $1"
  }
  shift
  HOME=$home "$STORE" "$@"
}
# publish NAME FILE [CHANNEL...]: uploads as somebody, lets an administrator called root approve what waits for one, and
# releases to the channels. Prints the revision.
publish() {
  local who=$1 file=$2 said revision snap
  shift 2
  said=$(as "$who" upload "$file") || fail "cannot upload $file: $said"
  read -r revision snap <<<"$(sed -nE '1s/^Revision ([0-9]+) of ([^ ]+) .*/\1 \2/p' <<<"$said")"
  ! grep -q 'waits for a review' <<<"$said" || as root review approve "$snap" "$revision" >/dev/null
  [ $# = 0 ] || as "$who" release "$snap" "$revision" "$@" >/dev/null
  echo "$revision"
}
# publish_core: the OS snap of the tests, whose name is an administrator's to give out.
publish_core() {
  as root register core >/dev/null
  publish root "$core" stable >/dev/null
}
# use_store [URL]: the machine under test trusts the store.
use_store() { "$SNAP" store add "${1:-$store_url}" --key "$fingerprint" --name ours >/dev/null; }
# snap_id NAME: of a snap that is installed.
snap_id() { "$SNAP" info --verbose "$1" | awk '$1 == "snap-id:" {print $2}'; }
# put_core_back: the machine as the cases expect it.
put_core_back() {
  "$SNAP" remove core >/dev/null
  "$SNAP" install --dangerous "$core" >/dev/null
}
