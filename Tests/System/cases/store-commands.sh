# The commands about stores: wrong input, no store, a store that is not there, people who are not root.
as_user() { setpriv --reuid=65534 --regid=65534 --clear-groups env -u SUDO_USER HOME=/nonexistent "$@"; }
fingerprint=$(printf 'A%.0s' $(seq 64))
export HOME=$WORK

# No store is set up.
none='no store is set up \(see "snap store add"\)'
expect 0 '^No store is set up yet' "$SNAP" store list
expect 1 "cannot search: $none" "$SNAP" find editor
expect 1 "cannot list sections: $none" "$SNAP" find --section
expect 1 'no snap found for "editor"' "$SNAP" info editor
expect 1 "$none" "$SNAP" install editor
expect 1 "cannot create cohorts: $none" "$SNAP" create-cohort editor
expect 1 "cannot query a store for assertions: $none" "$SNAP" known --remote account account-id=x
expect 1 'cannot query remote assertion: must provide primary key: snap-id' "$SNAP" known --remote snap-declaration series=16
expect 0 '^All snaps up to date' "$SNAP" refresh --list
expect 1 "cannot log in: $none" "$SNAP" login joe@example.com <<<secret
expect 1 'please use a valid email address' "$SNAP" login joe <<<secret
expect 1 'not logged in' "$SNAP" logout
expect 0 '^email: -$' "$SNAP" whoami
expect 1 'device not ready yet' "$SNAP" model
expect 0 'No validations are available' "$SNAP" validate
expect 0 '^timer: ' "$SNAP" refresh --time
expect 1 'nothing: command not found' "$SNAP" advise-snap --command nothing

# Wrong input.
expect 1 'cannot use "nonsense" as the address of a store' "$SNAP" store add nonsense --key "$fingerprint"
expect 1 'cannot use "x" as the fingerprint of a key' "$SNAP" store add https://store.invalid --key x
expect 1 'cannot call a store "A/B"' "$SNAP" store add https://store.invalid --key "$fingerprint" --name A/B
expect 64 "the required flag .--key' was not specified" "$SNAP" store add https://store.invalid
expect 1 'store "nope" is not set up' "$SNAP" store remove nope
expect 1 'Please specify a single channel' "$SNAP" install --edge --beta editor
expect 1 'nothing to switch' "$SNAP" switch core
expect 1 'cannot specify both channel and revision' "$SNAP" download --edge --revision=1 editor
expect 1 'expected a single account/name' "$SNAP" validate --enforce nonsense

# Who is not root looks, and changes nothing.
if [ -z "$ROOT" ]; then
  expect 0 'No store is set up yet' as_user "$SNAP" store list
  expect 1 'access denied' as_user "$SNAP" store add https://store.invalid --key "$fingerprint"
  expect 1 'access denied' as_user "$SNAP" create-cohort editor
  expect 1 'access denied' as_user "$SNAP" login joe@example.com <<<secret
else
  as_nobody() { setpriv --reuid=65534 --regid=65534 --clear-groups curl -sS --max-time 20 --unix-socket "$ROOT/run/snapd.socket" "$@"; }
  for path in stores cohorts login logout; do
    [ "$(as_nobody -o /dev/null -w '%{http_code}' -X POST -H 'Content-Type: application/json' -d '{}' "http://x/v2/$path")" != 200 ] ||
      fail "nobody may change $path"
  done
  as_nobody http://x/v2/stores | grep -q '"result":\[\]' || fail "nobody may not see the stores"
fi

# A store that is nowhere: its root cannot be fetched, so nothing is trusted and nothing is set up.
expect 1 'store.invalid|contact snap store' "$SNAP" store add https://store.invalid --key "$fingerprint"
[ ! -e "$ROOT/etc/snapd/trusted.d/store.invalid.assert" ] || fail "an unknown root is trusted"
expect 0 '^No store is set up yet' "$SNAP" store list

# One that an administrator wrote down is asked at once.
stores=$ROOT/etc/snapd/stores.d
mkdir -p "$stores"
printf '{"url":"http://store.invalid:1/"}' >"$stores/nowhere.json"
expect 0 '^nowhere +http://store.invalid:1/ +0 +administrator +-$' "$SNAP" store list
expect 1 'unable to contact snap store' "$SNAP" find editor
expect 1 'no snap found for "editor"' "$SNAP" info editor
expect 0 '^installed: ' "$SNAP" info core
printf 'nonsense' >"$stores/broken.json"
expect 0 '^nowhere ' "$SNAP" store list
rm "$stores/broken.json"
expect 0 'Store "nowhere" removed' "$SNAP" store remove nowhere
[ ! -e "$stores/nowhere.json" ] || fail "the store is still there"
rmdir "$stores"
consistent
