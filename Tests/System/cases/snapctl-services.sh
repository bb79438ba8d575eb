# Snaps control services of their own: from a service at once, from a hook behind the operation that the hook is part of.
[ -e "$ROOT/usr/bin/snapctl" ] || [ -e "$ROOT/usr/lib/snapd/snapctl" ] || exit 0
APPS='  one:
    command: bin/forever
    daemon: simple
  two:
    command: bin/forever
    daemon: simple'
# pack VERSION CONFIGURE
pack() {
  snap_tree own "$1"
  printf '#!/bin/sh\nset -e\n%s\n' "$2" >"$WORK/own/meta/hooks/configure"
  chmod 755 "$WORK/own/meta/hooks/configure"
  "$SNAP" pack --compression=gzip --filename="own_$1.snap" "$WORK/own" "$WORK" >/dev/null || fail "cannot pack own"
  echo "$WORK/own_$1.snap"
}
is() { "$SNAP" services own | grep -Eq "^own\.$1 +$2 +$3 "; }
own() { "$SNAP" run own.sh -c "$1"; }
expect 0 installed "$SNAP" install --dangerous "$(pack 1 'snapctl stop --disable own.two; snapctl services own.two >$SNAP_DATA/seen')"
# The hook was over before the service was stopped.
expect 0 '^own\.two +enabled +active +-$' cat "$ROOT/var/snap/own/current/seen"
is one enabled active && is two disabled inactive || fail "after installation: $("$SNAP" services)"
expect 0 'Done .*Run service command "stop" for services \["two"\] of snap "own"' "$SNAP" tasks --last=install
expect 0 '' own 'snapctl start --enable own.two'
is two enabled active || fail "after snapctl start: $("$SNAP" services)"
expect 0 '^own\.one +enabled +active +-$' own 'snapctl services own.one'
expect 1 'unknown service: "core"' own 'snapctl stop core'
expect 1 'unknown service: "own.sh"' own 'snapctl restart own.sh'
# A refresh that stops its own service.
expect 0 installed "$SNAP" install --dangerous "$(pack 2 'snapctl stop own.one')"
is one enabled inactive && is two enabled active || fail "after refresh: $("$SNAP" services)"
expect 0 removed "$SNAP" remove own
unset APPS
