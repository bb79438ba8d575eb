#!/bin/bash
# A systemd of our own to test against, in a container: the machine itself need not run systemd.
#
#   container.sh build DIR            make the tree (cached below $CACHE; made once)
#   container.sh start DIR [BIND…]    boot a fresh copy of it in DIR; BIND are paths of this machine seen read-only inside
#   container.sh exec DIR CMD [ARG…]  run a command inside
#   container.sh online DIR CMD [ARG…]  the same, with the network of this machine
#   container.sh reboot DIR           stop it and boot the same tree again
#   container.sh stop DIR             stop it and give everything back
#   container.sh run DIR CMD [ARG…]   start, exec, stop; the exit status is the command's
#   container.sh tree DIR             print the cached tree's path; CONTAINER_TREE=PATH boots a copy of another
#
# DIR is any directory of yours; its content is thrown away. Needs root, debootstrap, systemd-nspawn, nsenter, and for
# the first build a Debian mirror (DEBIAN_MIRROR). The container has no network but loopback: what needs more, apt for
# one, is run with `online`, so that nothing in the container can touch the interfaces of the machine.
# FLAVOUR=plain is a Debian with systemd and nothing that our package needs; otherwise all of it is there already.
set -euo pipefail

CACHE=${SNAPD_TESTS_CACHE:-/var/cache/snapd-tests}
SUITE=${DEBIAN_SUITE:-bookworm}
MIRROR=${DEBIAN_MIRROR:-http://deb.debian.org/debian}
PACKAGES=systemd,systemd-sysv,dbus,udev,ca-certificates
# What the tests need, and the libraries that our programs link.
[ "${FLAVOUR:-}" = plain ] ||
  PACKAGES+=,curl,procps,python3-minimal,strace,bash-completion,squashfs-tools,libcap2-bin,xdg-dbus-proxy,libyaml-0-2,libseccomp2,libsqlite3-0,libsquashfs1,libstdc++6,desktop-file-utils,shared-mime-info,libcurl4,libsodium23,openssl,xdelta3

die() { echo "container.sh: $*" >&2; exit 1; }

tree() { echo "${CONTAINER_TREE:-$CACHE/$SUITE-$(echo "$PACKAGES" | sha256sum | cut -c1-12)}"; }

build() {
  local tree; tree=$(tree)
  mkdir -p "$CACHE"
  # One build at a time; a tree only has its name when it is whole.
  exec 9>"$CACHE/lock"
  flock 9
  if [ ! -d "$tree" ]; then
    local made; made=$(mktemp -d "$CACHE/build.XXXXXX")
    debootstrap --variant=minbase --include="$PACKAGES" "$SUITE" "$made/tree" "$MIRROR" >"$CACHE/debootstrap.log" 2>&1 ||
      { tail -20 "$CACHE/debootstrap.log" >&2; rm -rf --one-file-system "$made"; die "cannot build the tree"; }
    rm -rf "$made"/tree/var/cache/apt/archives/*.deb "$made"/tree/var/lib/apt/lists/*
    echo snapd-tests >"$made/tree/etc/hostname"
    : >"$made/tree/etc/machine-id"
    # No use here, and slow or noisy.
    local unit
    for unit in systemd-networkd-wait-online.service apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer \
      fstrim.timer e2scrub_all.timer systemd-timesyncd.service systemd-resolved.service; do
      ln -sf /dev/null "$made/tree/etc/systemd/system/$unit"
    done
    mv "$made/tree" "$tree"
    rmdir "$made"
  fi
  exec 9>&-
}

init_of() {
  [ -s "$1/init.pid" ] || die "nothing runs in $1"
  cat "$1/init.pid"
}

inside() {
  local dir=$1 network=(-n); shift
  [ -z "${ONLINE:-}" ] || network=()
  nsenter -t "$(init_of "$dir")" -m -u -i "${network[@]}" -p -C -r -w -- /usr/bin/env -i \
    PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 "$@"
}

# With the network of this machine, and its way to resolve names.
online() {
  cat /etc/resolv.conf 2>/dev/null | inside "$1" sh -c 'cat >/etc/resolv.conf'
  ONLINE=1 inside "$@"
}

start() {
  local dir=$1; shift
  [ ! -e "$dir/init.pid" ] || die "something runs in $dir"
  build
  mkdir -p "$dir"
  rm -rf --one-file-system "$dir/tree"
  cp -a --reflink=auto "$(tree)" "$dir/tree"
  # The kernel makes loop devices when asked, but their nodes appear on the machine only.
  local n
  for n in $(seq 0 1023); do echo "b /dev/loop$n 0660 root disk - 7:$n"; done >"$dir/tree/etc/tmpfiles.d/loops.conf"
  printf '%s\n' "$@" >"$dir/binds"
  boot "$dir"
}

# Where the processes of a container are, in each hierarchy that systemd orders them by.
groups() {
  local root
  for root in /sys/fs/cgroup /sys/fs/cgroup/systemd /sys/fs/cgroup/unified; do
    [ ! -e $root/cgroup.procs ] || echo "$root/snapd-tests$(echo "$1" | tr / -)"
  done
}

boot() {
  local dir=$1 arguments=() device path
  for device in /dev/loop-control /dev/fuse; do
    [ -e "$device" ] && arguments+=("--bind=$device")
  done
  while read -r path; do [ -z "$path" ] || arguments+=("--bind-ro=$path"); done <"$dir/binds"
  # Two containers in the same control group would see, and end, each other's services.
  groups "$dir" | while read -r path; do mkdir -p "$path"; done
  setsid bash -c 'for group in $1; do echo $$ >"$group/cgroup.procs"; done; shift; exec "$@"' sh "$(groups "$dir")" \
    systemd-nspawn -q -D "$dir/tree" --machine="snapd-$(basename "$dir" | tr -c 'a-zA-Z0-9\n' -)" --register=no --keep-unit \
    --private-users=no --private-network --capability=all \
    --system-call-filter='@mount @keyring bpf @module @privileged landlock_create_ruleset landlock_add_rule landlock_restrict_self' "${arguments[@]}" -b --console=pipe \
    </dev/null >"$dir/console.log" 2>&1 9>&- &
  local nspawn=$! init=""
  echo "$nspawn" >"$dir/nspawn.pid"
  for _ in $(seq 200); do
    init=$(cat "/proc/$nspawn/task/$nspawn/children" 2>/dev/null | awk '{print $1}') || true
    if [ -n "$init" ] && [ "$(cat "/proc/$init/comm" 2>/dev/null)" = systemd ]; then break; fi
    kill -0 "$nspawn" 2>/dev/null || { cat "$dir/console.log" >&2; die "the container did not start"; }
    init=""
    sleep 0.1
  done
  [ -n "$init" ] || die "the container has no init"
  echo "$init" >"$dir/init.pid"
  for _ in $(seq 300); do
    case $(inside "$dir" systemctl is-system-running 2>/dev/null || true) in
    running | degraded) break ;;
    esac
    sleep 0.1
  done
  # Read-only at first, and udev refuses to start on that.
  inside "$dir" mount -o remount,rw /sys
  inside "$dir" sh -c 'mount -o remount,rw,bind /sys/fs/cgroup
    for group in /sys/fs/cgroup/*/; do mount -o remount,rw,bind "$group" 2>/dev/null || true; done'
  inside "$dir" systemctl start systemd-udevd 2>/dev/null || true
}

stop() {
  local dir=$1
  halt "$dir"
  rm -f "$dir/binds"
  rm -rf --one-file-system "$dir/tree"
}

halt() {
  local dir=$1 nspawn
  [ -s "$dir/nspawn.pid" ] || return 0
  nspawn=$(cat "$dir/nspawn.pid")
  if kill -0 "$nspawn" 2>/dev/null; then
    # SIGRTMIN+4 asks systemd to power off.
    kill -s SIGRTMIN+4 "$(init_of "$dir")" 2>/dev/null || true
    for _ in $(seq 100); do kill -0 "$nspawn" 2>/dev/null || break; sleep 0.1; done
    kill -0 "$nspawn" 2>/dev/null && kill -KILL "$(init_of "$dir")" "$nspawn" 2>/dev/null || true
    for _ in $(seq 50); do kill -0 "$nspawn" 2>/dev/null || break; sleep 0.1; done
  fi
  # Images that the tests mounted and left are gone with the mount namespace; their loop devices clear themselves.
  rm -f "$dir/init.pid" "$dir/nspawn.pid"
  groups "$dir" | while read -r path; do
    [ ! -d "$path" ] || find "$path" -depth -type d -exec rmdir {} + 2>/dev/null || true
  done
}

[ $# -ge 2 ] || { sed -n '2,17s/^# \{0,1\}//p' "$0"; exit 2; }
command=$1 dir=$(realpath -m "$2")
shift 2
case $command in
build) build ;;
tree) tree ;;
start) start "$dir" "$@" ;;
exec) inside "$dir" "$@" ;;
online) online "$dir" "$@" ;;
reboot) halt "$dir"; boot "$dir" ;;
stop) stop "$dir" ;;
run)
  trap 'stop "$dir"' EXIT
  IFS=: read -ra binds <<<"${BINDS:-}"
  start "$dir" "${binds[@]}"
  inside "$dir" "$@"
  ;;
*) die "unknown command $command" ;;
esac
