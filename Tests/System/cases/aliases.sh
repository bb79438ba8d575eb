# Aliases: made, run, moved and lost; in the reference's words.
APPS='  other: {command: bin/echo-args}
  svc: {command: bin/forever, daemon: simple, install-mode: disable}
'
one=$(snap_file one 1)
two=$(snap_file two 1)
next=$(snap_file one 2)
"$SNAP" install --dangerous "$one" "$two" >/dev/null || fail "cannot install"
expect 0 'No aliases are currently defined\.' "$SNAP" aliases
expect 0 "Use 'snap help alias' to learn how to create aliases manually" "$SNAP" aliases one

expect 0 '^  - one\.other as first$' "$SNAP" alias one.other first
[ "$(readlink "$(command_of first)")" = one.other ] || fail "the alias is $(readlink "$(command_of first)")"
expect 0 '^a  b$' "$(command_of first)" 'a  b'
expect 0 '^  - one as plain$' "$SNAP" alias one plain
expect 0 '^x$' "$(command_of plain)" x
expect 0 '^one\.other +first +manual$' "$SNAP" aliases
expect 0 '^one +plain +manual$' "$SNAP" aliases one
expect 0 'No aliases are currently defined for snap "two"\.' "$SNAP" aliases two
answer=$(api GET /v2/aliases)
grep -q '"first":{"command":"one.other","manual":"other","status":"manual"}' <<<"$answer" || fail "the API says $answer"

# What cannot be.
expect 1 'cannot enable alias "first" for "two", already enabled for "one"' "$SNAP" alias two.sh first
expect 1 'cannot enable alias "one.x" for "two", it conflicts with the command namespace of installed snap "one"' \
  "$SNAP" alias two.sh one.x
expect 1 'target application "none" does not exist' "$SNAP" alias one.none x
expect 1 'target application "svc" is a daemon' "$SNAP" alias one.svc x
expect 1 'invalid alias name: "a/b"' "$SNAP" alias one.other a/b
expect 0 'snap "nothere" is not installed' "$SNAP" alias nothere.x y
expect 1 'cannot find manual alias "nothere" in any snap' "$SNAP" unalias nothere
plain=$(snap_file plain 1)
expect 1 'snap "plain" command namespace conflicts with alias "plain" for "one" snap' "$SNAP" install --dangerous "$plain"
grep -q 'unsupported alias action: \\"x\\"' <<<"$(api POST /v2/aliases '{"action":"x"}')" || fail "an unknown action is taken"
grep -q 'snaps can no longer be expected to declare' <<<"$(api POST /v2/aliases '{"action":"alias","aliases":["x"]}')" ||
  fail "old clients are not told"
asnobody=$(setpriv --reuid=65534 --regid=65534 --clear-groups curl -sS --unix-socket "$ROOT/run/snapd.socket" \
  -X POST -H 'Content-Type: application/json' -d '{"action":"prefer","snap":"one"}' http://localhost/v2/aliases)
grep -q '"login-required"' <<<"$asnobody" || fail "nobody may change aliases: $asnobody"

# They belong to the snap over refresh and revert, and are away while it is.
expect 0 'one 2 installed' "$SNAP" install --dangerous "$next"
expect 0 '^x$' "$(command_of first)" x
"$SNAP" revert one >/dev/null
expect 0 '^x$' "$(command_of first)" x
"$SNAP" disable one >/dev/null
[ ! -L "$(command_of first)" ] || fail "a disabled snap has an alias"
expect 0 '^one\.other +first +manual$' "$SNAP" aliases
"$SNAP" enable one >/dev/null
expect 0 '^x$' "$(command_of first)" x
consistent

# One, and all of them.
expect 0 '^  - one as plain$' "$SNAP" unalias plain
[ ! -L "$(command_of plain)" ] || fail "a removed alias is there"
"$SNAP" changes | grep -q 'Remove manual alias "plain" for snap "one"' || fail "the change is called otherwise"
expect 0 '^Removed:$' "$SNAP" unalias one
"$SNAP" changes | grep -q 'Disable all aliases for snap "one"' || fail "the change is called otherwise"
expect 0 'No aliases' "$SNAP" aliases
expect 0 '^  - two\.sh as first$' "$SNAP" alias two.sh first
expect 0 '^$' "$SNAP" prefer one
"$SNAP" changes | grep -q 'Prefer aliases of snap "one"' || fail "the change is called otherwise"
expect 0 'installed' "$SNAP" install --dangerous --unaliased --name one_key "$one"
expect 1 'cannot use --unaliased and --prefer flags together|cannot use unaliased and prefer' \
  "$SNAP" install --dangerous --unaliased --prefer "$one"
"$SNAP" tasks --last=install | grep -q 'Set automatic aliases for snap "one_key"' || fail "no task for automatic aliases"
"$SNAP" tasks --last=install | grep -q 'Setup snap "one_key" aliases' || fail "no task for aliases"
expect 0 '^  - one_key\.other as keyed$' "$SNAP" alias one_key.other keyed
expect 0 '^y$' "$(command_of keyed)" y
expect 0 removed "$SNAP" remove one one_key two
[ -z "$(ls "$ROOT/snap/bin")" ] || fail "left: $(ls "$ROOT/snap/bin")"
unset APPS
