# Attacks on the launcher and the daemon, one for each class of holes that the reference had (docs/threats.md). The
# attacker is an ordinary user of a machine of its own; what an app can try from within is in the case `attack`.
. "$here/stage.sh"
snap_tree victim 1
chmod -R a+rX "$WORK/victim"
"$SNAP" pack --compression=gzip --filename=victim.snap "$WORK/victim" "$WORK" >/dev/null

on_stage '
  start_snapd
  snap install --dangerous /cache/core-test.snap >/dev/null
  snap install --dangerous /work/victim.snap >/dev/null
  for user in ann:4242 bob:4343; do
    echo "${user%:*}:x:${user#*:}:${user#*:}::/home/${user%:*}:/bin/sh" >>/etc/passwd
    mkdir -m 755 "/home/${user%:*}"
    chown "${user#*:}:${user#*:}" "/home/${user%:*}"
  done
  as_ann() { setpriv --reuid 4242 --regid 4242 --clear-groups "$@"; }
  as_bob() { setpriv --reuid 4343 --regid 4343 --clear-groups "$@"; }
  sh="snap run victim.sh"
  tmp=/var/lib/snapd/private-tmp/snap.victim

  # CVE-2019-11502, CVE-2021-44731, CVE-2022-3328: whoever comes first makes the place of the private /tmp.
  for place in /tmp/snap.victim /tmp/snap-private-tmp /tmp/snap.0_snap.victim_XXXXXX; do
    as_ann mkdir -m 777 "$place" "$place/tmp"
    as_ann ln -s /etc "$place/snap.victim"
  done
  as_ann $sh -c "echo ours >/tmp/mark"
  [ "$(stat -c %u:%a $tmp $tmp/tmp)" = "$(printf "0:700\n0:1777")" ] || fail "/tmp: $(stat -c %u:%a $tmp $tmp/tmp)"
  [ "$(cat $tmp/tmp/mark)" = ours ] || fail "the private /tmp is elsewhere"
  for place in /var/lib/snapd/{private-tmp,inhibit,launch,cookie,lock,snaps,void} /run/snapd/{lock,ns}; do
    # What is not there yet cannot be made first, and in what is there nothing can be put.
    as_ann mkdir -p "$place" 2>/dev/null && [ ! -d "$place" ] && fail "an ordinary user made $place"
    as_ann touch "$place/victim.lock" 2>/dev/null && fail "an ordinary user wrote into $place"
    as_ann ln -s /etc/shadow "$place/victim.ipc" 2>/dev/null && fail "an ordinary user made a link in $place"
  done

  # CVE-2026-3888: a clean-up takes the directory away, and the attacker makes it again.
  mv $tmp/tmp $tmp/gone
  install -d -o 4242 -m 777 $tmp/tmp
  umount -l /run/snapd/ns/victim*.mnt 2>/dev/null || true
  expect 1 "cannot trust .*private-tmp/snap.victim/tmp: it is not root" as_ann $sh -c true
  rm -r $tmp/tmp; ln -s /etc $tmp/tmp
  expect 1 "cannot" as_ann $sh -c true
  rm $tmp/tmp
  expect 0 "" as_ann $sh -c true
  [ "$(stat -c %u:%a $tmp/tmp)" = 0:1777 ] || fail "the private /tmp was not made again"
  grep -qx "x /var/lib/snapd/private-tmp" /stage/tmpfiles.conf || fail "clean-ups are not kept away"

  # CVE-2019-11503: the working directory is gone to again by a path that is a link by now.
  mkdir -m 700 /home/bob/private
  chown 4343:4343 /home/bob/private
  as_ann mkdir /home/ann/here
  [ "$(cd /home/ann/here && as_ann sh -c "mv ../here ../away; ln -s /home/bob/private ../here; exec $sh -c \"pwd -P\"")" \
    = /var/lib/snapd/void ] || fail "the working directory was followed through a link"

  # CVE-2021-44730: a hard link to the launcher, with helpers of the attacker beside it.
  install -d -o 4242 /usr/lib/ann
  ln /usr/lib/snapd/snap-confine /usr/lib/ann/snap-confine
  for helper in snap-update-ns snap-discard-ns snap-seccomp snap-exec snapd getent; do
    printf "#!/bin/sh\ntouch /home/ann/taken\n" >"/usr/lib/ann/$helper"
    chmod 755 "/usr/lib/ann/$helper"
  done
  umount -l /run/snapd/ns/victim*.mnt 2>/dev/null || true
  (cd /usr/lib/ann && PATH=/usr/lib/ann:$PATH as_ann ./snap-confine --home /home/ann snap.victim.sh -- /bin/true) || true
  [ ! -e /home/ann/taken ] || fail "a helper beside a linked launcher was run"

  # Races while the view is built: ~/snap/victim is a directory and a link to somewhere else, by turns.
  as_ann mkdir -p /home/ann/other/victim/common
  mkdir -p /home/bob/snap/victim/common
  echo secret >/home/bob/snap/victim/common/secret
  chown -R 4343:4343 /home/bob/snap
  setpriv --reuid 4242 --regid 4242 --clear-groups sh -c "cd /home/ann/snap; while :; do mv victim v 2>/dev/null; ln -sn /home/bob/snap/victim victim; rm -f victim; mv v victim; \
    done" 2>/dev/null &
  racer=$!
  for round in $(seq 60); do
    umount -l /run/snapd/ns/victim*.mnt 2>/dev/null || true
    as_ann /usr/lib/snapd/snap-confine --home /home/ann snap.victim.sh -- /bin/sh -c \
      "cat /home/ann/snap/victim/common/secret; exit 0" >>/run/raced 2>/dev/null && launched=1 || lost=1
  done
  # Both sides of the race must have been seen.
  [ "${launched:-0}${lost:-0}" = 11 ] || fail "there was no race: launched ${launched:-0}, lost ${lost:-0}"
  kill $racer; wait $racer 2>/dev/null || true
  [ ! -s /run/raced ] || fail "a race showed another user her data"
  rm -rf /home/ann/snap/victim /home/ann/snap/v

  # CVE-2019-7304: the name of the peer is taken for a part of what the kernel says about it.
  cat >/run/dirty.pl <<"PERL"
use Socket;
socket(my $end, PF_UNIX, SOCK_STREAM, 0) or die;
bind($end, sockaddr_un($ARGV[0])) or die "cannot bind: $!";
connect($end, sockaddr_un("/run/snapd.socket")) or die "cannot connect: $!";
my $body = q({"action":"remove"});
syswrite $end, "POST /v2/snaps/victim HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
  . "Content-Type: application/json\r\nContent-Length: " . length($body) . "\r\n\r\n$body";
print scalar <$end>;
PERL
  for name in "/tmp/sock;uid=0;" "/tmp/x;pid=1;uid=0;socket=snapd;" "/tmp/uid=0"; do
    answer=$(as_ann perl /run/dirty.pl "$name")
    grep -Eq " (401|403) " <<<"$answer" || fail "as $name: $answer"
  done
  snap list victim >/dev/null

  # CVE-2024-5138: words that say root, from somebody who is not.
  for words in "remove victim" "install --dangerous /work/victim.snap" "remove --purge victim" \
    "debug confinement --prove"; do
    as_ann snap $words >/dev/null 2>&1 && fail "an ordinary user may: snap $words"
    # What looks like a request for help must not be taken for one by the check and for the deed by the command.
    for disguise in "-h --" "-- -h" "--help=false" "-h=0"; do
      as_ann snap $words $disguise 2>&1 | grep -Eq "^(victim .*(installed|removed)|refused )" \
        && fail "an ordinary user may: snap $words $disguise"
    done
  done
  expect 1 "only root may choose one" as_ann /usr/lib/snapd/snap-confine --root / snap.victim.sh -- /bin/true
  [ "$(SNAPPY_GLOBAL_ROOT=/home/ann as_ann $sh -c "echo \$SNAP")" = /snap/victim/x1 ] || fail "a user chose the root"
  snap list victim >/dev/null

  # CVE-2016-1580: a name that begins like that of the OS snap.
  mkdir -p /work/core-like/meta
  printf "name: core-like\nversion: 1\nbase: core\nsummary: x\ndescription: x\n" >/work/core-like/meta/snap.yaml
  snap pack --compression=gzip --filename=like.snap /work/core-like /work >/dev/null
  snap install --dangerous /work/like.snap >/dev/null
  [ "$(as_ann $sh -c "ls -d /usr/bin/env")" = /usr/bin/env ] || fail "another snap is the base"
  snap remove core-like >/dev/null

  # CVE-2020-11934, CVE-2020-27348 and what else comes with the environment.
  as_ann mkdir /home/ann/lib
  environment=$(SNAP=/home/ann SNAP_NAME=core SNAP_DATA=/etc SNAP_INSTANCE_NAME=core SNAP_COOKIE=x LD_LIBRARY_PATH=:/home/ann/lib \
    LD_PRELOAD=/home/ann/x.so XDG_RUNTIME_DIR=/run/user/0 HOME=/root PATH=/home/ann:$PATH SNAP_SAVED_LD_PRELOAD=/home/ann/y.so \
    as_ann $sh -c env)
  for wrong in SNAP=/home/ann SNAP_NAME=core SNAP_DATA=/etc SNAP_INSTANCE_NAME=core SNAP_COOKIE=x LD_PRELOAD= \
    HOME=/root PATH=/home/ann XDG_RUNTIME_DIR=/run/user/0 LD_LIBRARY_PATH=:; do
    grep -q "^$wrong" <<<"$environment" && fail "$wrong crossed the boundary"
  done
  # The launcher trusts none of it either: what it opens is named by the plan.
  expect 1 "cannot open home directory|belongs to another user|not below|cannot open /home/bob" \
    as_ann /usr/lib/snapd/snap-confine --home /home/bob snap.victim.sh -- /bin/true

  # CVE-2021-3155: ~/snap is for its user alone, also when it was open before.
  as_ann chmod 755 /home/ann/snap
  as_ann $sh -c true
  [ "$(stat -c %a /home/ann/snap)" = 700 ] || fail "~/snap has mode $(stat -c %a /home/ann/snap)"
  as_bob ls /home/ann/snap >/dev/null 2>&1 && fail "~/snap can be listed by others"

  # CVE-2024-29069: an icon that is a link, and a desktop file that is one.
  mkdir -p /work/linked/meta/gui
  printf "name: linked\nversion: 1\nbase: core\nsummary: x\ndescription: x\n" >/work/linked/meta/snap.yaml
  ln -s /etc/shadow /work/linked/meta/gui/icon.png
  ln -s /etc/shadow /work/linked/meta/gui/linked.desktop
  chmod -R a+rX /work/linked
  mksquashfs /work/linked /work/linked.snap -noappend -quiet -no-progress >/dev/null
  if snap install --dangerous /work/linked.snap >/dev/null 2>&1; then
    curl -sS --unix-socket /run/snapd.socket http://x/v2/icons/linked/icon | grep -q root: && fail "the icon leads out"
    grep -rqs "^root:" /var/lib/snapd/desktop && fail "the desktop file leads out"
    snap remove linked >/dev/null
  fi
  ! grep -rqsl "^root:" /var/lib/snapd/desktop || fail "the desktop file leads out"

  # A lock or a hint that is a link, put there while nobody looked: root does not write through it.
  echo precious >/run/precious
  rm -f /run/snapd/lock/victim.lock
  ln -s /run/precious /run/snapd/lock/victim.lock
  expect 1 "cannot open lock victim.lock" as_ann $sh -c true
  rm /run/snapd/lock/victim.lock
  [ "$(cat /run/precious)" = precious ] || fail "a lock was written through a link"
  snap remove victim core >/dev/null
'
