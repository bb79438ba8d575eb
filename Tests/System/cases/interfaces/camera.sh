# camera: a device node is there or not, and can be read and asked things.
set_up_camera() { add_plug <<<"camera: null"; }

# What a camera answers to a question that it does not understand is as good as any: it was asked.
ask='open($camera, "+<", "/dev/video0") or die "cannot open: $!\n";
  read($camera, $frame, 4) == 4 or die "cannot read: $!\n";
  $done = ioctl($camera, 0x80685600, $frame x 26);
  print $done ? "done\n" : "asked: $!\n";'

refused_camera() {
  local who
  for who in root user; do
    expect 1 'cannot open: (No such file or directory|Permission denied)' in_snap $who 'perl -e "$1" || exit 1' "$ask"
    expect 0 '^none$' in_snap $who 'ls /dev | grep video || echo none'
  done
}

works_camera() {
  local who
  for who in root user; do
    expect 0 '^asked: Inappropriate ioctl for device$' in_snap $who 'perl -e "$1"' "$ask"
    # Another device is no camera.
    expect 1 'No such file|Permission denied' in_snap $who 'head -c 1 /dev/mem0'
  done
  seen_by_root /dev/video0 || fail "a running process does not see the camera"
  # A second camera is plugged in: the next launch has it, and after it is gone there is none.
  mknod -m 666 /dev/video1 c 1 5
  expect 0 '^4$' in_snap root 'head -c 4 /dev/video1 | wc -c'
  rm /dev/video1
  expect 1 'No such file|Permission denied' in_snap root 'head -c 4 /dev/video1'
}

try_camera() {
  mknod -m 666 /dev/video0 c 1 5
  mknod -m 666 /dev/mem0 c 1 5
  proof camera
  unseen_by_root /dev/video0 || fail "a running process still sees the camera"
  rm /dev/video0 /dev/mem0
}
