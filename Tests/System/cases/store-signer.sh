# A store whose keys are elsewhere: another program signs, and there is no secret key in the store's directory. What it
# signs is good for devices, and when it is gone nothing is signed and nothing breaks.
#
# On this machine only: nothing here depends on the service manager.
[ "$mode" = root ] || return 0
. "$here/store.sh"
mkdir "$WORK/card"
cat >"$WORK/card/signer" <<'SIGNER'
#!/bin/sh
set -e
cd "${0%/*}"
case $1 in
  features) echo '{"signing":["RSA-PKCS"],"public-keys":["DER"]}' ;;
  key-names) echo '{"key-names":["root","store"]}' ;;
  get-public-key) openssl pkey -in "$5.pem" -pubout -outform DER ;;
  sign) openssl rsautl -sign -inkey "$5.pem" ;;
  *) exit 2 ;;
esac
SIGNER
chmod 755 "$WORK/card/signer"
expect 1 "cannot" "$STORE" init "$store_dir" --signer "$WORK/card/none"
for key in root store; do openssl genrsa -out "$WORK/card/$key.pem" 4096 2>/dev/null; done
store_make --signer "$WORK/card/signer"
[ -z "$(find "$store_dir" -type f -path '*private*')" ] || fail "the store keeps a secret key"
account root admin
account alice
as alice register signed >/dev/null
[ "$(publish alice "$(snap_file signed 1)" stable)" = 1 ] || fail "nothing was published"
use_store
expect 0 'signed 1 from alice installed' "$SNAP" install signed

# The signer is away: what is signed is served on, and what is new waits until it is back.
mv "$WORK/card/signer" "$WORK/card/away"
store_stop TERM
store_serve
"$SNAP" remove signed >/dev/null
expect 0 'signed 1 from alice installed' "$SNAP" install signed
second=$(snap_file signed 2)
as alice upload "$second" >"$WORK/said" 2>&1 &
client=$!
await 20 grep -qE "signer|external keypair" "$WORK/store.log"
mv "$WORK/card/away" "$WORK/card/signer"
wait $client || fail "the upload did not end well: $(cat "$WORK/said")"
grep -q '^Revision 2 of signed is ready' "$WORK/said" || fail "the upload ended otherwise: $(cat "$WORK/said")"
as alice release signed 2 stable >/dev/null
expect 0 'signed 2 from alice refreshed' "$SNAP" refresh signed
"$SNAP" remove signed >/dev/null
