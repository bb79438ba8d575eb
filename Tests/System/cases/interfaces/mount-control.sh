# mount-control: the mount that the plug describes.
set_up_mount_control() {
  add_plug <<'YAML'
mount-control:
  mount:
    - {what: none, where: $SNAP_COMMON/mnt, type: [tmpfs], options: [rw]}
YAML
}

refused_mount_control() {
  expect 1 'not permitted|[Pp]ermission denied|must be superuser' in_snap root \
    'mkdir -p $SNAP_COMMON/mnt; mount -t tmpfs -o rw none $SNAP_COMMON/mnt || exit 1'
}

works_mount_control() {
  expect 0 '^tmpfs$' in_snap root 'mount -t tmpfs -o rw none $SNAP_COMMON/mnt && stat -f -c %T $SNAP_COMMON/mnt'
  # It is the snap's, not the machine's, and stays for its other processes.
  ! grep -q /var/snap/tester/common/mnt /proc/self/mountinfo || fail "the mount is on the host"
  expect 0 '^$' in_snap root 'umount $SNAP_COMMON/mnt'
  expect 1 'not permitted|[Pp]ermission denied|must be superuser' in_snap user \
    'mount -t tmpfs -o rw none /tmp || exit 1'
}

try_mount_control() { proof mount-control; }
