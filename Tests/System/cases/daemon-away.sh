# The daemon is away, its state is damaged, its disk is full: each is said plainly, and nothing is lost.
[ "$mode" = root ] || return 0
image=$(snap_file keeper 1)
expect 0 installed "$SNAP" install --dangerous "$image"
stop_daemon
expect 1 'cannot communicate with server: .*snapd.socket: connect: no such file or directory' "$SNAP" remove keeper
expect 0 '^still runs$' "$(command_of keeper)" 'still runs'

# A damaged state is copied aside and refused: the daemon does not guess.
database=$ROOT/var/lib/snapd/state.db
cp -a "$database" "$WORK/state.db"
cp -a "$database-wal" "$WORK/state.db-wal" 2>/dev/null || true
rm -f "$database-wal" "$database-shm"
printf 'x%.0s' $(seq 3000) | dd of="$database" bs=1 seek=500 conv=notrunc 2>/dev/null
expect 1 'state.db: it is damaged .*a copy is in' timeout 30 "$ROOT/usr/lib/snapd/snapd" --root "$ROOT"
ls "$database".damaged-* >/dev/null || fail "no copy of the damaged state was kept"
rm -f "$database"*
cp -a "$WORK/state.db" "$database"
[ ! -e "$WORK/state.db-wal" ] || cp -a "$WORK/state.db-wal" "$database-wal"
start_daemon
expect 0 '^keeper +1 +x1' "$SNAP" list keeper

# It ended while it was replacing files: what it had written aside is nobody's.
stop_daemon
left=("$ROOT/var/lib/snapd/cookie/.snap.keeper.30813y6gfuu1t~" "$ROOT/var/lib/snapd/sequence/.keeper.json.1~"
  "$ROOT/snap/keeper/.current.3w5e11264sgsf~" "$ROOT/snap/bin/.keeper.z~")
for file in "${left[@]}"; do ln -s x1 "$file"; done
start_daemon
for file in "${left[@]}"; do [ ! -L "$file" ] || fail "$file is left"; done
consistent

# A full disk.
big=$WORK/big
mkdir -p "$big/meta"
printf 'name: big\nversion: 1\nsummary: x\n' >"$big/meta/snap.yaml"
head -c 3M /dev/urandom >"$big/content"
chmod -R go=rX "$big"
"$SNAP" pack --compression=gzip --filename=big.snap "$big" "$WORK" >/dev/null
mount -t tmpfs -o size=1m,mode=755 none "$ROOT/var/lib/snapd/snaps"
expect 1 'no space left on device' "$SNAP" install --dangerous "$WORK/big.snap"
[ -z "$(ls -A "$ROOT/var/lib/snapd/snaps")" ] || fail "a half-received image is left"
umount "$ROOT/var/lib/snapd/snaps"
expect 0 'keeper removed' "$SNAP" remove keeper
