# personal-files: places in the user's home that the plug names, hidden ones too; the directories above those that may be
# written are made.
set_up_personal_files() {
  add_plug <<'YAML'
personal-files:
  read: [$HOME/.measured]
  write: [$HOME/.local/share/measuring/data, $HOME/.config/measuring]
YAML
  local home
  for home in /root /home/probe; do
    mkdir -p "$home/.measured" "$home/.config/measuring"
    echo "measured" >"$home/.measured/value"
    echo "secret" >"$home/.other"
  done
  chown -R $user:$user /home/probe
}

refused_personal_files() {
  local who home
  for who in root user; do
    home=$(home_of_user $who)
    expect 1 'No such file|Permission denied' in_snap $who 'cat "$1/.measured/value"' "$home"
    expect 1 'No such file|Permission denied|Read-only' in_snap $who 'echo lost >"$1/.config/measuring/new"' "$home"
  done
}

works_personal_files() {
  local who home
  for who in root user; do
    home=$(home_of_user $who)
    expect 0 '^measured$' in_snap $who 'cat "$1/.measured/value"' "$home"
    expect 1 'Permission denied|Read-only' in_snap $who 'echo evil >"$1/.measured/value"' "$home"
    expect 1 'No such file|Permission denied' in_snap $who 'cat "$1/.other"' "$home"
    expect 0 '^$' in_snap $who 'echo new >"$1/.config/measuring/new"' "$home"
    [ "$(cat "$home/.config/measuring/new")" = new ] || fail "nothing was written in $home"
    rm "$home/.config/measuring/new"
    # What leads to a place that may be written is there now, the user's own and nobody else's to look into.
    [ "$(stat -c %a:%u "$home/.local/share/measuring")" = "700:$(stat -c %u "$home")" ] || fail "no directory in $home"
  done
}

home_of_user() { [ "$1" = root ] && echo /root || echo /home/probe; }
try_personal_files() {
  rm -rf /root/.local/share/measuring /home/probe/.local
  proof personal-files
}
