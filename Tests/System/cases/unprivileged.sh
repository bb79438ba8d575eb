# Launching without privilege (docs/unprivileged.md): a launcher without file capabilities, started by an ordinary user, by
# root of a container that keeps capabilities back, and within a user namespace. The attack suite runs from within.
. "$here/stage.sh"

on_stage '
  start_snapd
  snap install --dangerous /cache/core-test.snap >/dev/null
  echo "probe:x:4242:4242::/home/probe:/bin/bash" >>/etc/passwd
  mkdir /home/probe
  chown 4242:4242 /home/probe
  setcap -r /usr/lib/snapd/snap-confine 2>/dev/null || true
  [ -z "$(getcap /usr/lib/snapd/snap-confine)" ] || fail "the launcher has capabilities still"
  user() { setpriv --reuid 4242 --regid 4242 --clear-groups "$@"; }

  tree=/work/attacker
  mkdir -p "$tree/meta" "$tree/bin"
  cp /usr/lib/snapd/snap-probe "$tree/bin/"
  printf "#!/bin/sh\nexec /bin/sh \"\$@\"\n" >"$tree/bin/sh"
  mkfifo /run/plant
  /usr/lib/snapd/snap-probe plant directory=/run/targets uid=4242 data=/var/snap home=/home sockets=1 </run/plant >/run/targets.txt &
  exec 8>/run/plant
  await 10 grep -q victim= /run/targets.txt
  cp /run/targets.txt "$tree/targets"
  chmod 755 "$tree"/bin/*
  cat >"$tree/meta/snap.yaml" <<YAML
name: attacker
version: 1
base: core
summary: Attacks
description: Attacks
apps:
  run: {command: bin/snap-probe attack --reasons}
  sh: {command: bin/sh}
YAML
  snap pack --compression=gzip --filename=attacker.snap "$tree" /work >/dev/null
  snap install --dangerous /work/attacker.snap >/dev/null
  echo secret >/var/snap/attacker/common/roots
  chmod 600 /var/snap/attacker/common/roots

  # It works, and nothing is left behind.
  mounts=$(wc -l </proc/self/mountinfo)
  expect 0 "^4242 mine$" user snap run attacker.sh -c "echo mine >\$SNAP_USER_DATA/x && echo \$(id -u) \$(cat \$SNAP_USER_DATA/x)"
  expect 0 "^none$" user snap run attacker.sh -c "cat /var/snap/attacker/common/roots 2>/dev/null || echo none"
  expect 0 "^no cookie$" user snap run attacker.sh -c "echo \${SNAP_COOKIE:-no cookie}"
  [ "$(wc -l </proc/self/mountinfo)" = "$mounts" ] || fail "mounts are left"
  [ ! -e /run/snapd/ns/attacker.4242.mnt ] || fail "a namespace is kept"
  status=$(user snap run attacker.sh -c "cat /proc/self/status")
  grep -Eq "^NoNewPrivs:\s+1" <<<"$status" && grep -Eq "^Seccomp:\s+2" <<<"$status" && grep -Eq "^CapPrm:\s+0+$" <<<"$status" \
    || fail "not confined: $status"

  # The daemon sees what runs, though no namespace of it is kept.
  user snap run attacker.sh -c "exec sleep 1000" &
  await 10 pgrep -u 4242 -x sleep
  expect 1 "has running apps" snap install --dangerous /work/attacker.snap
  pkill -u 4242 -x sleep
  wait $! || true

  # The attack suite.
  /usr/lib/snapd/snap-probe list >/work/list
  user snap run attacker.run $(cat /run/targets.txt) </run/targets 9</etc >/work/report.user || true
  # Within a user namespace, where the user is root. There is no home of that root here: the launcher itself.
  user snap run attacker.sh -c env | grep -E "^(SNAP|XDG_|HOME=|TMPDIR=)" >/work/environment
  user env $(cat /work/environment) unshare -Ur /usr/lib/snapd/snap-confine --home /home/probe \
    snap.attacker.run -- /snap/attacker/x1/bin/snap-probe attack --reasons $(cat /run/targets.txt) </run/targets 9</etc \
    >/work/report.nested || true
  # Root of the machine, with less than the launcher needs.
  setpriv --bounding-set -sys_admin snap run attacker.run $(cat /run/targets.txt) </run/targets 9</etc >/work/report.root || true

  # Machines that do not let users make namespaces say so, in one sentence.
  closed() {
    user unshare -Ur bash -c "echo 0 >/proc/sys/user/max_user_namespaces
      exec /usr/lib/snapd/snap-confine --home /home/probe snap.attacker.sh -- /bin/true"
  }
  expect 1 "^cannot launch snap.attacker.sh: snap-confine lacks privilege .* and cannot make a user namespace instead: user.max_user_namespaces is 0$" closed

  # What runs can be ended with the snap.
  user snap run attacker.sh -c "exec sleep 1000" &
  await 10 pgrep -u 4242 -x sleep
  snap remove --purge --terminate attacker >/dev/null
  ended=0
  wait $! || ended=$?
  [ $ended = 137 ] || fail "the app of a removed snap ended with $ended"
'

# What differs from a launch with privilege; docs/unprivileged.md says why.
documented() {
  case $1 in
    "see a process of the host" | "read another process's command line") ;;
    *) false ;;
  esac
}
count=$(wc -l <"$WORK/list")
for who in user nested root; do
  report=$WORK/report.$who
  [ "$(wc -l <"$report")" = "$count" ] || fail "$report has not $count probes: $(tail -3 "$report")"
  while read -r line; do
    case $line in
      'refused    '*) continue ;;
    esac
    probe=${line#*  }
    probe=$(sed 's/^ *//; s/: .*//' <<<"$probe")
    documented "$probe" || fail "$who: $line"
  done <"$report"
done
