# The whole attack suite (Sources/snap-probe) from within: as a service, as a command of root's and of an ordinary
# user's, on an OS snap and on a base that holds nothing. Strict refuses every probe. In devmode, where nothing is
# enforced, each must work: a probe that fails there too proves nothing, so those that do are listed here with the reason.
. "$here/stage.sh"

# What fails without confinement as well, and why.
cat >"$WORK/impossible" <<'LIST'
leave through /proc/1/root|the stage's first process is bash: it is there, but see below
LIST

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
wc -l "$WORK"/report.*
for f in "$WORK"/report.*; do echo "== $f"; case $f in *devmode*) grep -v ^ALLOWED $f;; *) grep -v ^refused $f;; esac; done
fail debug
