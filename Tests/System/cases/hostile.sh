# Images that lie: each is refused with a message, soon, and leaves nothing.
refused() {
  local status=0 output
  output=$(timeout 20 "$SNAP" install --dangerous "$1" 2>&1) || status=$?
  [ $status = 1 ] || fail "$1 ended with $status: $output"
  [ -n "$output" ] || fail "$1 was refused without a word"
}
good=$(snap_file victim 1)
size=$(stat -c %s "$good")
for at in 1 40 96 200 4000 $((size / 2)) $((size - 100)); do
  head -c $at "$good" >"$WORK/cut.snap"
  # Padding may be cut off without harm; everything else may not.
  timeout 20 "$SNAP" install --dangerous "$WORK/cut.snap" >/dev/null 2>&1 && "$SNAP" remove victim >/dev/null
  consistent
done
snap_tree fifo 1
rm "$WORK/fifo/meta/snap.yaml"
mkfifo "$WORK/fifo/meta/snap.yaml"
mksquashfs "$WORK/fifo" "$WORK/fifo.snap" -noappend -quiet -no-progress >/dev/null
refused "$WORK/fifo.snap"
snap_tree link 1
mv "$WORK/link/meta/snap.yaml" "$WORK/elsewhere"
ln -s /etc/shadow "$WORK/link/meta/snap.yaml"
mksquashfs "$WORK/link" "$WORK/link.snap" -noappend -quiet -no-progress >/dev/null
refused "$WORK/link.snap"
snap_tree device 1
mknod "$WORK/device/meta/icon.png" b 7 0
mksquashfs "$WORK/device" "$WORK/device.snap" -noappend -quiet -no-progress >/dev/null
refused "$WORK/device.snap"
snap_tree large 1
head -c 64M /dev/zero | tr '\0' '#' >>"$WORK/large/meta/snap.yaml"
mksquashfs "$WORK/large" "$WORK/large.snap" -noappend -quiet -no-progress >/dev/null
refused "$WORK/large.snap"
snap_tree odd 1
sed -i 's/^name: odd/name: ..\/..\/etc/' "$WORK/odd/meta/snap.yaml"
mksquashfs "$WORK/odd" "$WORK/odd.snap" -noappend -quiet -no-progress >/dev/null
refused "$WORK/odd.snap"
