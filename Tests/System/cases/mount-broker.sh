# Mounts that a plug describes, made by the keeper beside the app: what is described works, nothing else does, however it
# is asked for, and the app is kept from files by Landlock as any other.
. "$here/stage.sh"

on_stage '
  start_snapd
  snap install --dangerous /cache/core-test.snap >/dev/null
  tree=/work/mounter
  mkdir -p "$tree/meta" "$tree/bin"
  cp /usr/lib/snapd/snap-probe "$tree/bin/"
  printf "#!/bin/sh\nexec /bin/bash \"\$@\"\n" >"$tree/bin/sh"
  # call NAME ARGUMENT...: the system call itself; says what it answers. A number is one, all else is a text.
  cat >"$tree/bin/call" <<"PERL"
#!/usr/bin/perl
my %numbers = (mount => [165, 40], umount2 => [166, 39], fsopen => [430, 430], landlock_create_ruleset => [444, 444]);
my $number = $numbers{shift @ARGV}[`uname -m` =~ /x86_64/ ? 0 : 1];
if ($ARGV[0] =~ /^user=([0-9]+)/) { shift; $> = $1; $> == $1 or die "cannot become $1: $!"; }
my @words = map { /^[0-9]+$/ ? $_ + 0 : s/^long$/"x" x 5000/er } @ARGV;
my $result = syscall($number, @words);
print $result >= 0 ? "worked\n" : ($! + 0) . " $!\n";
exit($result >= 0 ? 0 : 1);
PERL
  cat >"$tree/bin/serve" <<"SERVE"
#!/bin/bash
cd "$SNAP_COMMON"
# systemd signals processes for as long as it finds new ones: an umount that has just begun may be among them.
leave() {
  for try in 1 2 3 4 5; do
    umount any/service
    [ -e any/service/mounted ] || { : >unmounted; exit 0; }
  done
}
trap leave TERM
mkdir -p any/service
mount -t tmpfs -o rw,nosuid,nodev none any/service && touch any/service/mounted mounted
while :; do sleep 0.05; done
SERVE
  chmod 755 "$tree"/bin/*
  cat >"$tree/meta/snap.yaml" <<"YAML"
name: mounter
version: 1
summary: Mounts
description: Mounts
system-usernames: {snap_daemon: shared}
plugs:
  mount-control:
    mount:
      - {what: none, where: $SNAP_COMMON/mnt, type: [tmpfs], options: [rw, nosuid, nodev, size]}
      - {what: none, where: $SNAP_COMMON/any/**, type: [tmpfs], options: [rw, nosuid, nodev]}
      - {what: "/var/snap/mounter/common/from*", where: $SNAP_COMMON/to, options: [bind, rw]}
      - {what: "/var/snap/mounter/common/from*", where: $SNAP_COMMON/ro, options: [bind, ro]}
      - {what: "/dev/loop*", where: $SNAP_COMMON/disk, type: [ext4], options: [rw, nosuid, nodev]}
apps:
  sh: {command: bin/sh}
  serve: {command: bin/serve, daemon: simple, install-mode: disable}
YAML
  snap pack --compression=gzip --filename=mounter.snap "$tree" /work >/dev/null
  snap install --dangerous /work/mounter.snap >/dev/null
  echo "probe:x:4242:4242::/home/probe:/bin/sh" >>/etc/passwd
  mkdir /home/probe
  chown 4242:4242 /home/probe

  common=/var/snap/mounter/common
  # in_snap SCRIPT: a shell of the snap, as root, in its own data.
  in_snap() { (cd / && snap run mounter.sh -c "cd $common && PATH=\$SNAP/bin:\$PATH && { $1; }"); }
  refused="[Pp]ermission denied|not permitted|must be superuser"
  # denied WHAT SCRIPT: the script, which mounts, is refused, and nothing is mounted by it.
  denied() {
    local before after
    before=$(in_snap "cat /proc/self/mountinfo | wc -l")
    if output=$(in_snap "$2" 2>&1); then fail "may $1: $output"; fi
    grep -Eq "$refused" <<<"$output" || fail "$1: is not refused but: $output"
    after=$(in_snap "cat /proc/self/mountinfo | wc -l")
    [ "$before" = "$after" ] || fail "$1: has mounted something"
  }
  in_snap "mkdir -p mnt any/a any/b from1 from2 to ro disk other deep/mnt; echo 1 >from1/file; ln -s other link; ln -s from1 from-link"

  # Without a connection nobody mounts, and there is no keeper.
  denied "mount without a connection" "mount -t tmpfs -o rw,nosuid,nodev none mnt"
  keepers() { for exe in /proc/[0-9]*/exe; do readlink "$exe"; done 2>/dev/null | grep -c "snap-confine" || true; }
  [ "$(keepers)" = 0 ] || fail "there is a keeper of nothing"
  snap connect mounter:mount-control

  # What is described, by absolute and relative paths, stays for other launches of the snap, and is not the machine s.
  options="-o rw,nosuid,nodev"
  expect 0 "^tmpfs$" in_snap "mount -t tmpfs $options none $common/mnt && stat -f -c %T mnt && echo 1 >mnt/file"
  expect 0 "^1$" in_snap "cat mnt/file"
  ! grep -q "$common/mnt" /proc/self/mountinfo || fail "the mount is on the host"
  expect 0 "^$" in_snap "umount $common/mnt"
  expect 0 "size=64k" in_snap "cd any && mount -t tmpfs $options,size=64k none ../mnt && grep common/mnt /proc/self/mounts; umount ../mnt"
  expect 0 "^tmpfs$" in_snap "mount -t tmpfs $options none any/a && stat -f -c %T any/a && umount any/a"
  expect 0 "^1$" in_snap "mount --bind from1 to && cat to/file && umount to"
  expect 0 "^1$" in_snap "mount --bind from-link to && cat to/file && umount to"
  expect 0 "Read-only" in_snap "mount -o bind,ro from1 ro && cat ro/file && ! touch ro/x && umount ro"
  # By the very calls, without a program that looks first.
  expect 0 "^worked$" in_snap "call mount none $common/mnt tmpfs 6 0"
  expect 0 "^worked$" in_snap "call umount2 $common/mnt 0"
  # The newer calls are not there: programs fall back.
  expect 1 "^38 " in_snap "call fsopen tmpfs 0"

  # Everything else.
  denied "mount elsewhere" "mount -t tmpfs $options none other"
  denied "mount at the name in another place" "cd deep && mount -t tmpfs $options none mnt"
  denied "mount through dots" "mount -t tmpfs $options none $common/mnt/../other"
  denied "mount through a link" "mount -i -t tmpfs $options none link"
  denied "mount through a link, by the call" "call mount none $common/link tmpfs 6 0"
  in_snap "rmdir any/b && ln -s ../other any/b"
  denied "mount where a described name leads" "call mount none $common/any/b tmpfs 6 0"
  denied "leave through a described directory" "mount -i -t tmpfs $options none any/../other"
  denied "mount on the root" "mount -t tmpfs $options none /"
  denied "mount with set-user-id" "mount -t tmpfs -o rw,nodev none mnt"
  denied "mount with devices" "mount -t tmpfs -o rw,nosuid none mnt"
  denied "mount read-only" "mount -t tmpfs -o ro,nosuid,nodev none mnt"
  denied "give an option that is not described" "mount -t tmpfs $options,mode=700 none mnt"
  denied "mount another type" "mount -t ramfs $options none mnt"
  denied "mount proc" "mount -t proc $options none mnt"
  denied "mount an overlay" "mount -t overlay $options,lowerdir=/,upperdir=from1,workdir=from2 none mnt"
  denied "mount from another source" "mount -t tmpfs $options something mnt"
  denied "bind another source" "mount --bind other to"
  denied "bind /proc" "mount --bind /proc to"
  denied "bind the root" "mount --rbind / to"
  in_snap "ln -s /proc from-proc"
  denied "bind /proc through a link" "call mount $common/from-proc $common/to 0 4096 0"
  denied "bind recursively" "mount --rbind from1 to"
  denied "remount" "mount -o remount,rw,exec /"
  denied "make something writable" "mount -o remount,bind,rw /usr"
  denied "move a mount" "call mount /proc $common/to 0 8192 0"
  denied "change how mounts spread" "mount --make-shared /"
  denied "give flags that nobody knows" "call mount none $common/mnt tmpfs $((6 | 1 << 40)) 0"
  denied "unmount what is not described" "umount -l /proc"
  denied "unmount the root" "umount -l /"
  # A read-only one is not made writable again, nor what is below a described place changed by others.
  denied "undo what is read-only" "mount -o bind,ro from1 ro; mount -o remount,bind,rw ro || { umount ro; exit 1; }"
  # A mount is where it was made, whatever becomes of names.
  expect 0 "busy" in_snap "mount -t tmpfs $options none mnt; mv mnt moved 2>&1; umount mnt"
  denied "mount from a process without root" "call mount user=584788 none $common/mnt tmpfs 6 0"
  # An address that is none, and a text without an end.
  expect 1 "^14 " in_snap "call mount 0 4096 0 0 0"
  expect 1 "^36 " in_snap "call mount none long tmpfs 6 0"

  # Ordinary users mount nothing, and have no keeper.
  expect 1 "$refused" sh -c "cd / && setpriv --reuid 4242 --regid 4242 --clear-groups env HOME=/home/probe \
    snap run mounter.sh -c \"mount -t tmpfs $options none $common/mnt || exit 1\""

  # Landlock holds for the app, and the power to mount is not its own.
  status=$(in_snap "cat /proc/self/status")
  bounding=$(awk "\$1 == \"CapBnd:\" {print \$2}" <<<"$status")
  [ $((0x$bounding >> 21 & 1)) = 0 ] || fail "the app has cap_sys_admin"
  expect 1 "Permission denied" in_snap "echo x >/proc/sys/kernel/hostname || exit 1"
  expect 1 "Permission denied|No such file" in_snap "cat /var/lib/snapd/state.json /var/lib/snapd/cookie/snap.mounter 2>&1 || exit 1"
  if "$tree/bin/call" landlock_create_ruleset 0 0 1 >/dev/null; then
    mkdir -p /var/snap/mounter/x99
    echo secret >/var/snap/mounter/x99/file
    expect 1 "Permission denied" in_snap "echo x >/var/snap/mounter/x99/file || exit 1"
  fi

  # Races: texts that change while they are read, links and directories that change names.
  in_snap "snap-probe races $common/mnt $common/oth" >/work/races || fail "a race was won: $(cat /work/races)"


  # A service mounts when it starts, and takes it away when it is told to stop.
  snap start mounter.serve >/dev/null
  await 10 test -e $common/mounted
  expect 0 "^any/service/mounted$" in_snap "ls any/service/mounted"
  snap stop mounter.serve >/dev/null
  [ -e $common/unmounted ] || fail "the service could not unmount when it was stopped"
  no_keeper() { [ "$(keepers)" = 0 ]; }
  await 10 no_keeper

  # Who runs on has no more than what is connected now.
  (cd / && snap run mounter.sh -c "cd $common; echo \$\$ >pid; until [ -e go ]; do sleep 0.02; done
    mount -t tmpfs $options none mnt >said 2>&1; echo \$? >>said; touch done; exec sleep 1000") &
  await 10 test -s $common/pid
  [ "$(keepers)" = 1 ] || fail "there is no keeper"
  snap disconnect mounter:mount-control
  touch $common/go
  await 10 test -e $common/done
  grep -Eq "$refused" $common/said || fail "after disconnect: $(cat $common/said)"
  # And again, when it is connected: the keeper follows the plan.
  snap connect mounter:mount-control
  pid=$(cat $common/pid)
  kill "$pid"
  await 10 no_keeper

  # Without its keeper an app mounts nothing, and does not hang.
  (cd / && snap run mounter.sh -c "cd $common; rm -f go said done; echo \$\$ >pid2; until [ -e go ]; do sleep 0.02; done
    \$SNAP/bin/call mount none $common/mnt tmpfs 6 0 >said; touch done") &
  await 10 test -s $common/pid2
  for exe in /proc/[0-9]*/exe; do
    case $(readlink "$exe" 2>/dev/null) in *snap-confine) kill -KILL "$(cut -d/ -f3 <<<"$exe")" ;; esac
  done
  touch $common/go
  await 10 test -e $common/done
  grep -q "^38 " $common/said || fail "without a keeper: $(cat $common/said)"
  wait %2 %3 2>/dev/null || true
  snap remove mounter >/dev/null
'
