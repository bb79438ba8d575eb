# Interface hooks: what the snaps of a connection are asked and told, in which order, and what takes it back.
# hooked NAME ROLE END: a tree with all interface hooks of one side; each writes its name into the snap's log.
hooked() {
  local verb hook
  snap_tree "$1" 1
  for verb in prepare unprepare connect disconnect; do
    hook=$WORK/$1/meta/hooks/$verb-$2-$3
    printf '#!/bin/sh\ndate +%%s.%%N\\ %s >>$SNAP_COMMON/order\ntest ! -e $SNAP_COMMON/refuse-%s\n' \
      "$verb-$2" "$verb" >"$hook"
    chmod 755 "$hook"
  done
  "$SNAP" pack --compression=gzip --filename="$1.snap" "$WORK/$1" "$WORK" >/dev/null || fail "cannot pack $1"
}
# order: what ran since the last time, oldest first, in one line.
order() {
  cat "$ROOT"/var/snap/{hookplug,hookslot}/common/order 2>/dev/null | sort -n | sed 's/^[^ ]* //' | tr '\n' ' ' | sed 's/ $//'
  rm -f "$ROOT"/var/snap/{hookplug,hookslot}/common/order
}
ran() {
  local found
  found=$(order)
  [ "$found" = "$1" ] || fail "hooks ran as '$found', not '$1'"
}
tasks() { "$SNAP" tasks --last="$1" | tr -s '[:space:]' ' '; }

EXTRA='slots:
  data: {interface: content, content: data, read: [$SNAP/bin]}'
hooked hookslot slot data
EXTRA='plugs:
  data: {interface: content, content: data, target: $SNAP_DATA/in}
  network: null'
hooked hookplug plug data
for verb in prepare connect disconnect; do
  printf '#!/bin/sh\ndate +%%s.%%N\\ %s >>$SNAP_COMMON/order\n' "$verb-network" >"$WORK/hookplug/meta/hooks/$verb-plug-network"
  chmod 755 "$WORK/hookplug/meta/hooks/$verb-plug-network"
done
"$SNAP" pack --compression=gzip --filename=hookplug.snap "$WORK/hookplug" "$WORK" >/dev/null || fail "cannot pack"
"$SNAP" install --dangerous "$WORK/hookslot.snap" >/dev/null || fail "cannot install the slot's snap"

# What rules connect is asked and told too, before the snap's services would start.
"$SNAP" install --dangerous "$WORK/hookplug.snap" >/dev/null || fail "cannot install the plug's snap"
ran 'prepare-network connect-network'
tasks install | grep -q 'Run hook prepare-plug-network of snap "hookplug".*Connect hookplug:network to snapd:network.*Run hook connect-plug-network' \
  || fail "the installation has other tasks: $(tasks install)"

# By a person.
expect 0 '^$' "$SNAP" connect hookplug:data hookslot:data
ran 'prepare-plug prepare-slot connect-slot connect-plug'
expect 0 'content.* +hookplug:data +hookslot:data +manual' "$SNAP" connections
expect 0 '^$' "$SNAP" disconnect hookplug:data hookslot:data
ran 'disconnect-slot disconnect-plug'

# One that refuses takes back what was asked and told before, in the opposite order.
: >"$ROOT/var/snap/hookplug/common/refuse-connect"
expect 1 'run hook "connect-plug-data"' "$SNAP" connect hookplug:data hookslot:data
ran 'prepare-plug prepare-slot connect-slot connect-plug disconnect-slot unprepare-slot unprepare-plug'
expect 0 'hookplug:data +- +-' "$SNAP" connections hookplug
rm "$ROOT/var/snap/hookplug/common/refuse-connect"
: >"$ROOT/var/snap/hookslot/common/refuse-prepare"
expect 1 'run hook "prepare-slot-data"' "$SNAP" connect hookplug:data hookslot:data
ran 'prepare-plug prepare-slot unprepare-plug'
rm "$ROOT/var/snap/hookslot/common/refuse-prepare"

# One that refuses to be disconnected stays connected, unless its snap goes.
expect 0 '^$' "$SNAP" connect hookplug:data hookslot:data
order >/dev/null
: >"$ROOT/var/snap/hookslot/common/refuse-disconnect"
expect 1 'run hook "disconnect-slot-data"' "$SNAP" disconnect hookplug:data hookslot:data
ran 'disconnect-slot'
expect 0 'hookplug:data +hookslot:data +manual' "$SNAP" connections
"$SNAP" remove hookslot >/dev/null || fail "a hook holds up a removal"
tasks remove | grep -q 'ignoring failure in hook "disconnect-slot-data"' || "$SNAP" change --last=remove | grep -q 'ignoring failure in hook' \
  || fail "the removal does not say what its hook failed with"
[ "$(sed 's/^[^ ]* //' "$ROOT/var/snap/hookplug/common/order" | tail -1)" = disconnect-plug ] || fail "the other snap was not told"
expect 0 'hookplug:data +- +-' "$SNAP" connections hookplug
"$SNAP" remove hookplug >/dev/null || fail "cannot remove"
unset EXTRA
