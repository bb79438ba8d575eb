# The whole attack suite (Sources/snap-probe) from within: as a service, as a command of root's and of an ordinary
# user's, on an OS snap and on a base that holds nothing. Strict refuses every probe. In devmode, where nothing is
# enforced, each must work: a probe that fails there too proves nothing, so those that do are listed here with the reason.
. "$here/stage.sh"

# What fails without confinement as well, and why. On a machine where it works, it may.
impossible() {
  case $1 in
    "use a descriptor that was inherited") echo "the launcher closes them for every snap" ;;
    "load another kernel" | "load a kernel module" | "unload a kernel module" | "use the machine's ports" | \
      "make a socket of the kernel's ciphers" | "write the kernel's trigger" | *" x32 call")
      echo "the test machine's kernel is built without" ;;
    "leave through /proc/1/root" | "enter the first process's mount namespace")
      [ "$2" = 4242 ] && echo "the first process is root's" ;;
    "change the process's memory layout" | "raise a hard limit")
      [ ! -e "$WORK/has-sys-resource" ] && echo "root of the test machine lacks cap_sys_resource" ;;
    "write into /sys") [ -e "$WORK/has-fixed-sys" ] && echo "the container's /sys is read-only" ;;
    "leave through a directory on standard input")
      [ "$2" = service ] && echo "a service's standard input is /dev/null" ;;
    *) false ;;
  esac
}
capabilities=$(awk '$1 == "CapEff:" {print $2}' /proc/self/status)
[ $((0x$capabilities >> 24 & 1)) = 0 ] || touch "$WORK/has-sys-resource"
[ ! -d /run/systemd/system ] || touch "$WORK/has-fixed-sys"

on_stage '
  start_snapd
  snap install --dangerous /cache/core-test.snap >/dev/null
  echo "probe:x:4242:4242::/home/probe:/bin/sh" >>/etc/passwd
  mkdir /home/probe
  chown 4242:4242 /home/probe

  # A base that holds nothing but places.
  mkdir -p /work/bare/meta
  for place in bin dev etc home lib lib64 media mnt proc root run sbin snap sys tmp usr/lib/snapd var/lib/snapd var/log \
    var/snap var/tmp; do mkdir -p "/work/bare/$place"; done
  printf "name: bare-probe\nversion: 1\ntype: base\nsummary: Nothing\ndescription: Nothing\n" >/work/bare/meta/snap.yaml
  snap pack --compression=gzip --filename=bare.snap /work/bare /work >/dev/null
  snap install --dangerous /work/bare.snap >/dev/null

  # attacker BASE: the snap that attacks, on a base.
  attacker() {
    local tree=/work/attacker
    rm -rf "$tree"
    mkdir -p "$tree/meta" "$tree/bin"
    cp /usr/lib/snapd/snap-probe "$tree/bin/"
    cp /run/targets.0.txt "$tree/targets"
    chmod 755 "$tree/bin/snap-probe"
    cat >"$tree/meta/snap.yaml" <<YAML
name: attacker
version: 1
base: $1
summary: Attacks
description: Attacks
apps:
  run: {command: bin/snap-probe attack --reasons}
  service: {command: bin/snap-probe service, daemon: oneshot}
YAML
    snap pack --compression=gzip --filename=attacker.snap "$tree" /work >/dev/null
  }

  # plant UID: targets for attackers of that user; they stay until the stage ends.
  plant() {
    mkfifo "/run/plant.$1"
    /usr/lib/snapd/snap-probe plant "directory=/run/targets.$1" "uid=$1" data=/var/snap home=/home sockets=1 \
      <"/run/plant.$1" >"/run/targets.$1.txt" &
    eval "exec 2$(($1 % 10))>\"/run/plant.\$1\""
    await 10 grep -q victim= "/run/targets.$1.txt"
  }
  plant 0
  plant 4242
  /usr/lib/snapd/snap-probe list >/work/list

  as() { if [ "$1" = 0 ]; then shift; "$@"; else setpriv --reuid "$1" --regid "$1" --clear-groups "${@:2}"; fi; }
  for base in core bare-probe; do
    attacker $base
    for mode in --dangerous --devmode; do
      snap install --dangerous $mode /work/attacker.snap >/dev/null
      for uid in 0 4242; do
        as $uid snap run attacker.run $(cat /run/targets.$uid.txt) </run/targets.$uid 9</etc \
          >"/work/report.$base.$mode.$uid" || true
      done
      await 30 test -e /var/snap/attacker/common/report
      cp /var/snap/attacker/common/report "/work/report.$base.$mode.service"
      snap remove --purge attacker >/dev/null
    done
  done
'

# What only root could do anywhere says nothing about an ordinary user's devmode.
privileged=$(awk -F'\t' '$1 == "root" {print $3}' "$WORK/list")
count=$(wc -l <"$WORK/list")
for base in core bare-probe; do
  for who in 0 4242 service; do
    strict=$WORK/report.$base.--dangerous.$who
    devmode=$WORK/report.$base.--devmode.$who
    for report in "$strict" "$devmode"; do
      [ "$(wc -l <"$report")" = "$count" ] || fail "$report has not $count probes: $(tail -3 "$report")"
    done
    while read -r line; do
      case $line in
        'refused    '*) continue ;;
        'not tried  leave through a directory on standard input: '*) [ $who != service ] || continue ;;
      esac
      fail "strict, base $base, $who: $line"
    done <"$strict"
    while read -r line; do
      case $line in ALLOWED*) continue ;; esac
      probe=${line#*  }
      probe=$(sed 's/^ *//; s/: .*//' <<<"$probe")
      [ $who != 4242 ] || ! grep -Fqx "$probe" <<<"$privileged" || continue
      impossible "$probe" $who >/dev/null || fail "devmode, base $base, $who: the probe does not work: $line"
    done <"$devmode"
  done
done


# The same by the command, in a sandbox that it makes by itself and takes away.
expect 0 '^strict$' "$SNAP" debug confinement
expect 0 "^$count refused, 0 allowed, 0 not tried$" "$SNAP" debug confinement --prove
! ls "$ROOT/run/snapd" | grep -q prove || fail "the proof left its place behind"
! pgrep -f "snap-probe plant directory=$ROOT/run" >/dev/null || fail "the proof left a process behind"
expect 1 'cannot prove confinement: not root' setpriv --reuid 4242 --regid 4242 --clear-groups \
  "$SNAP" debug confinement --prove
