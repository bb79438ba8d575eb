# Options of the system: each has its effect on disk or in what runs, and a change that is refused has none.
lib=$ROOT/var/lib/snapd
expect 0 '^true$' "$SNAP" get system seed.loaded
expect 0 '' timeout 20 "$SNAP" wait system seed.loaded
expect 0 "^$(uname -n)\$" "$SNAP" get system system.hostname
expect 0 '"timezone": "' "$SNAP" get -d system system

# One that is refused keeps all of them from anything.
expect 1 'homedirs|path "/nothere" does not exist' "$SNAP" set system experimental.confdb=true debug.snapd.log=true homedirs=/nothere
[ ! -e "$lib/features/confdb" ] && [ ! -e "$lib/environment/snapd.conf" ] || fail "something of a refused change is done"
expect 1 'has no "experimental(\.confdb)?"' "$SNAP" get system experimental.confdb
expect 1 'cannot set "core.bogus": unsupported system option' "$SNAP" set system bogus=1
expect 1 'refresh.metered value "x" is invalid' "$SNAP" set system refresh.metered=x

# Files that follow.
expect 0 '' "$SNAP" set system experimental.confdb=true debug.snapd.log=true
[ -e "$lib/features/confdb" ] || fail "the feature is not shown"
grep -qx 'SNAPD_DEBUG=1' "$lib/environment/snapd.conf" || fail "the daemon's environment is not written"
expect 0 '"confdb": true' "$SNAP" get -d system experimental
expect 0 '' "$SNAP" unset system experimental.confdb debug.snapd.log
[ ! -e "$lib/features/confdb" ] && [ ! -e "$lib/environment/snapd.conf" ] || fail "what is unset stays"
grep -q 'Change configuration of "core" snap' <<<"$("$SNAP" changes)" || fail "the change is not listed"

# Certificates.
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout /dev/null -out "$WORK/c.pem" \
  -subj /CN=x -days 2 2>/dev/null || fail "cannot make a certificate"
expect 0 '' "$SNAP" set system store-certs.ours="$(cat "$WORK/c.pem")" \
  pki.certs.custom.mine.content="$(cat "$WORK/c.pem")" pki.certs.custom.mine.state=blocked
openssl x509 -in "$lib/ssl/store-certs/ours.pem" -noout || fail "the certificate is not there"
[ -e "$lib/pki/v1/blocked/mine.pem" ] || fail "the certificate is not blocked"
print=$(openssl x509 -in "$WORK/c.pem" -noout -fingerprint -sha256 | cut -d= -f2 | tr -d : | tr A-F a-f)
expect 0 "^$print\$" "$SNAP" get system pki.certs.custom.mine.fingerprint
expect 1 'cannot decode pem certificate "bad"' "$SNAP" set system store-certs.bad=x
expect 0 '' "$SNAP" unset system store-certs.ours pki.certs.custom.mine.content pki.certs.custom.mine.state
[ ! -e "$lib/ssl/store-certs/ours.pem" ] && [ ! -e "$lib/pki/v1/blocked/mine.pem" ] || fail "certificates stay"

# What matters most is killed last: services that start from then on, and those of snaps that come later.
APPS='  svc:
    command: bin/forever
    daemon: simple'
expect 0 installed "$SNAP" install --dangerous "$(snap_file first 1)"
score() {
  local process
  for process in /proc/[0-9]*; do
    grep -qsa "/snap/$1/x1/bin/forever" "$process/cmdline" && { cat "$process/oom_score_adj"; return; }
  done
}
# A machine may keep even root from lowering it (CAP_SYS_RESOURCE); what the service manager is told can be seen then, too.
can_lower() { sh -c 'echo -1 >/proc/self/oom_score_adj' 2>/dev/null; }
defined() {
  if [ "$mode" = root ]; then
    grep -oE '"oomScoreAdjust":-?[0-9]+' "$lib/supervisor/services/$1".* | cut -d: -f2
  else
    sed -n 's/^OOMScoreAdjust=//p' "/etc/systemd/system/snap.$1.svc.service"
  fi
}
has_score() { [ "$(defined "$1")" = "${2#0}" ] && { ! can_lower || [ "$(score "$1")" = "$2" ]; }; }
await 10 has_score first 0
expect 0 '' "$SNAP" set system resilience.vitality-hint=other,first
expect 0 '' "$SNAP" restart first
await 10 has_score first -898
expect 0 installed "$SNAP" install --dangerous "$(snap_file other 1)"
await 10 has_score other -899
expect 1 'snapd snap vitality cannot be changed' "$SNAP" set system resilience.vitality-hint=snapd
expect 0 '' "$SNAP" unset system resilience.vitality-hint
expect 0 '' "$SNAP" restart first
await 10 has_score first 0
expect 0 removed "$SNAP" remove first other
unset APPS

# Homes elsewhere. Below a root only root runs apps, so root's home is there.
home=/data-homes/boss
APPS=''
expect 0 installed "$SNAP" install --dangerous "$(snap_file homely 1)"
mkdir -p "$ROOT$home"
if [ "$mode" = root ]; then
  sed "s#^\(root:.*\):/root:#\1:$home:#" /etc/passwd >"$WORK/passwd"
  mount --bind "$WORK/passwd" /etc/passwd
  as_boss() { "$@"; }
else
  echo "boss:x:4242:4242::$home:/bin/sh" >>/etc/passwd
  chown 4242:4242 "$home"
  as_boss() { setpriv --reuid 4242 --regid 4242 --clear-groups "$@"; }
fi
sh=$(command_of homely.sh)
expect 1 "cannot use home directory $home: it is not below /home or /root" as_boss "$sh" -c true
expect 1 'path "data-homes" is not absolute' "$SNAP" set system homedirs=data-homes
expect 1 'path "/etc/x/" uses reserved root directory' "$SNAP" set system homedirs=/etc/x
expect 0 '' "$SNAP" set system homedirs=/data-homes/
grep -qx 'homedirs=/data-homes' "$lib/system-params" || fail "programs are not told of homes"
grep -qx '@{HOMEDIRS}+="/data-homes"' "$ROOT/etc/apparmor.d/tunables/home.d/snapd" || fail "AppArmor is not told of homes"
echo secret >"$ROOT$home/secret"
expect 0 "^$home/snap/homely/x1 mine\$" as_boss "$sh" -c 'echo mine >$SNAP_USER_DATA/f; echo $HOME $(cat $HOME/f)'
[ "$(cat "$ROOT$home/snap/homely/x1/f")" = mine ] || fail "the data is not in the home"
expect 2 'No such file' as_boss "$sh" -c "ls $home/secret"
expect 0 '' as_boss "$sh" -c "[ \"\$(ls -A $home)\" = snap ]"
# A refresh copies what is in homes there.
expect 0 installed "$SNAP" install --dangerous "$(snap_file homely 2)"
expect 0 '^mine$' as_boss "$sh" -c 'cat $SNAP_USER_DATA/f'
expect 0 '' "$SNAP" unset system homedirs
[ ! -e "$lib/system-params" ] && [ ! -e "$ROOT/etc/apparmor.d/tunables/home.d/snapd" ] || fail "what is unset stays"
expect 1 'it is not below /home or /root' as_boss "$sh" -c true
expect 0 removed "$SNAP" remove homely
if [ "$mode" = root ]; then
  umount /etc/passwd
else
  sed -i '/^boss:/d' /etc/passwd
fi
rm -rf "$ROOT/data-homes"
