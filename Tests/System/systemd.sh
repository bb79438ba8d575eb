#!/bin/bash
# What only a machine with systemd can show: the package, the units, starts of the machine, ordinary users.
#
#   Tests/System/systemd.sh DIR     DIR: a container (container.sh) with the package installed and no snap; it ends
#                                   without the package
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
top=$(readlink -f "$here/../..")
dir=$1
inside() { "$here/container.sh" exec "$dir" "$@"; }
# script TEXT: bash inside, with what the cases have.
script() {
  inside bash -c "set -eu; ROOT= SNAP=snap WORK=/root/work; PATH=\$PATH:/snap/bin; mkdir -p \$WORK; cd \$WORK; . $here/lib.sh; $1"
}
property() { inside systemctl show --value -p "$2" "$1"; }
same() { [ "$1" = "$2" ] || fail "'$1' is not '$2'${3:+: $3}"; }
reloads() { inside journalctl -b --no-pager -o cat _PID=1 | grep -c '^Reloading\.\?$' || true; }
. "$here/lib.sh"

package_is_sound() {
  local unit problems got profile=/etc/profile.d/apps-bin-path.sh
  local generator=/usr/lib/systemd/system-environment-generators/snapd-env-generator
  same "$(inside dpkg -V snapd)" "" "files differ from the package's"
  . "$top/Packaging/launcher-capabilities"
  inside setcap -q -v "$LAUNCHER_CAPABILITIES" /usr/lib/snapd/snap-confine || fail "other file capabilities"
  for unit in snapd.service snapd.socket snapd.mounts.target snapd.mounts-pre.target; do
    problems=$(inside systemd-analyze verify --man=no "$unit" 2>&1 || true)
    same "$problems" "" "$unit"
  done
  inside test -d /run/snapd/ns
  inside systemctl show-environment | grep -q '^PATH=.*:/snap/bin$' || fail "services do not find commands of snaps"
  got=$(inside env -i PATH=/bin sh -euc ". $profile; . $profile; echo \$PATH \$XDG_DATA_DIRS")
  same "$got" "/bin:/snap/bin /usr/local/share:/usr/share:/var/lib/snapd/desktop"
  same "$(inside env -i PATH=/bin $generator)" PATH=/bin:/snap/bin
  same "$(inside env -i PATH=/bin:/snap/bin $generator)" ""
  for unit in snapd.socket snapd.service snapd.mounts.target; do inside systemctl -q is-enabled $unit; done
}

the_main_job() {
  inside "$top/Tools/demo" --installed >"$dir/demo.log" 2>&1 || { cat "$dir/demo.log" >&2; fail "the demo failed"; }
  grep -q 'files left: none; mounts left: 0' "$dir/demo.log" || fail "the demo did not come to its end"
}

is_inactive() { [ "$(property "$1" ActiveState)" = inactive ]; }

idle_daemon_leaves() {
  inside systemctl start snapd.socket snapd.service
  await 30 is_inactive snapd.service
  same "$(property snapd.service ExecMainStatus)" 42
  same "$(property snapd.service Result)" success
  script 'expect 0 "No snaps" snap list'
  same "$(property snapd.service ActiveState)" active
  # Again by another route: the snaps' socket.
  inside systemctl stop -q snapd.service 2>/dev/null
  inside curl -sS --max-time 20 --unix-socket /run/snapd-snap.socket http://localhost/v2/system-info >/dev/null || true
  same "$(property snapd.service ActiveState)" active "after use of the snaps' socket"
}

# reloads_at_most N WHAT SCRIPT: systemd reads all its units again that often.
reloads_at_most() {
  local before; before=$(reloads)
  script "$3"
  local count=$(($(reloads) - before))
  [ "$count" -le "$1" ] || fail "$2: systemd reloaded $count times"
  echo "     $2: $count reloads"
}

few_reloads() {
  [ "$(reloads)" -gt 0 ] || fail "reloads cannot be counted: the installation of the package is one"
  script '
    [ -e /var/cache/snapd-build/core-test.snap ] || COMPRESSION=gzip '"$top"'/Tools/core-snap /var/cache/snapd-build/core-test.snap
    snap install --dangerous /var/cache/snapd-build/core-test.snap
    APPS="  forever:
    command: bin/forever
    daemon: simple
  timed:
    command: bin/echo-args
    daemon: oneshot
    timer: mon,3:17"
    snap_file srv 1; snap_file srv 2; unset APPS; snap_file plain 1'
  reloads_at_most 0 "install" 'expect 0 installed snap install --dangerous plain_1.snap'
  reloads_at_most 1 "install with a service" 'expect 0 installed snap install --dangerous srv_1.snap'
  reloads_at_most 1 "install over it" 'expect 0 installed snap install --dangerous srv_2.snap'
  reloads_at_most 1 "revert" 'expect 0 reverted snap revert srv'
  reloads_at_most 0 "remove" 'expect 0 removed snap remove plain'
  reloads_at_most 1 "remove with a service" 'expect 0 removed snap remove srv'
  # A service is being launched while its snap is tidied up and changed again.
  script 'for round in 1 2 3 4 5 6 7 8; do
      snap install --dangerous srv_1.snap; snap install --dangerous srv_2.snap; snap revert srv; snap remove srv
    done >/dev/null; consistent'
  script 'expect 0 installed snap install --dangerous srv_1.snap; expect 0 installed snap install --dangerous plain_1.snap'
  script 'expect 0 "srv.forever +enabled +active" snap services
    expect 0 "srv.timed +enabled +inactive +timer-activated" snap services'
  script 'expect 0 "srv.forever: simple, enabled, active" sh -c "cd /; snap info srv"'
}

ordinary_users() {
  local user
  for user in ann ben; do
    inside useradd -m $user
    inside su - $user -c 'plain.sh -c "echo of \$USER >\$SNAP_USER_COMMON/note"' || fail "$user cannot run a snap"
  done
  for user in ann ben; do
    same "$(inside su - $user -c 'plain.sh -c "cat \$SNAP_USER_COMMON/note"')" "of $user"
    same "$(inside su - $user -c 'plain.sh -c "ls /home"')" $user
    same "$(inside su - $user -c 'plain.sh -c "id -u"')" "$(inside id -u $user)"
    same "$(inside su - $user -c 'plain.sh -c "grep CapEff: /proc/self/status"')" "CapEff:	0000000000000000"
    same "$(inside stat -c '%U %a' /home/$user/snap)" "$user 700"
  done
  # The second launch joins the namespace of the first, on a machine whose mounts are all shared.
  for user in root ann; do
    same "$(inside su - $user -c 'plain.sh -c "readlink /proc/self/ns/mnt"')" \
      "$(inside su - $user -c 'plain.sh -c "readlink /proc/self/ns/mnt"')" "the namespace of $user is not kept"
  done
  # What the machine shows of one is not what a snap of the other sees.
  inside su - ann -c 'plain.sh -c "cat /home/ben/snap/plain/common/note"' 2>/dev/null && fail "ann reads what is ben's"
  inside su - ann -c 'plain.sh -c "echo x >/var/snap/plain/common/x"' 2>/dev/null && fail "ann writes to system data"
  script 'expect 1 "access denied" su ann -c "snap remove plain"'
  script 'expect 0 "^srv " su ann -c "snap list"'
}

# works: what was installed is there and runs.
works() {
  script 'expect 0 "^core +" snap list; expect 0 "^plain +1 " snap list; expect 0 "^srv +1 " snap list
    await 10 sh -c "snap services | grep -q \"srv.forever  *enabled  *active\""
    expect 0 "^hello$" plain hello; consistent'
  same "$(inside su - ann -c 'plain.sh -c "cat \$SNAP_USER_COMMON/note"')" "of ann"
  same "$(inside systemctl list-units --failed --no-legend --plain 'snap*')" "" "failed units"
}

starts_of_the_machine() {
  local mounted
  "$here/container.sh" reboot "$dir"
  mounted=$(inside systemctl list-units --no-legend --plain --state=active 'snap-*.mount' | wc -l)
  same "$mounted" 3 "mount units of three revisions"
  works
  # The mount units alone do it, and so does the daemon alone.
  inside systemctl disable -q snapd.service
  "$here/container.sh" reboot "$dir"
  script 'expect 0 "^hello$" plain hello'
  works
  inside systemctl enable -q snapd.service
  inside sh -c 'rm /etc/systemd/system/*.wants/snap-plain-x1.mount'
  "$here/container.sh" reboot "$dir"
  works
}

daemon_comes_and_goes() {
  local service
  service=$(property snap.srv.forever.service MainPID)
  inside systemctl stop -q snapd.service 2>/dev/null
  same "$(property snapd.service ActiveState)" inactive
  works
  same "$(property snapd.service ActiveState)" active "after snap list"
  inside systemctl kill -s KILL snapd.service
  works
  inside apt-get install -qq -y --reinstall "$package" >/dev/null 2>&1 || fail "cannot reinstall"
  works
  same "$(property snap.srv.forever.service MainPID)" "$service" "the service was restarted"
}

removal() {
  inside apt-get remove -qq -y snapd >/dev/null 2>&1 || fail "cannot remove the package"
  is_inactive snap.srv.forever.service || fail "a service runs without the package"
  inside apt-get install -qq -y "$package" >/dev/null 2>&1 || fail "cannot install again"
  works
  inside apt-get purge -qq -y snapd >/dev/null 2>&1 || fail "cannot purge the package"
  same "$(inside sh -c 'ls -d /snap /var/snap /var/lib/snapd /var/cache/snapd /run/snapd* /etc/systemd/system/*snap* \
    /etc/systemd/system/*.wants/*snap* /usr/lib/snapd /etc/profile.d/apps* 2>/dev/null' || true)" "" "left after purge"
  same "$(inside sh -c 'grep -E " /(snap|run/snapd)" /proc/self/mountinfo | cut -d" " -f5' || true)" "" "mounts"
  same "$(inside systemctl list-units --failed --no-legend --plain)" ""
}

inside systemctl start snapd.socket
package=$(find "$top/build" -maxdepth 1 -name 'snapd_*.deb' -printf '%T@ %p\n' | sort -rn | head -1 | cut -d' ' -f2-)
for part in package_is_sound the_main_job idle_daemon_leaves few_reloads ordinary_users starts_of_the_machine \
  daemon_comes_and_goes removal; do
  began=$SECONDS
  $part
  echo "ok   systemd: ${part//_/ } ($((SECONDS - began)) s)"
done
