# system-usernames: made once with the numbers that are the same everywhere, usable by who declares them and by nobody
# else, and never taken away. On a stage, as it changes the machine's users.
. "$here/stage.sh"

on_stage '
  start_snapd
  snap install --dangerous /cache/core-test.snap >/dev/null
  clean() { grep -v -e ^_daemon_: -e ^snap_daemon: -e ^snapd-range- "$1" >"$1.new" && cat "$1.new" >"$1"; rm "$1.new"; }
  for file in passwd group shadow gshadow; do [ ! -e /etc/$file ] || clean /etc/$file; done
  make() {
    EXTRA=${2:+"system-usernames: {$2: shared}"} snap_file "$1" 1 >/dev/null
    echo "$WORK/$1_1.snap"
  }
  plain=$(make plain "")
  with=$(make with _daemon_)
  old=$(make old snap_daemon)

  # Somebody else has the number: nothing is written.
  before=$(cat /etc/passwd)
  echo "taken:x:584792:" >>/etc/group
  expect 1 "cannot ensure users for snap \"with\" required system username \"_daemon_\": groupadd failed with: groupadd: GID .584792. already exists" \
    snap install --dangerous "$with"
  sed -i /^taken:/d /etc/group
  echo "_daemon_:x:99:" >>/etc/group
  expect 1 "cannot add user/group \"_daemon_\": group exists and user does not" snap install --dangerous "$with"
  sed -i /^_daemon_:/d /etc/group
  [ "$before" = "$(cat /etc/passwd)" ] || fail "users were made for a snap that was refused"
  EXTRA="system-usernames: {root: shared}" snap_tree bad 1
  expect 1 "requires unsupported system username \"root\"" snap pack "$WORK/bad" "$WORK"

  expect 0 installed snap install --dangerous "$with"
  getent passwd _daemon_ | grep -Eq "^_daemon_:[^:]*:584792:584792:[^:]*:/nonexistent:" || fail "$(getent passwd _daemon_)"
  getent group _daemon_ | grep -q ":584792:" || fail "no group"
  getent passwd snapd-range-524288-root | grep -q ":524288:524288:" || fail "the range is not marked"
  [ "$(grep -c "^_daemon_:" /etc/shadow)" = 1 ] || fail "no entry in shadow"
  # Seen and usable inside, for root.
  expect 0 "^_daemon_:" /snap/bin/with.sh -c "grep ^_daemon_: /etc/passwd"
  expect 0 "^584792:584792 " /snap/bin/with.sh -c \
    "touch \$SNAP_COMMON/own && chown _daemon_:_daemon_ \$SNAP_COMMON/own && stat -c \"%u:%g %n\" \$SNAP_COMMON/own"
  become() { /snap/bin/with.sh -c "perl -MPOSIX -e \"setgid($1) and setuid($1) or die qq(refused: \\\$!\\n); print geteuid(), qq(\\n)\""; }
  expect 0 "^584792$" become 584792
  expect 1 "refused: Operation not permitted" become 1
  expect 1 "Operation not permitted" /snap/bin/with.sh -c "chown 1:1 \$SNAP_COMMON/own"
  # Who has not declared it, has not got it.
  expect 0 installed snap install --dangerous "$plain"
  expect 1 "Operation not permitted" /snap/bin/plain.sh -c "touch \$SNAP_COMMON/own && chown 584792:584792 \$SNAP_COMMON/own"
  expect 0 installed snap install --dangerous "$old"
  expect 0 "^584788 " /snap/bin/old.sh -c "touch \$SNAP_COMMON/own && chown snap_daemon \$SNAP_COMMON/own && stat -c \"%u %n\" \$SNAP_COMMON/own"

  # Again: the same; and they stay.
  users=$(cat /etc/passwd)
  expect 0 removed snap remove with old plain
  expect 0 installed snap install --dangerous "$with"
  [ "$users" = "$(cat /etc/passwd)" ] || fail "users were made twice"
  snap remove with >/dev/null

  # Where there are no programs for it, the files are written.
  for file in passwd group shadow gshadow; do [ ! -e /etc/$file ] || clean /etc/$file; done
  for program in useradd groupadd; do mount --bind /dev/null /usr/sbin/$program; done
  expect 0 installed snap install --dangerous "$with"
  grep -q "^_daemon_:x:584792:584792::/nonexistent:/bin/false$" /etc/passwd || fail "not written"
  [ ! -e /etc/passwd.lock ] && [ ! -e /etc/group.lock ] || fail "a lock is left"
  expect 0 "^_daemon_:" /snap/bin/with.sh -c "grep ^_daemon_: /etc/passwd"
  snap remove with core >/dev/null
'
