# The store's server: made twice, killed, asked, told wrong things, and its disk full.
#
# On this machine only: nothing here depends on the service manager.
[ "$mode" = root ] || return 0
. "$here/store.sh"
trap store_end EXIT

# Wrong input.
expect 64 "unknown command \"serv\".*did you mean 'snap-store serve'|Did you mean 'snap-store serve'" "$STORE" serv
expect 64 "unknown flag" "$STORE" init "$store_dir" --nope
expect 64 "required argument .<directory>. was not provided" "$STORE" init
expect 1 'cannot use .*: it is no store \(see "snap-store init"\)' "$STORE" serve "$WORK/nothing"
expect 1 'cannot make a store with the id "A B": an id has 2 to 28' "$STORE" init "$WORK/none" --id "A B"
[ ! -e "$WORK/none" ] || fail "a store that cannot be made has left a directory"
expect 1 'does not begin with http:// or https://' "$STORE" init "$store_dir" --url ftp://x
expect 1 'cannot listen at "x": HOST:PORT' "$STORE" serve "$store_dir" --listen x

# Made, killed while it was being made, and made on; then made again, which changes nothing.
for pause in 0.05 0.3 0.8; do
  "$STORE" init "$store_dir" --id acme --name Acme --url http://store.test >/dev/null 2>&1 &
  making=$!
  sleep $pause
  kill -KILL $making 2>/dev/null || true
  wait $making 2>/dev/null || true
done
expect 0 'fingerprint: +[A-Za-z0-9_-]{64}' "$STORE" init "$store_dir" --id acme --name Acme --url http://store.test
fingerprint=$("$STORE" trust "$store_dir" --fingerprint)
cp "$store_dir/root.assert" "$WORK/root.assert"
expect 0 'There is a store already' "$STORE" init "$store_dir"
expect 1 'there is one, whose id is "acme" and not "other"' "$STORE" init "$store_dir" --id other
cmp "$store_dir/root.assert" "$WORK/root.assert"
[ "$(stat -c %a "$store_dir")" = 700 ] && [ "$(stat -c %a "$store_dir/keys")" = 700 ] || fail "others can look into the store"
[ -z "$(find "$store_dir/keys" -type f ! -perm 600)" ] || fail "keys are not for their owner alone"

# Accounts and keys.
expect 0 'Account alice made' "$STORE" account create "$store_dir" alice --email alice@store.test --password-file - <<<'correct horse'
expect 1 'another account has it' "$STORE" account create "$store_dir" alice --email other@store.test --password-file - <<<'correct horse'
expect 1 'at least 8 characters' "$STORE" account create "$store_dir" bob --email bob@store.test --password-file - <<<'short'
expect 0 'alice .*unproven' "$STORE" account list "$store_dir"
expect 0 'Account alice is verified' "$STORE" account verify "$store_dir" alice
first=$("$STORE" key list "$store_dir" | awk '$1 == "store" {print $NF}')
expect 1 'the only key that signs' "$STORE" key revoke "$store_dir" -- "$first"
expect 0 'The store signs with' "$STORE" key rotate "$store_dir" second
expect 0 'is revoked' "$STORE" key revoke "$store_dir" -- "$first"
expect 0 "store +store +0 .* revoked .*$first" "$STORE" key list "$store_dir"
expect 1 'cannot revoke the root key' "$STORE" key revoke "$store_dir" -- "$fingerprint"
expect 0 'No updates are held' "$STORE" hold list "$store_dir"

# Served: what devices need to trust it, health, metrics, log.
store_serve
ask "$store_url/health" | grep -q '"status":"ok"' || fail "the store is not healthy"
ask "$store_url/v2/assertions/account-key/$fingerprint" | grep -q "^public-key-sha3-384: $fingerprint" \
  || fail "the root key is not to be had"
ask "$store_url/nowhere" | grep -q '"code":"resource-not-found"' || fail "what is nowhere is not said to be"
ask "$store_url/metrics" | grep -q 'snap_store_requests_total{route="/health",method="GET",status="200"} 1' \
  || fail "requests are not counted"
await 5 grep -q '"route":"/health"' "$WORK/store.log"
# A second process, the same store; one account more in either is in both.
"$STORE" serve "$store_dir" --listen "unix:$WORK/socket" --log "$WORK/log2" >/dev/null 2>&1 &
second=$!
await 20 test -S "$WORK/socket"
ask --unix-socket "$WORK/socket" http://x/health | grep -q '"store":"acme"' || fail "the second process does not serve"
kill -TERM $second
wait $second || fail "the second process did not end well"
[ ! -e "$WORK/socket" ] || fail "the socket is left"

# Killed, with an upload half-way: what was abandoned is swept, and what was acknowledged is there.
touch "$store_dir/blobs/parts/left"
store_stop
store_serve
[ ! -e "$store_dir/blobs/parts/left" ] || fail "an abandoned upload is left"
expect 0 'alice .*verified' "$STORE" account list "$store_dir"
# Told to end, it does, and says so.
kill -TERM "$store_server"
wait "$store_server" || fail "the server did not end well: $(cat "$WORK/store.err")"
store_server=
grep -q '"event":"stopped"' "$WORK/store.log" || fail "the end is not in the log"

# TLS, with a certificate that is replaced while it serves.
certificate() {
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=store.test \
    -addext subjectAltName=DNS:store.test -keyout "$WORK/tls.key" -out "$WORK/tls.pem" 2>/dev/null
}
certificate
expect 1 'needed together' "$STORE" serve "$store_dir" --tls-key "$WORK/tls.key"
store_serve --tls-certificate "$WORK/tls.pem" --tls-key "$WORK/tls.key"
tls() { ask --cacert "$WORK/tls.pem" --resolve "store.test:$store_port:127.0.0.1" "https://store.test:$store_port$1"; }
tls /health | grep -q '"status":"ok"' || fail "TLS does not work"
certificate
! tls /health >/dev/null 2>&1 || fail "the new certificate is used before it was told"
kill -HUP "$store_server"
await 10 tls /health
store_stop TERM

# A full disk: refused, nothing broken, and all is well when there is room.
mounted=$WORK/small
mkdir "$mounted"
mount -t tmpfs -o size=8m tmpfs "$mounted"
cp -a "$store_dir/." "$mounted"
store_dir=$mounted store_serve
dd if=/dev/zero of="$mounted/filler" bs=64k 2>/dev/null || true
expect 1 'disk is full|No space left|full' "$STORE" account create "$mounted" carol --email carol@store.test --password-file - <<<'correct horse'
ask "$store_url/v2/assertions/account-key/$fingerprint" | grep -q '^type: account-key' \
  || fail "a full disk stops what only reads"
rm "$mounted/filler"
expect 0 'Account carol made' "$STORE" account create "$mounted" carol --email carol@store.test --password-file - <<<'correct horse'
ask "$store_url/health" | grep -q '"status":"ok"' || fail "the store did not recover"
store_stop TERM
umount "$mounted"
