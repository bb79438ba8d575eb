# What an app is refused is told, with the command that grants it: watched while it runs, and from the kernel's records.
explained() { # ARGUMENTS...: what is told on standard error, with the app's own output beside it
  "$SNAP" run --explain "$@" 2>"$WORK/told" >"$WORK/said"
}
tells() { # PATTERN
  grep -Eq -- "$1" "$WORK/told" || fail "did not tell '$1': $(cat "$WORK/told")"
}
APPS='  lonely:
    command: bin/sh
    plugs: [opengl]
plugs:
  home: null
  network: null
  camera: null
  time-control: null
  opengl: null
'
file=$(snap_file hello 1)
APPS='' file2=$(APPS='' snap_file bare-hello 1)
"$SNAP" install --dangerous "$file" >/dev/null || fail "cannot install"
"$SNAP" install --dangerous "$file2" >/dev/null || fail "cannot install"
for plug in home network opengl; do "$SNAP" disconnect hello:$plug >/dev/null 2>&1 || true; done
home=$(getent passwd 0 | cut -d: -f6)
echo kept >"$ROOT$home/notes.txt"

# A file in the home: refused, explained, granted.
! explained hello.sh -c "cat $home/notes.txt" || fail "read without the plug"
tells "^hello\.sh: read $home/notes.txt \(not in its view\)$"
tells '^  snap connect hello:home$'
[ "$(grep -c . "$WORK/told")" -le 4 ] || fail "tells too much: $(cat "$WORK/told")"
"$SNAP" connect hello:home || fail "cannot connect"
explained hello.sh -c "cat $home/notes.txt" || fail "not granted: $(cat "$WORK/told")"
[ "$(cat "$WORK/said")" = kept ] || fail "the app's output is not passed through"
tells '^hello\.sh: nothing was refused$'
# A hidden one: no plug but one that names it.
echo secret >"$ROOT$home/.why-secret"
! explained hello.sh -c "cat $home/.why-secret" || fail "read a hidden file"
tells '^  needs plug personal-files with read: \[\$HOME/.why-secret\]  # super-privileged$'
rm "$ROOT$home/.why-secret"

# A socket of the Internet, a device, a system call, another app's plug, no plug at all.
! explained hello.sh -c 'perl -e "use Socket; socket(my \$s, AF_INET, SOCK_STREAM, 0) or exit 3"' || fail "made a socket"
tells '^hello\.sh: network socket inet stream \(seccomp\)$'
tells '^  snap connect hello:network$'
! explained bare-hello.sh -c 'perl -e "use Socket; socket(my \$s, AF_INET, SOCK_STREAM, 0) or exit 3"' || fail "made a socket"
tells '^  plug "network" would grant this, but the snap does not have it$'
! explained hello.sh -c 'mount -t tmpfs none /mnt' || fail "mounted"
tells '^hello\.sh: system call mount \(seccomp\)$'
# A device that the machine has, or the container.
for node in /dev/kmsg /dev/loop-control; do [ ! -c $node ] || break; done
! explained hello.sh -c "cat $node" || fail "read $node"
tells "^hello\\.sh: read $node \\(not in its view\\)\$"
tells '(plug|needs plug) .* (would grant this|with read)'
case $(uname -m) in x86_64) clock_settime=227 ;; *) clock_settime=112 ;; esac
! explained hello.sh -c "perl -e 'exit(syscall($clock_settime, 0, 0) == 0 ? 0 : 3)'" || fail "set the clock"
tells '^hello\.sh: system call clock_settime \(seccomp\)$'
tells '^  snap connect hello:time-control$'
# The exit code and the arguments are the app's.
status=0
explained hello.sh -c 'exit 7' || status=$?
[ $status = 7 ] || fail "ended with $status, not 7"
status=0
explained hello.sh -c 'kill -TERM $$' || status=$?
[ $status = 143 ] || fail "ended with $status, not 143"
explained hello 'a b' --explain || fail "arguments are not passed through"
[ "$(cat "$WORK/said")" = "$(printf 'a b\n--explain')" ] || fail "other arguments: $(cat "$WORK/said")"
expect 1 'snap "nosuch" is not installed' "$SNAP" run --explain nosuch

# From the kernel's records, where it keeps any and nobody else takes them.
if "$SNAP" why hello >"$WORK/told" 2>&1 && ! grep -q '^No record' "$WORK/told" && [ -r /dev/kmsg ] &&
  dmesg 2>/dev/null | grep -q 'audit: type=1326'; then
  tells '^hello: system call clock_settime .seccomp, by some app.s perl'
  tells '^  snap connect hello:time-control$'
fi
expect 1 'snap "nosuch" is not installed' "$SNAP" why nosuch
expect 1 'cannot find app "nosuch" in "hello"' "$SNAP" why hello.nosuch
rm "$ROOT$home/notes.txt"
"$SNAP" remove hello >/dev/null && "$SNAP" remove bare-hello >/dev/null || fail "cannot remove"
