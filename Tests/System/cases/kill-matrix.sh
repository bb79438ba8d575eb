# The daemon is killed at every boundary of every task, on the way forward and on the way back. Started again, it always
# ends with the change Done or fully undone, and with a disk that is what the record says. The boundaries are counted,
# not listed: a task kind or checkpoint that is added joins by itself. KILL_STEP=N takes every Nth of them, from a place
# that is another each time.
[ "$mode" = root ] || return 0
APPS='  svc:
    command: bin/forever
    daemon: simple
  off:
    command: bin/forever
    daemon: simple
    install-mode: disable
  session:
    command: bin/forever
    daemon: simple
    daemon-scope: user
plugs:
  camera: null
  network: null
system-usernames: {snap_daemon: shared}
'
# kill_tree VERSION: with a menu entry, an icon and a completer, which are others in each version.
kill_tree() {
  snap_tree kill "$1"
  sed -i 's/^    command: bin\/sh/&\n    completer: complete.bash/' "$WORK/kill/meta/snap.yaml"
  echo 'complete -W x kill.sh' >"$WORK/kill/complete.bash"
  mkdir -p "$WORK/kill/meta/gui/icons/hicolor/$1x$1/apps"
  printf '[Desktop Entry]\nName=%s\nExec=kill\n' "$1" | tee "$WORK/kill/meta/gui/kill.desktop" >"$WORK/kill/meta/gui/in$1.desktop"
  echo icon >"$WORK/kill/meta/gui/icons/hicolor/$1x$1/apps/snap.kill.icon.png"
  # Asked and told about what rules connect, as it is installed and removed, and about what a person connects.
  local hook
  for hook in prepare-plug-network disconnect-plug-network connect-plug-camera disconnect-plug-camera; do
    printf '#!/bin/sh\n' >"$WORK/kill/meta/hooks/$hook"
    chmod 755 "$WORK/kill/meta/hooks/$hook"
  done
  chmod -R go=rX "$WORK/kill/meta/gui" "$WORK/kill/complete.bash"
}
# kill_file VERSION: such a snap, packed.
kill_file() {
  kill_tree "$1"
  "$SNAP" pack --compression=gzip --filename="kill_$1.snap" "$WORK/kill" "$WORK" >/dev/null
  echo "$WORK/kill_$1.snap"
}
first=$(kill_file 1)
second=$(kill_file 2)
kill_tree 3
printf '#!/bin/sh\necho this revision is broken; exit 1\n' >"$WORK/kill/meta/hooks/post-refresh"
chmod 755 "$WORK/kill/meta/hooks/post-refresh"
"$SNAP" pack --compression=gzip --filename=kill_3.snap "$WORK/kill" "$WORK" >/dev/null
broken=$WORK/kill_3.snap
. "$here/kill.sh"

installed() { "$SNAP" list kill >/dev/null 2>&1; }
# The record is asked, and `consistent` compares it with the disk.
aliases() { "$SNAP" aliases kill 2>/dev/null | awk 'NR > 1 {print $2}' | xargs; }
reset_to() {
  if installed; then "$SNAP" remove kill >/dev/null; fi
  [ "$1" -ge 1 ] || return 0
  "$SNAP" install --dangerous "$first" >/dev/null
  "$SNAP" connect kill:camera >/dev/null
  "$SNAP" alias kill.sh killed >/dev/null
  echo "data of 1" >"$ROOT/var/snap/kill/x1/file"
  [ "$1" -ge 2 ] || return 0
  "$SNAP" install --dangerous "$second" >/dev/null
  echo "data of 2" >"$ROOT/var/snap/kill/x2/file"
}
# serves APP STARTUP CURRENT: how a service is.
serves() { "$SNAP" services "kill.$1" | grep -Eq "^kill\.$1 +$2 +$3 "; }
# ends VERSION DATA STATUS: what must be there after the change, whenever the daemon was killed.
ends() {
  if [ "$1" = none ]; then
    ! installed || fail "the snap is still there"
  else
    expect 0 "^kill +$1 " "$SNAP" list kill
    expect 0 '^alive$' "$(command_of kill)" alive
    [ "$(aliases)" = "${ALIASES-killed}" ] || fail "the aliases are '$(aliases)'"
    [ "$(cat "$ROOT/var/snap/kill/current/file" 2>/dev/null)" = "$2" ] || fail "the data is not '$2'"
    serves svc enabled active && serves off disabled inactive || fail "the services are not right: $("$SNAP" services)"
    grep -q '"enabled":\["snap.kill.session.service"\]' "$ROOT/var/lib/snapd/user-services/kill.json" \
      || fail "the service of sessions does not start with them"
  fi
  "$SNAP" changes | grep . | tail -1 | grep -q " $3 " || fail "the change is not $3: $("$SNAP" changes | tail -2)"
}
# matrix NAME START VERSION DATA STATUS COMMAND...
matrix() {
  local name=$1 start=$2 version=$3 data=$4 status=$5 at
  shift 5
  kills=0
  reset_to "$start"
  count_boundaries "$@"
  for at in $(boundaries); do
    reset_to "$start"
    with_kill "$at" "$@"
    (ends "$version" "$data" "$status") || fail "$name, killed at $(boundary $at)"
  done
  echo "$name: killed at $kills boundaries, always ended $status"
}
ALIASES='' matrix install 0 1 '' Done "$SNAP" install --dangerous "$first"
matrix refresh 1 2 'data of 1' Done "$SNAP" install --dangerous "$second"
matrix 'failing refresh' 1 1 'data of 1' Error "$SNAP" install --dangerous "$broken"
matrix revert 2 1 'data of 1' Done "$SNAP" revert kill
# They have few boundaries: all of them, whatever the step.
KILL_STEP=1 ALIASES='killed more' matrix alias 1 1 'data of 1' Done "$SNAP" alias kill.sh more
KILL_STEP=1 ALIASES='' matrix unalias 1 1 'data of 1' Done "$SNAP" unalias killed
KILL_STEP=1 ALIASES='' matrix 'all aliases' 1 1 'data of 1' Done "$SNAP" unalias kill
KILL_STEP=1 matrix prefer 1 1 'data of 1' Done "$SNAP" prefer kill


# linked, unlinked: whether the machine is told of a connection.
told() { [ -e "$ROOT/etc/udev/rules.d/70-snap.kill.rules" ] && "$SNAP" connections kill | grep -q ' :camera'; }
untold() { [ ! -e "$ROOT/etc/udev/rules.d/70-snap.kill.rules" ] && ! "$SNAP" connections kill | grep -q ' :camera'; }
# connecting NAME CHECK COMMAND...: like `matrix` for a connection, starting from its opposite.
connecting() {
  local name=$1 check=$2 at
  shift 2
  kills=0
  opposite() {
    if [ "$check" = told ]; then "$SNAP" disconnect kill:camera; else "$SNAP" connect kill:camera; fi >/dev/null 2>&1 || true
  }
  opposite
  count_boundaries "$@"
  # They are few: all of them, whatever the step.
  for at in $(seq "$count"); do
    opposite
    with_kill "$at" "$@"
    "$check" || fail "$name, killed at $(boundary $at)"
    "$SNAP" changes | grep . | tail -1 | grep -q ' Done ' || fail "$name, killed at $at, is not Done"
  done
  echo "$name: killed at $kills boundaries, always ended Done"
}

# The system's options: what follows them is there afterwards, or was never begun.
reset_to 1
mkdir -p "$ROOT/data-homes"
optioned() {
  [ "$("$SNAP" get system homedirs)" = /data-homes ] && grep -qx 'homedirs=/data-homes' "$ROOT/var/lib/snapd/system-params" \
    && grep -q '"oomScoreAdjust":-899' "$ROOT"/var/lib/snapd/supervisor/services/kill* \
    && grep -q /data-homes "$ROOT/var/lib/snapd/launch/snap.kill.kill.plan"
}
options=("$SNAP" set system homedirs=/data-homes resilience.vitality-hint=kill experimental.confdb=true)
kills=0
count_boundaries "${options[@]}"
for at in $(seq "$count"); do
  "$SNAP" unset system homedirs resilience.vitality-hint experimental.confdb >/dev/null
  ! grep -q /data-homes "$ROOT/var/lib/snapd/launch/snap.kill.kill.plan" || fail "homes are still elsewhere"
  with_kill "$at" "${options[@]}"
  optioned || fail "options, killed at $(boundary $at)"
done
"$SNAP" unset system homedirs resilience.vitality-hint experimental.confdb >/dev/null
rm -rf "$ROOT/data-homes"
echo "options: killed at $kills boundaries, always ended Done"

reset_to 1
connecting connect told "$SNAP" connect kill:camera
connecting disconnect untold "$SNAP" disconnect kill:camera
# configuring: an option is as it was told, whenever the daemon was killed, though its hook runs again.
snap_tree told 1
printf '#!/bin/sh\nsnapctl set seen="$(snapctl get value)"\n' >"$WORK/told/meta/hooks/configure"
chmod 755 "$WORK/told/meta/hooks/configure"
"$SNAP" pack --compression=gzip --filename=told_1.snap "$WORK/told" "$WORK" >/dev/null
"$SNAP" install --dangerous "$WORK/told_1.snap" >/dev/null
kills=0
count_boundaries "$SNAP" set told value=0
for at in $(seq "$count"); do
  with_kill "$at" "$SNAP" set told value="$at"
  [ "$("$SNAP" get told value)" = "$at" ] && [ "$("$SNAP" get told seen)" = "$at" ] \
    || fail "configure, killed at $(boundary $at)"
done
echo "configure: killed at $kills boundaries, always ended Done"
"$SNAP" remove told >/dev/null
# controlling NAME STARTUP CURRENT COMMAND...: like `connecting` for what is done to services.
controlling() {
  local name=$1 startup=$2 current=$3 at
  shift 3
  kills=0
  opposite() {
    if [ "$startup" = enabled ]; then "$SNAP" stop --disable kill.off; else "$SNAP" start --enable kill.off; fi >/dev/null
  }
  opposite
  count_boundaries "$@"
  for at in $(seq "$count"); do
    opposite
    with_kill "$at" "$@"
    serves off "$startup" "$current" && serves svc enabled active \
      || fail "$name, killed at $(boundary $at): $("$SNAP" services)"
    "$SNAP" changes | grep . | tail -1 | grep -q ' Done ' || fail "$name, killed at $at, is not Done"
  done
  echo "$name: killed at $kills boundaries, always ended Done"
}
controlling 'start --enable' enabled active "$SNAP" start --enable kill.off
controlling 'stop --disable' disabled inactive "$SNAP" stop --disable kill.off
# With files to remove.
matrix remove 2 none '' Done "$SNAP" remove kill
reset_to 0
no_more_kills
unset APPS
