# A store that answers garbage, half, slowly, in circles, from elsewhere or never, and one that lies: refused with a
# sentence, soon; nothing is installed and nothing kept. Then the same store, honest, is good for everything.
. "$here/store.sh"
export HOME=$WORK/home
mkdir "$HOME"
store_make
account alice
account mallory
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
refuses 60 'cannot' 'edit /assertions/snap-revision snap-size: snap-Size:' "${install[@]}"
refuses 60 'cannot' 'edit /assertions/snap-declaration victim v1ctim' "${install[@]}"
refuses 60 'cannot' 'nowhere /assertions/' "${install[@]}"
# The image.
refuses 120 'cannot' 'half /snaps/download/' "${install[@]}"
refuses 120 'cannot' 'garbage /snaps/download/' "${install[@]}"
refuses 120 'cannot' 'nowhere /snaps/download/' "${install[@]}"
cat "$WORK/refusals" >&2
false
