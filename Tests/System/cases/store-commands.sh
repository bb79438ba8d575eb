# The commands about stores: wrong input, no store, a store that is not there, people who are not root.
#
# On this machine only: nothing here depends on the service manager.
[ "$mode" = root ] || return 0
as_user() { setpriv --reuid=65534 --regid=65534 --clear-groups env -u SUDO_USER HOME=/nonexistent "$@"; }
. "$here/store.sh"
nobodys=$(printf 'A%.0s' $(seq 64))
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
expect 1 'cannot use "nonsense" as the address of a store' "$SNAP" store add nonsense --key "$nobodys"
expect 1 'cannot use "x" as the fingerprint of a key' "$SNAP" store add https://store.invalid --key x
expect 1 'cannot call a store "A/B"' "$SNAP" store add https://store.invalid --key "$nobodys" --name A/B
expect 64 "the required flag .--key' was not specified" "$SNAP" store add https://store.invalid
expect 1 'store "nope" is not set up' "$SNAP" store remove nope
expect 1 'Please specify a single channel' "$SNAP" install --edge --beta editor
expect 1 'nothing to switch' "$SNAP" switch core
expect 1 'cannot specify both channel and revision' "$SNAP" download --edge --revision=1 editor
expect 1 'expected a single account/name' "$SNAP" validate --enforce nonsense

# Who is not root looks, and changes nothing.
if [ -z "$ROOT" ]; then
  expect 0 'No store is set up yet' as_user "$SNAP" store list
  expect 1 'access denied' as_user "$SNAP" store add https://store.invalid --key "$nobodys"
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
expect 1 'store.invalid|contact snap store' "$SNAP" store add https://store.invalid --key "$nobodys"
[ ! -e "$ROOT/etc/snapd/trusted.d/store.invalid.assert" ] || fail "an unknown root is trusted"
expect 0 '^No store is set up yet' "$SNAP" store list

# One that an administrator wrote down is asked at once.
stores=$ROOT/etc/snapd/stores.d
mkdir -p "$stores"
printf '{"url":"http://store.invalid:2/"}' >"$stores/nowhere.json"
expect 0 '^nowhere +http://store.invalid:2/ ' "$SNAP" store list
printf '{"url":"http://store.invalid:1/"}' >"$stores/nowhere.json"
expect 0 '^nowhere +http://store.invalid:1/ +0 +administrator +-$' "$SNAP" store list
began=$SECONDS
expect 1 'unable to contact snap store|store.invalid' "$SNAP" store add http://127.0.0.1:1/ --key "$nobodys"
expect 1 'contact snap store|store.invalid' "$SNAP" known --remote account account-id=x
[ $((SECONDS - began)) -lt 15 ] || fail "who adds a store that is away waits $((SECONDS - began)) seconds"
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

# A real store on this machine: publish, then everything through it.
store_make
account joe '' --display-name "Joe Doe"
expect 1 'cannot trust the store: it has no account-key' "$SNAP" store add "$store_url" --key "$nobodys" --name test
expect 0 "Store \"test\" at $store_url/ added" "$SNAP" store add "$store_url" --key "$fingerprint" --name test
for name in test other; do
  expect 1 'store "test" is set up already' "$SNAP" store add "$store_url" --key "$fingerprint" --name $name
done
expect 0 "^test +$store_url/ +0 +administrator +$fingerprint$" "$SNAP" store list

for name in tidy-editor other-thing; do as joe register "$name" >/dev/null || fail "cannot register $name"; done
# offer NAME VERSION CHANNEL...
offer() { publish joe "$(snap_file "$1" "$2")" "${@:3}" >/dev/null; }
offer tidy-editor 1.0 stable
offer tidy-editor 1.1
expect 1 'no track "2.0"' as joe release tidy-editor 2 candidate 2.0/edge
offer other-thing 5 edge

expect 0 '^tidy-editor +1.0 +joe +- +A snap for tests' "$SNAP" find tidy
expect 0 '^other-thing ' "$SNAP" find other-thing
expect 0 'No matching snaps for "other-thing"' "$SNAP" find --narrow other-thing
expect 0 'No matching snaps for "zzzz"' "$SNAP" find zzzz
expect 1 'bad query' "$SNAP" find 'a(b'
expect 1 'log in' "$SNAP" find --private tidy
"$SNAP" info tidy-editor >"$WORK/info"
grep -Eq '^publisher: +Joe Doe \(joe\)$' "$WORK/info" || fail "$(cat "$WORK/info")"
grep -Eq '^  latest/stable: +1.0 +20[0-9-]+ \(1\) +[0-9]+kB -$' "$WORK/info" || fail "$(cat "$WORK/info")"
grep -Eq '^  latest/beta: +\^' "$WORK/info" || fail "$(cat "$WORK/info")"
expect 1 'no snap found for "nothing"' "$SNAP" info nothing
expect 1 'snap "other-thing" is not available on stable .*--edge other-thing' "$SNAP" install other-thing
expect 1 'snap "nothing" not found' "$SNAP" install nothing
expect 0 '^other-thing \(edge\) 5 from Joe Doe \(joe\) installed$' "$SNAP" install --edge other-thing
expect 0 '^other-thing +5 +1 +latest/edge +joe +-$' "$SNAP" list other-thing
expect 0 '"other-thing" switched to the "latest/beta" channel' "$SNAP" switch --beta other-thing
expect 0 '"other-thing" switched to the "latest/edge" channel' "$SNAP" switch --edge other-thing
expect 0 'All snaps up to date' "$SNAP" refresh --list
offer other-thing 6 edge
expect 0 '^other-thing +6 +2 ' "$SNAP" refresh --list
expect 0 '^  update: +5 \(1\) -> 6 \(2\)$' "$SNAP" refresh --list --explain
expect 0 'General refreshes of "other-thing" held until ' "$SNAP" refresh --hold=24h other-thing
expect 0 'held' "$SNAP" list other-thing
expect 0 'Removed general refresh hold of "other-thing"' "$SNAP" refresh --unhold other-thing
expect 0 '^other-thing \(edge\) 6 from Joe Doe \(joe\) refreshed$' "$SNAP" refresh other-thing
expect 0 'snap "other-thing" has no updates available' "$SNAP" refresh other-thing
cd "$WORK"
expect 0 'snap install (./)?other-thing_2.snap' "$SNAP" download --edge other-thing
cmp -s other-thing_2.snap other-thing_6.snap || fail "what was downloaded is not what was published"
grep -q '^type: snap-revision$' other-thing_2.assert || fail "the assertions are not there"
expect 0 '' "$SNAP" ack other-thing_2.assert
expect 0 '' "$SNAP" ack <(cat other-thing_2.assert)
expect 1 'snap "other-thing" not available as specified' "$SNAP" download --revision=x1 other-thing
# A full disk: what is written to it is not there, and that is said.
for command in "$SNAP known account" "$SNAP list" "$STORE trust $store_dir"; do
  ! $command >/dev/full 2>"$WORK/said" || fail "$command does not notice that the disk is full"
  grep -q 'cannot write output: No space left on device' "$WORK/said" || fail "$command says: $(cat "$WORK/said")"
done
expect 0 'mine.assert' "$SNAP" download --revision=1 --basename=mine --target-directory="$WORK/there" other-thing
cmp -s there/mine.snap other-thing_5.snap || fail "revision 1 is another one"
mv there/mine.snap there/whole
head -c 1000 there/whole >there/mine.snap.partial
expect 0 'mine.snap' "$SNAP" download --revision=1 --basename=mine --target-directory="$WORK/there" other-thing
cmp -s there/mine.snap there/whole || fail "a download that was cut off did not go on"
rm there/mine.snap
exec 8>there/mine.snap.partial
flock 8
expect 1 'cannot write ".*mine.snap.partial": another download does' \
  "$SNAP" download --revision=1 --basename=mine --target-directory="$WORK/there" other-thing
exec 8>&-
expect 0 'mine.snap' "$SNAP" download --revision=1 --basename=mine --target-directory="$WORK/there" other-thing
cmp -s there/mine.snap there/whole || fail "a download after another is another one"
expect 1 'snap "nothing" not found' "$SNAP" download nothing
expect 1 'snap "other-thing" is not available on stable' "$SNAP" download other-thing
cd /
expect 0 '^    cohort-key: ' "$SNAP" create-cohort other-thing
expect 1 'not found' "$SNAP" create-cohort nothing
expect 0 '^type: account$' "$SNAP" known --remote account "account-id=$("$SNAP" known snap-declaration | sed -n 's/^publisher-id: //p' | head -1)"
expect 1 'invalid credentials' "$SNAP" login joe@acme.test <<<wrong-secret
expect 0 'Login successful' "$SNAP" login joe@acme.test <<<"joe's own secret"
expect 0 '^email: joe@acme.test$' "$SNAP" whoami
[ "$(stat -c %a "$WORK/.snap/auth.json")" = 600 ] || fail "others can read the log-in"
expect 0 'No matching snaps|tidy-editor' "$SNAP" find --private tidy
expect 0 '' "$SNAP" logout
expect 0 '^email: -$' "$SNAP" whoami

# The store goes away: what is here is shown all the same.
store_stop
expect 0 '^installed: +6 ' "$SNAP" info other-thing
store_serve
expect 0 '^tidy-editor ' "$SNAP" find tidy
expect 0 'other-thing removed' "$SNAP" remove other-thing
expect 0 'Store "test" removed' "$SNAP" store remove test
[ ! -e "$ROOT/etc/snapd/trusted.d/test.assert" ] || fail "a store that is gone is still trusted"
expect 1 "cannot search: $none" "$SNAP" find tidy
rm -rf "$stores"
consistent
