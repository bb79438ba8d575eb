# What the default sandbox refuses, with no AppArmor in the kernel. Each probe is run in devmode too, where the same
# attempt must work, so that a probe that is wrong does not pass for a wall that holds.
image=$(snap_file probe 1)
other=$(snap_file other 1)
expect 0 installed "$SNAP" install --dangerous "$other"
echo secret >"$ROOT/var/snap/other/common/secret"
# Another snap's namespace is kept all the while.
expect 0 '' "$(command_of other.sh)" -c true
mkdir -p "$ROOT/home/alice"
echo private >"$ROOT/home/alice/diary"
sleep 1000 &
victim=$!
private=/tmp/private.$victim

# ptrace(PTRACE_ATTACH), with no debugger in the base.
case $(uname -m) in x86_64) ptrace=101 ;; *) ptrace=117 ;; esac
probes=(
  "attach to another process as a debugger|perl -e 'exit(syscall($ptrace, 16, $victim, 0, 0) == 0 ? 0 : 1)'"
  "read another snap's data|cat /var/snap/other/common/secret"
  "see the machine's root|ls /var/lib/snapd/hostfs/proc"
  "mount|mount -t tmpfs none /mnt"
  "make a device node|mknod /tmp/disk b 7 0"
  "open a disk|head -c 1 /dev/loop0"
  "see another process's environment|cat /proc/$victim/environ"
  "signal another process|kill -CONT $victim"
  "change the host's name|hostname \$(hostname)"
  "make a namespace|unshare --mount true"
)
for mode in --dangerous --devmode; do
  expect 0 installed "$SNAP" install --dangerous "$mode" "$image"
  for probe in "${probes[@]}"; do
    if "$(command_of probe.sh)" -c "${probe#*|}" >/dev/null 2>&1; then outcome=allowed; else outcome=refused; fi
    if [ $mode = --dangerous ] && [ $outcome = allowed ]; then fail "strict: may ${probe%%|*}"; fi
    if [ $mode = --devmode ] && [ $outcome = refused ]; then fail "devmode: the probe '${probe%%|*}' does not work"; fi
  done
  if [ $mode = --dangerous ]; then
    status=$("$(command_of probe.sh)" -c 'cat /proc/self/status')
    grep -Eq '^NoNewPrivs:\s+1' <<<"$status" || fail "no_new_privs is not set"
    grep -Eq '^Seccomp:\s+2' <<<"$status" || fail "no seccomp filter"
    "$(command_of probe.sh)" -c 'ls /home/alice' 2>/dev/null && fail "sees the home of another user"
    expect 0 '^mine$' "$(command_of probe.sh)" -c 'echo mine >$SNAP_USER_DATA/x && cat $SNAP_USER_DATA/x'
    expect 0 '^mine$' "$(command_of probe.sh)" -c 'echo mine >$SNAP_COMMON/x && cat $SNAP_COMMON/x'
    expect 0 '^mine$' "$(command_of probe.sh)" -c "echo mine >$private && cat $private"
    [ ! -e $private ] || fail "/tmp is not private"
  fi
  expect 0 removed "$SNAP" remove probe
done
kill $victim
expect 0 removed "$SNAP" remove other
