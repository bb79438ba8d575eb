# What cannot be done is refused with the reference's words and exit status, and changes nothing.
expect 0 'snap "nothere" is not installed' "$SNAP" remove nothere
expect 0 'snap "nothere" is not installed' "$SNAP" revert nothere
expect 64 'unknown command "bogus", see .snap help.' "$SNAP" bogus
expect 64 'unknown flag .bogus' "$SNAP" list --bogus
expect 1 'no matching snaps installed' "$SNAP" list nothere
expect 1 'cannot open|cannot find|no such file' "$SNAP" install --dangerous "$WORK/none.snap"

printf 'this is no image' >"$WORK/bad.snap"
expect 1 'cannot|not a snap' "$SNAP" install --dangerous "$WORK/bad.snap"
mkfifo "$WORK/fifo.snap"
expect 1 'cannot' timeout 10 "$SNAP" install --dangerous "$WORK/fifo.snap"

EXTRA='base: nobase' good=$(EXTRA='base: nobase' snap_file based 1)
expect 1 'required base "nobase"' "$SNAP" install --dangerous "$good"
other=$(EXTRA='architectures: [sparc]' snap_file sparc 1)
expect 1 'supported architectures \(sparc\) are incompatible with this system' "$SNAP" install --dangerous "$other"
needy=$(EXTRA='assumes: [warp-drive]' snap_file needy 1)
expect 1 'assumes unsupported features: warp-drive' "$SNAP" install --dangerous "$needy"
classic=$(EXTRA='confinement: classic' snap_file oldstyle 1)
expect 1 'classic confinement' "$SNAP" install --dangerous "$classic"
devmode=$(EXTRA='confinement: devmode' snap_file unripe 1)
expect 1 'devmode' "$SNAP" install --dangerous "$devmode"

# The API itself.
grep -q '"status-code":404' <<<"$(api GET /v2/nothing)" || fail "an unknown path is not 404"
grep -q '"status-code":405' <<<"$(api PUT /v2/snaps)" || fail "an unknown method is not 405"
grep -q '"status-code":400' <<<"$(api POST /v2/snaps/core 'no json')" || fail "a body that is no JSON is not 400"
grep -q '"status-code":404' <<<"$(api GET /v2/changes/999999)" || fail "an unknown change is not 404"
asnobody=$(setpriv --reuid=65534 --regid=65534 --clear-groups curl -sS --unix-socket "$ROOT/run/snapd.socket" \
  -X POST -H 'Content-Type: application/json' -d '{"action":"remove"}' http://localhost/v2/snaps/core)
grep -q '"login-required"' <<<"$asnobody" || fail "nobody may remove a snap: $asnobody"
