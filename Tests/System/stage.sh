# A machine of its own for a case that needs the root directory to be `/`, or users: read by the case, which runs
#
#   on_stage SCRIPT [ARGUMENT...]     in a mount and process namespace whose root is a copy of this one, thrown away
#                                     afterwards with all that was changed in it
#
# The script is bash, with lib.sh read. On the stage snapd and our programs are installed, /home, /run, /snap, /var/snap
# and /var/lib/snapd are empty, nothing runs, and PATH has our `snap`. `start_snapd` starts the daemon there.
on_stage() {
  local stage=$WORK/stage script=$1 programs=${ROOT:-/}
  shift
  mkdir -p "$stage"
  # Everything that the script starts ends with it: it is the first process of its namespace.
  ROOT= SNAP=snap SNAPPY_GLOBAL_ROOT= unshare --mount --pid --ipc --fork --kill-child --propagation private \
    bash -euc '
      stage=$1 programs=$2 here=$3 script=$4
      shift 4
      # Below a stage of an overlay there cannot be another one: layers of their own.
      mount -t tmpfs -o mode=755,size=1G stage "$stage"
      mkdir "$stage/upper" "$stage/work" "$stage/root"
      mount -t overlay -o "lowerdir=/,upperdir=$stage/upper,workdir=$stage/work" stage "$stage/root"
      root=$stage/root
      mkdir -p "$root/snap" "$root/var/snap" "$root/var/lib/snapd" "$root/home" "$root/usr/lib/snapd" "$root/stage"
      for place in snap var/snap var/lib/snapd home run tmp; do mount -t tmpfs -o mode=755 stage "$root/$place"; done
      chmod 1777 "$root/tmp"
      for place in dev sys; do mount --rbind "/$place" "$root/$place"; done
      mount -t proc proc "$root/proc"
      mkdir -p "$root/work" "$root/cache"
      mount --bind "$(dirname "$stage")" "$root/work"
      mkdir -p /var/cache/snapd-build
      mount --bind /var/cache/snapd-build "$root/cache"
      [ "$programs" = / ] || {
        cp -a "$programs/usr/lib/snapd/." "$root/usr/lib/snapd/"
        cp -a "$programs/usr/bin/snap" "$root/usr/bin/snap"
        mkdir -p "$root/var/lib/snapd/void"
        chmod 0111 "$root/var/lib/snapd/void"
      }
      cp -r "$here/lib.sh" "$here/stage.sh" "$here/cases" "$root/stage/"
      cp "$here/../../Packaging/tree/usr/lib/tmpfiles.d/snapd.conf" "$root/stage/tmpfiles.conf"
      cp "$here/../../Packaging/tree/etc/profile.d/apps-bin-path.sh" \
        "$here/../../Packaging/tree/usr/share/dbus-1/system.d/snapd.system-services.conf" "$root/stage/"
      mkdir "$root/stage/old"
      cd "$root"
      pivot_root . stage/old
      cd /
      umount -l stage/old
      export WORK=/work PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root
      unset SNAPPY_GLOBAL_ROOT
      bash -eu -c ". /stage/lib.sh; . /stage/stage.sh; $script" stage "$@"' \
    stage "$stage" "$programs" "$here" "$script" "$@" || fail "on the stage"
}

start_snapd() {
  /usr/lib/snapd/snapd >/dev/null 2>>/run/snapd.log &
  snapd=$!
  trap 'kill $snapd; wait $snapd' EXIT
  await 10 test -S /run/snapd.socket
}
