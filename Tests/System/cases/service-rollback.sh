# A revision whose service does not come up is taken back as a whole, data included.
APPS='  srv:
    command: bin/srv
    daemon: simple
    restart-condition: never
  aside:
    command: bin/forever
    daemon: simple'
# pack VERSION SCRIPT
pack() {
  snap_tree back "$1"
  printf '#!/bin/sh\n%s\n' "$2" >"$WORK/back/bin/srv"
  chmod 755 "$WORK/back"/bin/*
  "$SNAP" pack --compression=gzip --filename="back_$1.snap" "$WORK/back" "$WORK" >/dev/null || fail "cannot pack back"
  echo "$WORK/back_$1.snap"
}
good=$(pack 1 'exec sleep 1000')
bad=$(pack 2 'echo spoiled >$SNAP_DATA/file; echo going down; exit 3')
expect 0 installed "$SNAP" install --dangerous "$good"
echo precious >"$ROOT/var/snap/back/x1/file"
expect 0 Stopped "$SNAP" stop --disable back.aside
is() { "$SNAP" services back | grep -Eq "^back\.$1 +$2 +$3 "; }
whole() {
  expect 0 '^back +1 +x1' "$SNAP" list back
  [ "$(cat "$ROOT/var/snap/back/current/file")" = precious ] || fail "the data was not restored"
  [ ! -e "$ROOT/var/snap/back/x2" ] || fail "the failed revision's data is left"
  await 10 is srv enabled active
  is aside disabled inactive || fail "what was switched off is on: $("$SNAP" services back)"
}
expect 1 'cannot start snap\.back\.srv\.service: exit-code' "$SNAP" install --dangerous "$bad"
whole
# The same when it would be tried again and again.
APPS=${APPS/    restart-condition: never/}
bad=$(pack 2 'echo spoiled >$SNAP_DATA/file; kill -ABRT $$')
expect 1 'cannot start snap\.back\.srv\.service: (signal|core-dump)' "$SNAP" install --dangerous "$bad"
whole
# One that has to say that it is up, and ends before.
APPS=${APPS/daemon: simple/daemon: oneshot}
bad=$(pack 2 'echo spoiled >$SNAP_DATA/file; exit 1')
expect 1 'snap\.back\.srv\.service' "$SNAP" install --dangerous "$bad"
whole
# The same on a machine that has none of it: nothing is left.
expect 0 removed "$SNAP" remove back
expect 1 'snap\.back\.srv\.service' "$SNAP" install --dangerous "$bad"
[ ! -e "$ROOT/snap/back" ] && [ ! -e "$ROOT/var/snap/back" ] || fail "something is left"
unset APPS
