# What the system tests share. Each case is a bash file that is run with this file read, on a system that is running
# and empty but for an OS snap called `core`. A case ends with the system as empty as it found it; `run` checks.
#
#   ROOT        the root of the system under test; empty when it is the machine's own
#   SNAP        the `snap` command
#   WORK        a directory of the case's own

fail() { echo "FAIL: $*" >&2; exit 1; }

# expect STATUS PATTERN COMMAND...: the command ends so, and says something that matches (extended regex).
expect() {
  local status=$1 pattern=$2 output actual=0
  shift 2
  output=$("$@" 2>&1) || actual=$?
  [ "$actual" = "$status" ] || fail "$* ended with $actual, not $status: $output"
  # Messages are folded to the width of the terminal; what they say is not.
  grep -Eq -- "$pattern" <<<"$output" || grep -Eq -- "$pattern" <<<"$(tr -s '[:space:]' ' ' <<<"$output")" || fail "$* did not say '$pattern': $output"
}

# await SECONDS COMMAND...: until the command succeeds.
await() {
  local end=$((SECONDS + $1))
  shift
  until "$@" >/dev/null 2>&1; do
    [ "$SECONDS" -lt "$end" ] || fail "timed out: $*"
    sleep 0.02
  done
}

# api METHOD PATH [BODY]: what the daemon answers.
api() {
  curl -sS --max-time 20 --unix-socket "$ROOT/run/snapd.socket" -X "$1" ${3:+-H 'Content-Type: application/json' -d "$3"} \
    "http://localhost$2"
}

# consistent: the record and the disk agree.
consistent() {
  local answer
  answer=$(api GET '/v2/debug?aspect=consistency')
  grep -q '"result":\[\]' <<<"$answer" || fail "the disk is not what the record says: $answer"
}

# snap_tree NAME VERSION: makes a small snap's tree in $WORK/NAME with a command, a shell and, unless told otherwise,
# a hook that writes its version into the data directory. EXTRA is appended to snap.yaml.
snap_tree() {
  local tree=$WORK/$1
  rm -rf "$tree"
  mkdir -p "$tree/meta/hooks" "$tree/bin"
  cat >"$tree/meta/snap.yaml" <<YAML
name: $1
version: "$2"
summary: A snap for tests
description: Made by the system tests.
apps:
  $1:
    command: bin/echo-args
  sh:
    command: bin/sh
${APPS:-}
${EXTRA:-}
YAML
  printf '#!/bin/sh\nprintf "%%s\\n" "$@"\n' >"$tree/bin/echo-args"
  printf '#!/bin/sh\nexec /bin/sh "$@"\n' >"$tree/bin/sh"
  printf '#!/bin/sh\necho "$SNAP_VERSION" >"$SNAP_DATA/installed-version"\n' >"$tree/meta/hooks/install"
  printf '#!/bin/sh\nwhile :; do sleep 1000; done\n' >"$tree/bin/forever"
  chmod -R go=rX,u=rwX "$tree"
  chmod 755 "$tree"/bin/* "$tree"/meta/hooks/*
}

# snap_file NAME VERSION: packs such a tree and prints the path of the image.
snap_file() {
  snap_tree "$1" "$2"
  "$SNAP" pack --compression=gzip --filename="$1_$2.snap" "$WORK/$1" "$WORK" >/dev/null || fail "cannot pack $1"
  echo "$WORK/$1_$2.snap"
}

command_of() { echo "$ROOT/snap/bin/$1"; }
