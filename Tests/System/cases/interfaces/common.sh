# What the parts share. Each part has two functions: `set_up_X` adds plugs, slots and files before the snaps are
# installed, and `try_X` proves the interface. The snaps: `tester` with the plugs, `provider` with slots of an app's, `port`
# with those of a gadget.
# Which parts: all, or those in the environment.
INTERFACES=${INTERFACES:-"home network-bind camera serial-port system-files personal-files content dbus process-control docker-support mount-control"}
user=4242

as_root() { "$@"; }
as_user() { setpriv --reuid $user --regid $user --clear-groups env HOME=/home/probe "$@"; }
# in_snap WHO SCRIPT [ARGUMENT...]: a shell of the snap `tester`, as root or the ordinary user, in a directory that all have.
in_snap() { (cd / && "as_$1" snap run tester.sh -c "$2" sh "${@:3}"); }
# in_provider SCRIPT [ARGUMENT...]: likewise of the snap `provider`, as root.
in_provider() { (cd / && snap run provider.sh -c "$1" sh "${@:2}"); }

# What stands in the middle of every part: proof PLUG [SLOT]. `refused_X` has to hold before and after, `works_X` while it
# is connected.
proof() {
  local plug=$1 slot=${2:-} function=${1//-/_}
  "refused_$function"
  snap connect "tester:$plug" $slot || fail "cannot connect $plug"
  "works_$function"
  snap disconnect "tester:$plug" $slot || fail "cannot disconnect $plug"
  "refused_$function"
}

plugs= provider_slots= port_slots=
# add_plug, add_slot, add_port: lines for snap.yaml, on standard input.
add_plug() { plugs+=$(sed 's/^/  /')$'\n'; }
add_slot() { provider_slots+=$(sed 's/^/  /')$'\n'; }
add_port() { port_slots+=$(sed 's/^/  /')$'\n'; }

prepare() {
  start_snapd
  echo "probe:x:$user:$user::/home/probe:/bin/sh" >>/etc/passwd
  mkdir /home/probe
  chown $user:$user /home/probe
  chmod 700 /home/probe
}

# write_snap NAME TYPE SIDES: packs a snap that has a shell and those sides.
write_snap() {
  local tree=/work/$1
  mkdir -p "$tree/meta" "$tree/bin"
  printf 'name: %s\nversion: 1\ntype: %s\nsummary: A snap for tests\ndescription: Made by the system tests.\n%s' \
    "$1" "$2" "$3" >"$tree/meta/snap.yaml"
  if [ "$2" = gadget ]; then
    printf 'volumes: {}\n' >"$tree/meta/gadget.yaml"
  else
    printf 'apps:\n  sh: {command: bin/sh}\n' >>"$tree/meta/snap.yaml"
    printf '#!/bin/sh\nexec /bin/bash "$@"\n' >"$tree/bin/sh"
    chmod 755 "$tree/bin/sh"
  fi
  snap pack --compression=gzip --filename="$1.snap" "$tree" /work >/dev/null || fail "cannot pack $1"
}

install_snaps() {
  mkdir -p /work/tester/target /work/tester/shared /work/tester/writable /work/provider/data
  echo "from the provider" >/work/provider/data/file
  write_snap provider app "slots:"$'\n'"$provider_slots"
  write_snap port gadget "slots:"$'\n'"$port_slots"
  write_snap tester app "plugs:"$'\n'"$plugs"
  snap install --dangerous /cache/core-test.snap >/dev/null || fail "cannot install core"
  for name in provider port tester; do
    snap install --dangerous "/work/$name.snap" >/dev/null || fail "cannot install $name"
  done
  # What the rules connect is taken apart: each part begins with nothing.
  snap connections | awk 'NR > 1 && $2 ~ /^tester:/ && $3 != "-" {print $2}' | while read -r plug; do
    snap disconnect "$plug" || fail "cannot disconnect $plug"
  done
}

# A /dev of the test's own, so that it can make and remove nodes; the snaps have their loop devices by now.
own_devices() {
  mkdir -p /run/dev
  mount --rbind /dev /run/dev
  mount -t tmpfs -o mode=755 devices /dev
  local node
  for node in "null 1 3" "zero 1 5" "full 1 7" "random 1 8" "urandom 1 9" "tty 5 0"; do
    set -- $node
    mknod -m 666 "/dev/$1" c "$2" "$3"
  done
  mkdir /dev/pts /dev/shm
  mount --bind /run/dev/pts /dev/pts
  mount -t tmpfs -o mode=1777 shm /dev/shm
  ln -s pts/ptmx /dev/ptmx
  ln -s /proc/self/fd /dev/fd
}

# Processes of the snap that stay, as root and as the user: no namespace is built anew from here on.
keep_running() {
  in_snap root 'echo $$ >$SNAP_COMMON/pid.root; exec sleep 1000' &
  in_snap user 'echo $$ >$SNAP_USER_COMMON/pid.user; exec sleep 1000' &
  await 10 test -s /var/snap/tester/common/pid.root
  await 10 test -s /home/probe/snap/tester/common/pid.user
  stay_root=$(cat /var/snap/tester/common/pid.root) stay_user=$(cat /home/probe/snap/tester/common/pid.user)
  ns_root=$(readlink "/proc/$stay_root/ns/mnt") ns_user=$(readlink "/proc/$stay_user/ns/mnt")
}

# The daemon and the snap's processes are those of the beginning, and launches still join them.
same_processes() {
  kill -0 "$snapd" "$stay_root" "$stay_user" || fail "a process has not lasted"
  [ "$(in_snap root 'readlink /proc/self/ns/mnt')" = "$ns_root" ] || fail "root's namespace is another"
  [ "$(in_snap user 'readlink /proc/self/ns/mnt')" = "$ns_user" ] || fail "the user's namespace is another"
  kill "$stay_root" "$stay_user"
}

# seen PATH: whether it is in the namespace of a process that has been running all the time; true when there is none.
seen_by_root() { [ -z "${stay_root:-}" ] || [ -e "/proc/$stay_root/root$1" ]; }
unseen_by_root() { [ -z "${stay_root:-}" ] || [ ! -e "/proc/$stay_root/root$1" ]; }
