# What work leaves in the daemon's memory does not stay there.
daemon() { if [ "$mode" = root ]; then cat "$base/daemon.pid"; else systemctl show -P MainPID snapd.service; fi; }
resident() { awk '/^VmRSS:/ { print $2 }' "/proc/$(daemon)/status"; }
APPS='  talk:
    command: bin/talk'
for version in 1 2; do
  snap_tree memory $version
  printf '#!/bin/sh\necho version\n' >"$WORK/memory/bin/talk"
  chmod 755 "$WORK/memory/bin/talk"
  "$SNAP" pack --compression=gzip --filename=memory_$version.snap "$WORK/memory" "$WORK" >/dev/null
done
stop_daemon
start_daemon
expect 0 core "$SNAP" list
idle=$(resident)
for version in 1 2; do expect 0 installed "$SNAP" install --dangerous "$WORK/memory_$version.snap"; done
expect 0 reverted "$SNAP" revert memory
worked=$(resident)
[ "$worked" -ge $((idle + 4096)) ] || fail "work takes less memory than the daemon lets go of: $idle kB, then $worked kB"
# After thirty seconds of rest.
less() { [ "$(resident)" -lt $((worked - 1024)) ]; }
await 50 less || fail "the daemon keeps what work has left: $worked kB, now $(resident) kB"
# It is none the worse for it.
expect 0 '^memory +1 ' "$SNAP" list memory
expect 0 removed "$SNAP" remove --purge memory
