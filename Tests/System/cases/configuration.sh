# Options of snaps and of the system: how they are set, read, taken away; the hook's say; what a revert brings back.
conf_tree() {
  snap_tree conf "$1"
  cat >"$WORK/conf/meta/hooks/configure" <<'HOOK'
#!/bin/sh
# What it sees is what will be; what it is asked for is refused, or answered by something else.
[ "$(snapctl get mode)" != forbidden ] || { echo "mode cannot be forbidden"; exit 1; }
snapctl set seen="$(snapctl get mode)" revision="$SNAP_REVISION"
HOOK
  chmod 755 "$WORK/conf/meta/hooks/configure"
  "$SNAP" pack --compression=gzip --filename="conf_$1.snap" "$WORK/conf" "$WORK" >/dev/null
  echo "$WORK/conf_$1.snap"
}
first=$(conf_tree 1)
second=$(conf_tree 2)
expect 1 'snap "conf" is not installed' "$SNAP" get conf
expect 1 'snap "conf" is not installed' "$SNAP" set conf a=1
expect 0 installed "$SNAP" install --dangerous "$first"
expect 0 '^x1$' "$SNAP" get conf revision

# Texts, numbers as they were typed, JSON, maps.
expect 0 '' "$SNAP" set conf mode=fast big=123456789012345678901234567890 exact=1.0 list='[1, "a"]' a.b.c=1 a.d=two
expect 0 '^fast$' "$SNAP" get conf seen
expect 0 '^123456789012345678901234567890$' "$SNAP" get conf big
expect 0 '^1\.0$' "$SNAP" get conf exact
expect 0 '^"fast"$' "$SNAP" get -t conf mode
expect 0 '^two$' "$SNAP" get conf a.d
expect 0 '"c": 1' "$SNAP" get -d conf a
expect 0 '^a\.b +\{\.\.\.\}$' "$SNAP" get -l conf a
expect 0 '^list +\[1 a\]$' "$SNAP" get -l conf
expect 0 '^a +\{\.\.\.\}$' "$SNAP" get -l conf
expect 0 '"mode": "fast"' "$SNAP" get conf mode big </dev/null
expect 0 '' "$SNAP" set -s conf text=1
expect 0 '^"1"$' "$SNAP" get -t conf text
expect 1 'failed to parse JSON' "$SNAP" set -t conf text=plain
expect 1 'cannot use -d and -t together' "$SNAP" get -d -t conf a
expect 0 '' "$SNAP" set conf a.b.c! text!
expect 0 '"b": \{\}' "$SNAP" get -d conf a
expect 1 'snap "conf" has no "text" configuration option' "$SNAP" get conf text
expect 1 'snap "conf" has no "a.b.c" configuration option' "$SNAP" get conf a.b.c
expect 0 '' "$SNAP" unset conf a
expect 1 'snap "conf" has no "a" configuration option' "$SNAP" get conf a
expect 0 '^other$' "$SNAP" get --default=other conf a

# What nobody could set is refused before anything happens; what does not fit, by the change.
expect 1 'invalid option name: ""' "$SNAP" set conf =x
expect 1 'invalid option name: "Upper"' "$SNAP" set conf Upper=x
expect 1 'invalid option name: ""' "$SNAP" set conf a.=x
expect 1 'invalid configuration: "x" \(want key=value\)' "$SNAP" set conf x
expect 1 'snap "conf" option "mode" is not a map' "$SNAP" set conf mode.x=1
expect 1 'snap "conf" option "mode" is not a map' "$SNAP" get conf mode.x

# The hook has the last word, and nothing of a refused change is there.
expect 1 'mode cannot be forbidden' "$SNAP" set conf mode=forbidden other=1
expect 0 '^fast$' "$SNAP" get conf mode
expect 1 'has no "other"' "$SNAP" get conf other
grep -q 'Change configuration of "conf" snap' <<<"$("$SNAP" changes)" || fail "the change is not listed"

# A refresh keeps it, with what the new revision adds; a revert brings back what the old one had.
expect 0 installed "$SNAP" install --dangerous "$second"
expect 0 '^x2$' "$SNAP" get conf revision
expect 0 '' "$SNAP" set conf mode=slow late=1
expect 0 'reverted' "$SNAP" revert conf
expect 0 '^fast$' "$SNAP" get conf mode
expect 0 '^x1$' "$SNAP" get conf revision
expect 1 'has no "late"' "$SNAP" get conf late

# A refresh that fails takes back what its hooks set.
snap_tree conf 3
printf '#!/bin/sh\nsnapctl set mode=broken; exit 1\n' >"$WORK/conf/meta/hooks/configure"
printf '#!/bin/sh\nsnapctl set mode=halfway\n' >"$WORK/conf/meta/hooks/post-refresh"
chmod 755 "$WORK"/conf/meta/hooks/*
"$SNAP" pack --compression=gzip --filename=conf_3.snap "$WORK/conf" "$WORK" >/dev/null
expect 1 'run hook "configure"' "$SNAP" install --dangerous "$WORK/conf_3.snap"
expect 0 '^fast$' "$SNAP" get conf mode

# Waiting for an option.
expect 0 '' "$SNAP" unset conf mode
(sleep 1; "$SNAP" set conf mode=there) >/dev/null &
expect 0 '' timeout 20 "$SNAP" wait conf mode
wait $!
expect 0 '' timeout 20 "$SNAP" wait system seed.loaded

# With the snap its options go.
expect 0 removed "$SNAP" remove conf
expect 0 installed "$SNAP" install --dangerous "$first"
expect 1 'has no "mode"' "$SNAP" get conf mode
expect 0 removed "$SNAP" remove conf

# A snap that asks nobody takes no options.
plain=$(snap_file plain 1)
expect 0 installed "$SNAP" install --dangerous "$plain"
expect 1 'snap "plain" has no "configure" hook' "$SNAP" set plain a=1
expect 1 'snap "plain" has no configuration' "$SNAP" get plain
expect 0 removed "$SNAP" remove plain

# The system's own.
expect 1 'cannot set "core.bogus": unsupported system option' "$SNAP" set system bogus=1
expect 1 'cannot set "core.seed.loaded": unsupported system option' "$SNAP" set system seed.loaded=false
expect 1 'retain must be a number between 2 and 20, not "1"' "$SNAP" set system refresh.retain=1
expect 0 '^true$' "$SNAP" get core seed.loaded
expect 0 '' "$SNAP" set system refresh.retain=3
expect 0 '^3$' "$SNAP" get core refresh.retain
for version in 1 2 3 4; do expect 0 installed "$SNAP" install --dangerous "$(snap_file many $version)"; done
[ "$("$SNAP" list --all many | grep -c '^many ')" = 3 ] || fail "not three revisions are kept: $("$SNAP" list --all many)"
expect 0 removed "$SNAP" remove many
expect 0 '' "$SNAP" unset system refresh.retain
