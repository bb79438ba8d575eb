# docker-support: what a container manager does: namespaces, mounts, control groups.
set_up_docker_support() { add_plug <<<"docker-support: null"; }

contain='unshare --mount --pid --fork sh -ec "
  mkdir -p /tmp/box
  mount -t tmpfs box /tmp/box
  mkdir /tmp/box/proc
  mount -t proc proc /tmp/box/proc
  readlink /tmp/box/proc/self"'

refused_docker_support() {
  expect 1 'not permitted|[Pp]ermission denied|must be superuser' in_snap root "$contain"
  expect 1 'not permitted|[Pp]ermission denied|must be superuser' in_snap root 'mount -t tmpfs box /tmp || exit 1'
  [ -z "$groups" ] || expect 1 'Permission denied|Read-only|No such file' in_snap root 'echo 0 >"$1/cgroup.procs"' "$groups"
}

works_docker_support() {
  # The first process of a process namespace of its own is the shell; what looks at itself is one of its children.
  expect 0 '^[0-9]$' in_snap root "$contain"
  # An ordinary user gets no more of the kernel than before.
  expect 1 'not permitted|[Pp]ermission denied|must be superuser' in_snap user 'mount -t tmpfs box /tmp || exit 1'
  [ -z "$groups" ] || expect 0 "/docker/box" in_snap root \
    'mkdir "$1/box" && echo 0 >"$1/box/cgroup.procs" && grep docker /proc/self/cgroup' "$groups"
  [ -z "$groups" ] || rmdir "$groups/box"
}

try_docker_support() {
  # A group of the test's own below a controller, where control groups can be made (cgroup v1 and v2 alike).
  groups=
  local place
  for place in /sys/fs/cgroup/pids /sys/fs/cgroup/unified /sys/fs/cgroup; do
    if [ -e "$place/cgroup.procs" ] && [ ! -e "$place/docker" ] && mkdir -p "$place/docker" 2>/dev/null; then
      groups=$place/docker
      break
    fi
  done
  proof docker-support
  [ -z "$groups" ] || rmdir "$groups"
}
