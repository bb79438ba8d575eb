# What meta/snap.yaml says of the whole snap: shown, checked, and done.
tree=$WORK/whole
mkdir -p "$tree/meta/hooks" "$tree/bin" "$tree/share"
# write KEY: VALUE...: the description, with lines that take the place of its own.
write() {
  cat >"$tree/meta/snap.yaml" <<YAML
name: whole
version: "1.5"
title: The Whole Thing
summary: Uses every key
description: |
  More than
  one line.
license: MIT AND Apache-2.0
type: app
base: core
confinement: strict
grade: devel
architectures: [all]
assumes: [snap-env, command-chain]
epoch: 1*
provenance: a-test
links:
  website: [https://example.com/whole]
environment:
  FIRST: one
  SECOND: \$FIRST two
apps:
  whole:
    command: bin/run
hooks:
  install:
    command-chain: [bin/chain]
    environment: {FROM_HOOK: yes it is}
    plugs: [network]
layout:
  /opt/whole: {bind: \$SNAP_DATA}
  /etc/whole.conf: {bind-file: \$SNAP/share/conf}
  /usr/share/whole: {symlink: \$SNAP/share}
  /opt/scratch: {type: tmpfs, mode: "1750", user: root, group: root}
YAML
  for line; do
    grep -q "^${line%%:*}:" "$tree/meta/snap.yaml" || fail "no such key: $line"
    sed -i "s|^${line%%:*}:.*|$line|" "$tree/meta/snap.yaml"
  done
}
printf '#!/bin/sh\nexec /bin/sh -c "$@"\n' >"$tree/bin/run"
printf '#!/bin/sh\nexport CHAINED=yes\nexec "$@"\n' >"$tree/bin/chain"
printf '#!/bin/sh\necho "$CHAINED $FROM_HOOK" >"$SNAP_COMMON/installed"\n' >"$tree/meta/hooks/install"
echo 'from the snap' >"$tree/share/conf"
chmod -R go=rX "$tree"
chmod 755 "$tree"/bin/* "$tree/meta/hooks/install"
image() {
  "$SNAP" pack --compression=gzip --filename="whole_$1.snap" "$tree" "$WORK" >/dev/null
  echo "$WORK/whole_$1.snap"
}
refused() {
  local status=$1 text=$2
  shift 2
  write "$@"
  expect "$status" "$text" "$SNAP" install --dangerous "$(image refused)"
  rm "$WORK/whole_refused.snap"
}
refused 1 'architecture.*s390x' 'architectures: [s390x]'
refused 1 'assumes unsupported features: .*time-travel' 'assumes: [time-travel]'
refused 1 'base .*elsewhere' 'base: elsewhere'
write
one=$(image 1)
expect 0 'whole 1.5 installed' "$SNAP" install --dangerous "$one"
expect 0 '"title":"The Whole Thing"' api GET /v2/snaps/whole
expect 0 'summary: +Uses every key' "$SNAP" info whole
expect 0 'one line' "$SNAP" info whole
expect 0 'license: +MIT AND Apache-2.0' "$SNAP" info whole
expect 0 'https://example.com/whole' "$SNAP" info --verbose whole
[ "$(cat "$ROOT/var/snap/whole/common/installed")" = 'yes yes it is' ] || fail "the hook's environment and command-chain"
run() { "$(command_of whole)" "$1"; }
[ "$(run 'echo $SECOND')" = 'one two' ] || fail "environment: $(run 'echo $SECOND')"
run 'echo kept >/opt/whole/file'
[ "$(cat "$ROOT/var/snap/whole/x1/file")" = kept ] || fail "layout: bind"
[ "$(run 'cat /etc/whole.conf')" = 'from the snap' ] || fail "layout: bind-file"
[ "$(run 'readlink /usr/share/whole; cat /usr/share/whole/conf')" = $'/snap/whole/x1/share\nfrom the snap' ] ||
  fail "layout: symlink"
[ "$(run 'stat -f -c %T /opt/scratch; stat -c "%a %u %g" /opt/scratch')" = $'tmpfs\n1750 0 0' ] || fail "layout: type, mode"
# A revision that cannot read what is there does not come.
refused 1 'epoch' 'epoch: 3'
expect 0 '^whole +1.5 +x1' "$SNAP" list whole
expect 0 removed "$SNAP" remove whole
# Another type is another kind of snap.
write 'confinement: classic'
expect 1 'classic' "$SNAP" install --dangerous "$(image classic)"
write 'confinement: devmode'
expect 1 'devmode' "$SNAP" install --dangerous "$(image devmode)"
