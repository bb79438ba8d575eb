# Assertions: keys, signing, a root of trust of one's own, adding and asking, and what is refused.
export SNAPD_KEY_DIR=$WORK/keys
mkdir -p "$SNAPD_KEY_DIR"
chmod 700 "$SNAPD_KEY_DIR"

# Keys.
expect 0 'No keys registered' "$SNAP" keys
expect 0 '^\[\]$' "$SNAP" keys --json
expect 0 '' "$SNAP" create-key
expect 0 '' "$SNAP" create-key root
expect 1 'already exists' "$SNAP" create-key root
expect 1 'cannot use "../x" as name of a key' "$SNAP" create-key ../x
expect 0 '^default +[A-Za-z0-9_-]{64}$' "$SNAP" keys
expect 0 '"name":"root","sha3-384":"' "$SNAP" keys --json
expect 0 '^AcbBTQRWhcGAAR' "$SNAP" export-key
expect 0 '^type: account-key-request$' "$SNAP" export-key --account=brand default
expect 1 'cannot find key pair "other"' "$SNAP" delete-key other
[ -z "$(find "$SNAPD_KEY_DIR" -type f ! -perm 600)" ] || fail "keys are not for their owner alone"
id_of() { "$SNAP" keys | awk -v name="$1" '$1 == name {print $2}'; }
body_of() { "$SNAP" export-key "$1" | awk '{printf "%s\\n", $0}' | sed 's/\\n$//'; }

# account NAME: signed by the root.
account() {
  printf '{"type":"account","authority-id":"case-root","account-id":"%s","display-name":"%s","username":"%s",
    "validation":"unproven","timestamp":"2026-01-01T00:00:00Z"}' "$1" "$1" "$1" | "$SNAP" sign -k root
}
# account_key ACCOUNT KEY [MORE]
account_key() {
  printf '{"type":"account-key","authority-id":"case-root","account-id":"%s","name":"%s","public-key-sha3-384":"%s",
    "since":"2026-01-01T00:00:00Z","body":"%s"%s}' "$1" "$2" "$(id_of "$2")" "$(body_of "$2")" "${3:-}" | "$SNAP" sign -k root
}
{ account case-root; echo; account_key case-root root; } >"$WORK/root.assert"
account case-brand >"$WORK/account"
account_key case-brand default >"$WORK/key"
model() {
  printf '{"type":"model","authority-id":"case-brand","series":"16","brand-id":"case-brand","model":"box","architecture":"amd64",
    "base":"core24","gadget":"pc","kernel":"pc-kernel","revision":"%s","timestamp":"2026-01-01T00:00:00Z"}' "$1" \
    | "$SNAP" sign --update-timestamp "${@:2}"
}
model 1 >"$WORK/model"
grep -q '^revision: 1$' "$WORK/model" || fail "the revision is not signed"
expect 1 'cannot parse the assertion input as JSON' "$SNAP" sign - <<<'type: x'
expect 1 'invalid assertion type: "nope"' "$SNAP" sign - <<<'{"type":"nope"}'
expect 1 'cannot use "other" key' "$SNAP" sign -k other - <<<'{"type":"account"}'
expect 1 'header is mandatory' "$SNAP" sign - <<<'{"type":"account","authority-id":"a"}'
printf content >"$WORK/some.snap"
expect 0 '^snap-size: 7$' "$SNAP" sign-build --developer-id=case-brand --snap-id=abc "$WORK/some.snap"
expect 64 'the required flags .*--developer-id.* and .*--snap-id.* were not specified' "$SNAP" sign-build "$WORK/some.snap"

# Nobody is trusted yet.
expect 1 'cannot assert: assert failed: .*account-key .* not found' "$SNAP" ack "$WORK/account"
expect 1 'cannot open ' "$SNAP" ack "$WORK/none"
expect 1 'invalid assert type: "nope"' "$SNAP" known nope
expect 1 'invalid header filter: "x"' "$SNAP" known model x
[ -z "$("$SNAP" known model brand-id=case-brand)" ] || fail "a model is known"

# The administrator trusts a root: it counts at once.
roots=$ROOT/etc/snapd/trusted.d
mkdir -p "$roots"
install -m 644 "$WORK/root.assert" "$roots/case.assert"
expect 0 '^account-id: case-root$' "$SNAP" known account account-id=case-root
expect 1 'cannot resolve prerequisite assertion: account \(case-brand\) not found' "$SNAP" ack "$WORK/key"
expect 0 '' "$SNAP" ack "$WORK/account"
expect 0 '' "$SNAP" ack "$WORK/key"
expect 0 '' "$SNAP" ack "$WORK/model"
expect 0 '' "$SNAP" ack "$WORK/model"
cmp <("$SNAP" known model model=box) "$WORK/model" || fail "what is known is not what was added"
[ -z "$("$SNAP" known model model=other)" ] || fail "a filter does not filter"
[ -e "$ROOT/var/lib/snapd/assertions/asserts-v0/model/16/case-brand/box/active" ] || fail "not where the reference has it"

# The chain, through the API too.
model 2 --chain >"$WORK/chain"
[ "$(grep -c '^type: ' "$WORK/chain")" = 3 ] || fail "the chain is not three assertions"
expect 0 '' "$SNAP" ack "$WORK/chain"
expect 0 '^revision: 2$' "$SNAP" known model model=box
# An older one does no harm, and changes nothing.
expect 0 '' "$SNAP" ack "$WORK/model"
expect 0 '^revision: 2$' "$SNAP" known model model=box
expect 0 '"account-key-request",' api GET /v2/assertions
expect 0 '"model":"box"' api GET '/v2/assertions/model?json=headers'
expect 0 'X-Ubuntu-Assertions-Count: 1' curl -sSi --unix-socket "$ROOT/run/snapd.socket" 'http://localhost/v2/assertions/model?model=box'
expect 0 'json.* query parameter' api GET '/v2/assertions/model?json=maybe'

# Tampered, forged, taken back: refused, and nothing is kept.
sed 's/^gadget: pc$/gadget: pd/; s/^revision: 2$/revision: 3/' "$WORK/chain" >"$WORK/bad"
expect 1 'failed signature verification' "$SNAP" ack "$WORK/bad"
head -c 100 "$WORK/model" >"$WORK/bad"
expect 1 'cannot decode request body into assertions' "$SNAP" ack "$WORK/bad"
expect 0 '' "$SNAP" create-key stranger
printf '{"type":"account","authority-id":"case-root","account-id":"evil","display-name":"e","validation":"verified",
  "timestamp":"2026-01-01T00:00:00Z"}' | "$SNAP" sign -k stranger >"$WORK/bad"
expect 1 'account-key .* not found' "$SNAP" ack "$WORK/bad"
account_key case-brand default ',"revision":"1","until":"2026-02-01T00:00:00Z"' >"$WORK/revoked"
expect 0 '' "$SNAP" ack "$WORK/revoked"
model 4 >"$WORK/late"
expect 1 'assertion is signed with expired public key' "$SNAP" ack "$WORK/late"
expect 0 '^revision: 2$' "$SNAP" known model model=box

# An assertion outlives the daemon; a root that is taken away takes its word with it.
stop_daemon
start_daemon
expect 0 '^revision: 2$' "$SNAP" known model model=box
rm "$roots/case.assert"
expect 1 'cannot resolve prerequisite assertion: account-key' "$SNAP" ack "$WORK/late"
[ -z "$("$SNAP" known account account-id=case-root)" ] || fail "a root that was taken away is known"
expect 0 '' "$SNAP" delete-key stranger
[ -z "$(id_of stranger)" ] || fail "a deleted key is there"
rmdir "$roots" 2>/dev/null || true
rm -rf "$ROOT"/var/lib/snapd/assertions/asserts-v0/*/case-* "$ROOT"/var/lib/snapd/assertions/asserts-v0/model \
  "$ROOT/var/lib/snapd/assertions/asserts-v0/account-key"
