# The store's server: made twice, killed, asked, told wrong things, and its disk full.
STORE=${SNAP%/*}/snap-store
dir=$WORK/store
server=

# serve [OPTION...]: in the background, at a port of its own; its number is in $port.
serve() {
  : >"$WORK/out"
  "$STORE" serve "$dir" --listen 127.0.0.1:0 --log "$WORK/log" "$@" >"$WORK/out" 2>"$WORK/err" &
  server=$!
  await 30 grep -q '^serving at port' "$WORK/out"
  port=$(awk '{print $4}' "$WORK/out")
}
stop() { kill "$1" "$server" 2>/dev/null || true; wait "$server" 2>/dev/null || true; server=; }
mounted=
end() {
  [ -z "$server" ] || kill -KILL "$server" 2>/dev/null || true
  [ -z "$mounted" ] || umount -l "$mounted"
}
trap end EXIT
ask() { curl -sS --noproxy '*' --max-time 20 "$@"; }

# Wrong input.
expect 64 "unknown command \"serv\".*did you mean 'snap-store serve'|Did you mean 'snap-store serve'" "$STORE" serv
expect 64 "unknown flag" "$STORE" init "$dir" --nope
expect 64 "required argument .<directory>. was not provided" "$STORE" init
expect 1 'cannot use .*: it is no store \(see "snap-store init"\)' "$STORE" serve "$WORK/nothing"
expect 1 'does not begin with http:// or https://' "$STORE" init "$dir" --url ftp://x
expect 1 'cannot listen at "x": HOST:PORT' "$STORE" serve "$dir" --listen x

# Made, killed while it was being made, and made on; then made again, which changes nothing.
for pause in 0.05 0.3 0.8; do
  "$STORE" init "$dir" --id acme --name Acme --url http://store.test >/dev/null 2>&1 &
  making=$!
  sleep $pause
  kill -KILL $making 2>/dev/null || true
  wait $making 2>/dev/null || true
done
expect 0 'fingerprint: +[A-Za-z0-9_-]{64}' "$STORE" init "$dir" --id acme --name Acme --url http://store.test
fingerprint=$("$STORE" trust "$dir" --fingerprint)
cp "$dir/root.assert" "$WORK/root.assert"
expect 0 'There is a store already' "$STORE" init "$dir"
expect 1 'there is one, whose id is "acme" and not "other"' "$STORE" init "$dir" --id other
cmp "$dir/root.assert" "$WORK/root.assert"
[ "$(stat -c %a "$dir")" = 700 ] && [ "$(stat -c %a "$dir/keys")" = 700 ] || fail "others can look into the store"
[ -z "$(find "$dir/keys" -type f ! -perm 600)" ] || fail "keys are not for their owner alone"

# Accounts and keys.
expect 0 'Account alice made' "$STORE" account create "$dir" alice --email alice@store.test --password-file - <<<'correct horse'
expect 1 'another account has it' "$STORE" account create "$dir" alice --email other@store.test --password-file - <<<'correct horse'
expect 1 'at least 8 characters' "$STORE" account create "$dir" bob --email bob@store.test --password-file - <<<'short'
expect 0 'alice .*unproven' "$STORE" account list "$dir"
expect 0 'Account alice is verified' "$STORE" account verify "$dir" alice
first=$("$STORE" key list "$dir" | awk '$1 == "store" {print $NF}')
expect 1 'the only key that signs' "$STORE" key revoke "$dir" -- "$first"
expect 0 'The store signs with' "$STORE" key rotate "$dir" second
expect 0 'is revoked' "$STORE" key revoke "$dir" -- "$first"
expect 0 "store +store +0 .* revoked .*$first" "$STORE" key list "$dir"
expect 1 'cannot revoke the root key' "$STORE" key revoke "$dir" -- "$fingerprint"
expect 0 'No updates are held' "$STORE" hold list "$dir"

# Served: what devices need to trust it, health, metrics, log.
serve
ask "http://127.0.0.1:$port/health" | grep -q '"status":"ok"' || fail "the store is not healthy"
ask "http://127.0.0.1:$port/v2/assertions/account-key/$fingerprint" | grep -q "^public-key-sha3-384: $fingerprint" \
  || fail "the root key is not to be had"
ask "http://127.0.0.1:$port/nowhere" | grep -q '"code":"resource-not-found"' || fail "what is nowhere is not said to be"
ask "http://127.0.0.1:$port/metrics" | grep -q 'snap_store_requests_total{route="/health",method="GET",status="200"} 1' \
  || fail "requests are not counted"
await 5 grep -q '"route":"/health"' "$WORK/log"
# A second process, the same store; one account more in either is in both.
"$STORE" serve "$dir" --listen "unix:$WORK/socket" --log "$WORK/log2" >/dev/null 2>&1 &
second=$!
await 20 test -S "$WORK/socket"
ask --unix-socket "$WORK/socket" http://x/health | grep -q '"store":"acme"' || fail "the second process does not serve"
kill -TERM $second
wait $second || fail "the second process did not end well"
[ ! -e "$WORK/socket" ] || fail "the socket is left"

# Killed, with an upload half-way: what was abandoned is swept, and what was acknowledged is there.
touch "$dir/blobs/parts/left"
stop -KILL
serve
[ ! -e "$dir/blobs/parts/left" ] || fail "an abandoned upload is left"
expect 0 'alice .*verified' "$STORE" account list "$dir"
# Told to end, it does, and says so.
kill -TERM "$server"
wait "$server" || fail "the server did not end well: $(cat "$WORK/err")"
server=
grep -q '"event":"stopped"' "$WORK/log" || fail "the end is not in the log"

# TLS, with a certificate that is replaced while it serves.
certificate() {
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=store.test \
    -addext subjectAltName=DNS:store.test -keyout "$WORK/tls.key" -out "$WORK/tls.pem" 2>/dev/null
}
certificate
expect 1 'needed together' "$STORE" serve "$dir" --tls-key "$WORK/tls.key"
serve --tls-certificate "$WORK/tls.pem" --tls-key "$WORK/tls.key"
tls() { ask --cacert "$WORK/tls.pem" --resolve "store.test:$port:127.0.0.1" "https://store.test:$port$1"; }
tls /health | grep -q '"status":"ok"' || fail "TLS does not work"
certificate
! tls /health >/dev/null 2>&1 || fail "the new certificate is used before it was told"
kill -HUP "$server"
await 10 tls /health
stop -TERM

# A full disk: refused, nothing broken, and all is well when there is room.
if [ "$(id -u)" = 0 ]; then
  mounted=$WORK/small
  mkdir "$mounted"
  mount -t tmpfs -o size=8m tmpfs "$mounted"
  cp -a "$dir/." "$mounted"
  dir=$mounted serve
  dd if=/dev/zero of="$mounted/filler" bs=64k 2>/dev/null || true
  expect 1 'disk is full|No space left|full' "$STORE" account create "$mounted" carol --email carol@store.test --password-file - <<<'correct horse'
  ask "http://127.0.0.1:$port/v2/assertions/account-key/$fingerprint" | grep -q '^type: account-key' \
    || fail "a full disk stops what only reads"
  rm "$mounted/filler"
  expect 0 'Account carol made' "$STORE" account create "$mounted" carol --email carol@store.test --password-file - <<<'correct horse'
  ask "http://127.0.0.1:$port/health" | grep -q '"status":"ok"' || fail "the store did not recover"
  stop -TERM
  umount "$mounted"
  mounted=
fi
