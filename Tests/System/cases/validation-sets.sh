# Revisions that go together, said by a publisher in a store: looked at, followed, enforced, brought about, forgotten.
. "$here/store.sh"
export SNAPD_KEY_DIR=$WORK/keys
mkdir -m 700 "$SNAPD_KEY_DIR"
store_make
account root admin
account alice
account brand
for name in one two three; do as alice register $name >/dev/null; done
publish alice "$(snap_file one 1)" stable >/dev/null
publish alice "$(snap_file two 1)" stable >/dev/null
publish alice "$(snap_file three 1)" stable >/dev/null

quiet() { grep -q '"result":\[\]' <<<"$(api GET '/v2/changes?select=in-progress')"; }
refresh_now() {
  api POST /v2/debug '{"action":"ensure-refresh"}' | grep -q '"type":"sync"' || fail "there was no automatic refresh"
  await 60 quiet
}
at() { "$SNAP" list "$1" 2>/dev/null | awk 'NR == 2 {print $3}'; }

# The store signs for the brand's key; sets are signed with it, on the brand's own machine.
brand=$(as brand whoami | awk '$1 == "id:" {print $2}')
"$SNAP" create-key sets
"$SNAP" export-key --account="$brand" sets >"$WORK/key"
expect 0 '^Registered key [A-Za-z0-9_-]{64}\.$' as brand register-key "$WORK/key"
"$SNAP" export-key --account=somebody sets >"$WORK/other-key"
expect 1 'another account' as brand register-key "$WORK/other-key"
use_store
expect 0 'one 1 from alice installed' "$SNAP" install one
id_of() { "$SNAP" info --verbose "$1" | awk '$1 == "snap-id:" {print $2}'; }
# say SEQUENCE NAME:PRESENCE[:REVISION]...: publishes the set's next.
say() {
  local sequence=$1 snaps= item name presence revision
  shift
  for item in "$@"; do
    IFS=: read -r name presence revision <<<"$item"
    snaps+="${snaps:+,}{\"name\":\"$name\",\"id\":\"$(id_of "$name")\",\"presence\":\"$presence\""
    snaps+="${revision:+,\"revision\":\"$revision\"}}"
  done
  printf '{"type":"validation-set","authority-id":"%s","series":"16","account-id":"%s","name":"base","sequence":"%s",
    "snaps":[%s],"timestamp":"%s"}' "$brand" "$brand" "$sequence" "$snaps" "$(date -u +%Y-%m-%dT%H:%M:%SZ)" \
    | "$SNAP" sign -k sets >"$WORK/set.$sequence"
  expect 0 "base +$sequence " as brand validation-sets --add "$WORK/set.$sequence"
}
say 1 one:required:1 two:optional:1 three:invalid
expect 1 'error:' as alice validation-sets --add "$WORK/set.1"

# Looked at, then followed.
expect 0 'No validations are available' "$SNAP" validate
expect 1 'not found' "$SNAP" validate --monitor "$brand/nothing"
expect 0 '^valid$' "$SNAP" validate "$brand/base=1"
expect 0 '^valid$' "$SNAP" validate --monitor "$brand/base"
expect 0 "^$brand/base +monitor +1 +valid " "$SNAP" validate
publish alice "$(snap_file one 2)" stable >/dev/null
say 2 one:required:2 two:required:1 three:invalid
expect 0 '^invalid$' "$SNAP" validate "$brand/base=2"
expect 0 "^$brand/base +monitor +1 +valid " "$SNAP" validate

# Enforced only when it is met; or what it wants is brought about first.
expect 1 'missing required snaps: - two .*at revision 1.*snaps at wrong revisions: - one .*at revision 2' \
  "$SNAP" validate --enforce "$brand/base=2"
expect 0 "Refreshed/installed snaps to enforce validation set \"$brand/base=2\"" \
  "$SNAP" validate --enforce --refresh "$brand/base=2"
[ "$(at one)$(at two)" = 21 ] || fail "not what the set wants: $("$SNAP" list)"
expect 0 "^$brand/base=2 +enforce +2 +valid " "$SNAP" validate

# It is kept to: by people and by what happens by itself.
publish alice "$(snap_file one 3)" stable >/dev/null
expect 0 'All snaps up to date' "$SNAP" refresh
refresh_now
[ "$(at one)" = 2 ] || fail "a snap left the revision that a set wants"
expect 1 "revision 2 is required by validation sets: $brand/base" "$SNAP" refresh --revision=3 one
expect 1 "cannot install snap \"three\" due to enforcing rules of validation set $brand/base" "$SNAP" install three
expect 1 "\"two\" is not removable: required by validation sets: $brand/base" "$SNAP" remove two

# One that is pinned stays; one that is not moves on, and the snaps with it, asked for or not.
say 3 one:required:3 two:optional
expect 0 'All snaps up to date' "$SNAP" refresh
expect 0 "^$brand/base=2 +enforce +2 +valid " "$SNAP" validate
expect 0 'Refreshed/installed snaps' "$SNAP" validate --enforce --refresh "$brand/base"
[ "$(at one)" = 3 ] || fail "the set did not move on"
expect 0 "^$brand/base +enforce +3 +valid " "$SNAP" validate
publish alice "$(snap_file one 4)" stable >/dev/null
say 4 one:required:4 two:optional
expect 0 'one .*4.* refreshed' "$SNAP" refresh
expect 0 "^$brand/base +enforce +4 +valid " "$SNAP" validate
publish alice "$(snap_file one 5)" stable >/dev/null
say 5 one:required:5 two:optional
refresh_now
[ "$(at one)" = 5 ] || fail "a set did not move on by itself: $("$SNAP" validate)"
expect 0 "^$brand/base +enforce +5 +valid " "$SNAP" validate

# The snaps know of it across a restart, and go on without it.
stop_daemon
start_daemon
expect 1 'not removable: required by validation sets' "$SNAP" remove one
expect 0 '' "$SNAP" validate --forget "$brand/base"
expect 0 'No validations are available' "$SNAP" validate
expect 0 'three 1 from alice installed' "$SNAP" install three
"$SNAP" remove one two three >/dev/null
