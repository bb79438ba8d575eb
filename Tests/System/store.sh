# A store of a case's own, on loopback, with publishers who log in to it. Read by cases: `. "$here/store.sh"`.
#
#   STORE         the `snap-store` command
#   store_dir     the store's directory
#   store_url     where it is; the same for as long as the case lasts
#   fingerprint   of its root key
STORE=$ROOT/usr/bin/snap-store
store_dir=$WORK/store
store_server=
store_port=0

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
  [ -z "$store_server" ] || kill -KILL "$store_server" 2>/dev/null || true
  rm -f "$ROOT"/etc/snapd/stores.d/*.json "$ROOT"/etc/snapd/trusted.d/*.assert
}
# store_serve: at the same port as before.
store_serve() {
  : >"$WORK/store.out"
  "$STORE" serve "$store_dir" --listen "127.0.0.1:$store_port" --log "$WORK/store.log" >"$WORK/store.out" \
    2>"$WORK/store.err" &
  store_server=$!
  await 30 grep -q '^serving at port' "$WORK/store.out"
  store_port=$(awk '{print $4}' "$WORK/store.out")
  store_url=http://127.0.0.1:$store_port
}
# store_stop [SIGNAL]: ends it, by default as if it had crashed.
store_stop() {
  kill "-${1:-KILL}" "$store_server"
  wait "$store_server" 2>/dev/null || true
  store_server=
}

# account NAME [admin]: somebody with the password "NAME's own secret".
account() {
  "$STORE" account create "$store_dir" "$1" --email "$1@acme.test" --password-file - <<<"$1's own secret" >/dev/null
  [ "${2:-}" != admin ] || "$STORE" account admin "$store_dir" "$1" >/dev/null
}
# as NAME COMMAND...: a command of `snap-store` by somebody who is logged in.
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
# use_store: the machine under test trusts the store.
use_store() { "$SNAP" store add "$store_url" --key "$fingerprint" --name ours >/dev/null; }
