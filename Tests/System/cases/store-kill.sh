# The daemon is killed at every boundary while snaps come from a store: installed with their OS snap, and refreshed with
# a delta. It always ends Done, with a disk that is what the record says, and the delta was not given up for the whole
# image. KILL_STEP=N takes every Nth of them, as in kill-matrix. On this machine only, for the same reason.
[ "$mode" = root ] || return 0
. "$here/store.sh"
. "$here/kill.sh"
store_make
account root admin
account alice
publish_core
as alice register kill >/dev/null
head -c 1000000 /dev/urandom >"$WORK/ballast"
# kill_file VERSION: with some data that both revisions have.
kill_file() {
  snap_tree kill "$1"
  cp "$WORK/ballast" "$WORK/kill/ballast"
  "$SNAP" pack --compression=gzip --filename="kill_$1.snap" "$WORK/kill" "$WORK" >/dev/null
  echo "$WORK/kill_$1.snap"
}
publish alice "$(kill_file 1)" stable >/dev/null
publish alice "$(kill_file 2)" edge >/dev/null
use_store
"$SNAP" remove core >/dev/null

empty() {
  "$SNAP" remove kill >/dev/null 2>&1 || true
  "$SNAP" remove core >/dev/null 2>&1 || true
  rm -rf "$ROOT/var/lib/snapd/cache"
}
installed_one() {
  empty
  "$SNAP" install kill >/dev/null
}
# matrix NAME VERSION MOST PREPARE COMMAND...: MOST bytes are downloaded by it, however often it is begun again.
matrix() {
  local name=$1 version=$2 most=$3 prepare=$4 at before took
  shift 4
  kills=0
  $prepare
  count_boundaries "$@"
  expect 0 "^kill +$version " "$SNAP" list kill
  for at in $(boundaries); do
    $prepare
    before=$(store_sent)
    with_kill "$at" "$@"
    (
      expect 0 "^kill +$version " "$SNAP" list kill
      expect 0 '^alive$' "$(command_of kill)" alive
      "$SNAP" changes | grep . | tail -1 | grep -q ' Done ' || fail "the change is not Done: $("$SNAP" changes | tail -2)"
      cmp "$WORK/kill_$version.snap" "$ROOT/var/lib/snapd/snaps/kill_$version.snap" || fail "the image is another"
      [ -z "$(find "$ROOT/var/lib/snapd/snaps" -name '*.partial*')" ] || fail "half an image is left"
      took=$(($(store_sent) - before))
      [ "$took" -le "$most" ] || fail "$took bytes were downloaded, not $most at most"
    ) || fail "$name, killed at $(boundary "$at")"
  done
  echo "$name: killed at $kills boundaries of $count, always ended Done"
}
matrix 'install from a store' 1 1000000000 empty "$SNAP" install kill
await 60 has_delta "$(snap_id kill)" 1 latest/edge
matrix 'refresh from a store' 2 500000 installed_one "$SNAP" refresh --edge kill
empty
no_more_kills
"$SNAP" install --dangerous "$core" >/dev/null
