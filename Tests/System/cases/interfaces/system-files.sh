# system-files and personal-files: places that the plug names.
set_up_system_files() {
  add_plug <<'YAML'
system-files:
  read: [/etc/measured, /var/lib/measured/one]
  write: [/var/lib/measuring]
YAML
  mkdir -p /etc/measured/sub /etc/private /var/lib/measured /var/lib/measuring
  echo "measured" >/etc/measured/sub/value
  echo "one" >/var/lib/measured/one
  echo "two" >/var/lib/measured/two
  echo "private" >/etc/private/value
  echo "old" >/var/lib/measuring/kept
}

refused_system_files() {
  local path
  for path in /etc/measured/sub/value /var/lib/measured/one /var/lib/measuring/kept; do
    expect 1 'No such file|Permission denied' in_snap root 'cat "$1"' "$path"
  done
  expect 1 'No such file|Permission denied|Read-only' in_snap root 'echo lost >/var/lib/measuring/new'
}

works_system_files() {
  local who
  for who in root user; do
    expect 0 '^measured$' in_snap $who 'cat /etc/measured/sub/value'
    expect 0 '^one$' in_snap $who 'cat /var/lib/measured/one'
    # Reading is not writing, and beside what is named nothing is there.
    expect 1 'Permission denied|Read-only' in_snap $who 'echo evil >/etc/measured/sub/value'
    expect 1 'No such file|Permission denied' in_snap $who 'cat /var/lib/measured/two'
    expect 1 'No such file|Permission denied' in_snap $who 'cat /etc/private/value'
  done
  expect 0 '^old$' in_snap root 'cd /var/lib/measuring && cat kept && echo new >made && mv made moved'
  [ "$(cat /var/lib/measuring/moved)" = new ] || fail "nothing was written"
  rm /var/lib/measuring/moved
  # The modes of files hold as before.
  expect 1 'Permission denied' in_snap user 'echo new >/var/lib/measuring/made'
}

try_system_files() { proof system-files; }
