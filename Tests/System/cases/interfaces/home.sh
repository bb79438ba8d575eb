# home: files of the user's own, but for hidden ones and programs.
set_up_home() {
  add_plug <<<"home: null"
  local home
  for home in /root /home/probe; do
    mkdir -p "$home/.ssh" "$home/bin" "$home/Documents"
    echo "notes of $home" >"$home/notes.txt"
    echo "secret" >"$home/.ssh/id"
    echo "letter" >"$home/Documents/letter.txt"
  done
  chown -R $user:$user /home/probe
}

refused_home() {
  local who home
  for who in root user; do
    home=$(home_of $who)
    expect 1 'No such file or directory|Permission denied' in_snap $who 'cat "$1/notes.txt"' "$home"
    # A home of the view's own is read-only.
    expect 1 'Permission denied|Read-only file system|No such file' in_snap $who 'echo lost >"$1/notes.txt"' "$home"
    [ "$(cat "$home/notes.txt")" = "notes of $home" ] || fail "the notes of $home were changed"
  done
}

works_home() {
  local who home
  for who in root user; do
    home=$(home_of $who)
    expect 0 "^notes of $home\$" in_snap $who 'cat "$1/notes.txt"' "$home"
    expect 0 '^$' in_snap $who 'echo changed >"$1/notes.txt"' "$home"
    [ "$(cat "$home/notes.txt")" = changed ] || fail "the notes of $home are as before"
    # In a directory that was there, files can be made and removed.
    expect 0 '^letter$' in_snap $who 'cat "$1/Documents/letter.txt" && echo new >"$1/Documents/new.txt"' "$home"
    expect 0 '^new$' in_snap $who 'cat "$1/Documents/new.txt" && rm "$1/Documents/new.txt"' "$home"
    [ ! -e "$home/Documents/new.txt" ] || fail "a file in $home was not removed"
    echo "notes of $home" >"$home/notes.txt"
    # What is hidden stays so, and programs are as they were.
    expect 1 'No such file or directory|Permission denied' in_snap $who 'cat "$1/.ssh/id"' "$home"
    expect 1 'Permission denied|Read-only file system' in_snap $who 'echo evil >"$1/bin/ls"' "$home"
  done
  # One user's home is not another's.
  expect 1 'No such file or directory|Permission denied' in_snap user 'cat /root/notes.txt'
  seen_by_root /root/notes.txt || fail "a running process does not see what was connected"
}

home_of() { [ "$1" = root ] && echo /root || echo /home/probe; }
try_home() { proof home; unseen_by_root /root/notes.txt || fail "a running process sees what is gone"; }
