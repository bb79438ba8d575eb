# A store that answers garbage, half, slowly, in circles, from elsewhere or never, and one that lies: refused with a
# sentence, soon; nothing is installed and nothing kept. Then the same store, honest, is good for everything.
# QUICK=1 leaves out those whose every try is waited for to its end.
#
# On this machine only: nothing here depends on the service manager.
[ "$mode" = root ] || return 0
. "$here/store.sh"
export HOME=$WORK/home
mkdir "$HOME"
store_make
account alice
account root admin
for name in victim other; do as alice register $name >/dev/null; done
head -c 300000 /dev/urandom >"$WORK/ballast"
# image NAME VERSION: large enough to be cut off.
image() {
  snap_tree "$1" "$2"
  cp "$WORK/ballast" "$WORK/$1/ballast"
  "$SNAP" pack --compression=gzip --filename="$1_$2.snap" "$WORK/$1" "$WORK" >/dev/null
  echo "$WORK/$1_$2.snap"
}
publish alice "$(image victim 1)" stable >/dev/null
publish alice "$(image other 1)" stable >/dev/null

# In front of it there is one that does as it is told.
rule=$WORK/rule
"$here/store-front" "$store_port" "$rule" >"$WORK/front" 2>"$WORK/front.err" &
store_others+=($!)
await 10 grep -q . "$WORK/front"
front=http://127.0.0.1:$(cat "$WORK/front")
honest() { rm -f "$rule"; }
# honestly COMMAND...: with a store that behaves.
honestly() { honest; "$@"; }
honest
use_store "$front"

# kept: all that a machine may keep of what it was told, and by whom.
kept() {
  find "$ROOT/var/lib/snapd/snaps" "$ROOT/var/lib/snapd/cache" "$ROOT/snap" -mindepth 1 -maxdepth 2 -name '*victim*' 2>/dev/null
  find "$ROOT/var/lib/snapd/cache" -type f ! -name .lock 2>/dev/null
  "$SNAP" list | awk 'NR > 1 {print $1, $3}'
}
clean=$(kept)
tried=0
# refuses SECONDS SENTENCE RULE COMMAND...: what the command says of a store that behaves so, and that it is the same after.
refuses() {
  local within=$1 sentence=$2 how=$3 began=$SECONDS status=0 said
  shift 3
  [ -z "${QUICK:-}" ] || [ "$within" -lt 90 ] || return 0
  echo "$how" >"$rule"
  said=$(timeout 200 "$@" 2>&1) || status=$?
  [ $status = 1 ] || fail "$* of a store that is '$how' ended with $status: $said"
  grep -Eq "$sentence" <<<"$(tr -s '[:space:]' ' ' <<<"$said")" || fail "$* of a store that is '$how' did not say '$sentence': $said"
  [ $((SECONDS - began)) -le "$within" ] || fail "$* of a store that is '$how' took $((SECONDS - began)) s"
  [ "$(kept)" = "$clean" ] || fail "of a store that is '$how' is kept: $(diff <(echo "$clean") <(kept))"
  consistent
  tried=$((tried + 1))
  echo "$how: $((SECONDS - began)) s: $said" >>"$WORK/refusals"
}
install=("$SNAP" install victim)

unreachable='unable to contact snap store'
undecodable="cannot .*cannot decode the store's answer"

# What it says of the snap.
refuses 60 "$undecodable" 'garbage /v2/snaps/refresh' "${install[@]}"
refuses 60 "$unreachable" 'raw .' "${install[@]}"
refuses 60 'unexpected HTTP status code 302' 'nowhere .' "${install[@]}"
refuses 60 "$unreachable|$undecodable" 'half /v2/snaps/refresh' "${install[@]}"
refuses 60 "$unreachable|larger" 'endless /v2/snaps/' "${install[@]}"
refuses 120 "$unreachable|500" 'error .' "${install[@]}"
refuses 60 "$unreachable|cannot" 'garbage /v2/snaps/(find|info)' "$SNAP" find victim
# What it says of who vouches for it.
refuses 60 'cannot' 'garbage /assertions/' "${install[@]}"
refuses 90 'cannot|contact' 'half /assertions/' "${install[@]}"
refuses 60 'cannot' 'edit /assertions/ snap-size: snap-Size:' "${install[@]}"
refuses 60 'cannot' 'edit /assertions/ victim v1ctim' "${install[@]}"
refuses 60 'cannot' 'nowhere /assertions/' "${install[@]}"
# The image.
refuses 120 'cannot' 'half /snaps/download/' "${install[@]}"
refuses 120 'cannot' 'garbage /snaps/download/' "${install[@]}"
refuses 120 'cannot' 'nowhere /snaps/download/' "${install[@]}"
# Who does not answer, or hardly: all tries together are bounded.
refuses 90 "$unreachable" 'never .' "${install[@]}"
refuses 90 "$unreachable" 'slow .' "${install[@]}"

# Another store that says it is this one, and has a snap of that name: nobody here trusts its root.
mkdir "$WORK/strange"
honest_dir=$store_dir honest_url=$store_url store_dir=$WORK/strange/store
"$STORE" init "$store_dir" --id acme --name Acme >/dev/null
account eve
store_beside
store_url=$beside
as eve register victim >/dev/null
publish eve "$WORK/victim_1.snap" stable >/dev/null
store_dir=$honest_dir store_url=$honest_url
refuses 60 'cannot' "port . ${beside##*:}" "${install[@]}"
refuses 60 'cannot' "port /assertions/ ${beside##*:}" "${install[@]}"

# What it once said of something else, or says of another revision than it has.
expect 0 'other 1 from alice installed' honestly "$SNAP" install other
clean=$(kept)
digest=$(openssl dgst -sha3-384 -binary "$WORK/other_1.snap" | base64 -w 0 | tr '+/' '-_')
ask -H 'Accept: application/x.ubuntu.assertion' "$store_url/v2/assertions/snap-revision/$digest" >"$WORK/others-revision"
grep -q '^type: snap-revision' "$WORK/others-revision" || fail "there is nothing to replay: $(cat "$WORK/others-revision")"
refuses 60 'cannot' "file /assertions/ $WORK/others-revision" "${install[@]}"
refuses 60 'cannot' 'edit /v2/snaps/refresh "revision":1 "revision":9' "${install[@]}"

# What it said before it said something newer does not come back.
expect 0 'victim 1 from alice installed' honestly "$SNAP" install victim
id=$(snap_id victim)
ask -H 'Accept: application/x.ubuntu.assertion' "$store_url/v2/assertions/snap-declaration/16/$id" >"$WORK/old"
grep -q '^type: snap-declaration' "$WORK/old" || fail "there is nothing to replay: $(cat "$WORK/old")"
echo '{"plugs": {"docker-support": {"allow-installation": true}}}' >"$WORK/declaration"
as root declare victim "$WORK/declaration" >/dev/null
publish alice "$(image victim 2)" stable >/dev/null
expect 0 'victim 2 from alice refreshed' honestly "$SNAP" refresh victim
newest() { "$SNAP" known snap-declaration "snap-id=$id" | sed -n 's/^revision: //p'; }
[ "$(newest)" = 1 ] || fail "the newer declaration did not come: $("$SNAP" known snap-declaration "snap-id=$id")"
publish alice "$(image victim 3)" stable >/dev/null
echo "file /assertions/ $WORK/old" >"$rule"
timeout 100 "$SNAP" refresh victim >"$WORK/said" 2>&1 || grep -q cannot "$WORK/said" || fail "$(cat "$WORK/said")"
[ "$(newest)" = 1 ] || fail "an older declaration took the place of a newer one"
consistent

# Sent on to elsewhere, nobody is told who asks.
"$here/store-front" "$store_port" "$WORK/elsewhere" >"$WORK/front2" 2>&1 &
store_others+=($!)
await 10 grep -q . "$WORK/front2"
expect 0 'Login successful' honestly "$SNAP" login alice@acme.test <<<"alice's own secret"
echo "away ^/v2/snaps/find http://127.0.0.1:$(cat "$WORK/front2")/v2/snaps/find" >"$rule"
"$SNAP" find victim >/dev/null 2>&1 || true
grep -q '^/v2/snaps/find.* secret' "$rule.asked" || fail "the store was not told who asks"
grep -q '^/v2/snaps/find' "$WORK/elsewhere.asked" || fail "nothing was asked elsewhere"
! grep -q ' secret' "$WORK/elsewhere.asked" || fail "elsewhere was told who asks"
honestly "$SNAP" logout >/dev/null

# And honest again, it is good for everything.
expect 0 '' honestly "$SNAP" refresh
expect 0 '^victim +3 ' "$SNAP" list victim
honest
"$SNAP" remove victim other >/dev/null
[ -z "${REFUSALS:-}" ] || cp "$WORK/refusals" "$REFUSALS"
