# A service starts with its snap, is restarted when it dies, survives the daemon, and ends with its snap.
APPS='  forever:
    command: bin/forever
    daemon: simple
    restart-condition: always'
image=$(snap_file srv 1)
expect 0 installed "$SNAP" install --dangerous "$image"
is_active() { "$SNAP" services srv | grep -Eq 'srv\.forever +enabled +active'; }
await 10 is_active
expect 0 'already|srv' "$SNAP" services srv
expect 0 removed "$SNAP" remove srv

# One that endures is the same process over a refresh; one that does not is not.
APPS='  old:
    command: bin/forever
    daemon: simple
    refresh-mode: endure
  new:
    command: bin/forever
    daemon: simple
    before: [last]
  last:
    command: bin/forever
    daemon: simple'
first=$(snap_file srv 1)
second=$(snap_file srv 2)
expect 0 installed "$SNAP" install --dangerous "$first"
# runs APP REVISION: prints the processes of an app that run a revision.
runs() {
  for process in /proc/[0-9]*; do
    { tr '\0' '\n' <"$process/environ" | grep -qx "SNAP_REVISION=$2" && grep -qa "/forever" "$process/cmdline" \
      && grep -Eq "snap\.srv\.$1\.service" "$process/cgroup"; } 2>/dev/null && basename "$process"
  done
  true
}
expect 0 'srv\.old +enabled +active' "$SNAP" services srv
expect 0 installed "$SNAP" install --dangerous "$second"
expect 0 '^srv +2 +x2' "$SNAP" list srv
for service in old new last; do expect 0 "srv\.$service +enabled +active" "$SNAP" services srv; done
if grep -q '^0::/.' /proc/self/cgroup; then
  [ -n "$(runs old x1)" ] || fail "the service that endures was restarted"
  [ -z "$(runs new x1)" ] || fail "a service of the old revision goes on"
fi
expect 0 Restarted "$SNAP" restart srv.old
expect 0 removed "$SNAP" remove srv
# An order that does not exist is refused.
APPS='  a:
    command: bin/forever
    daemon: simple
    after: [b]
  b:
    command: bin/forever
    daemon: simple
    after: [a]'
snap_tree srv 3
expect 1 'applications are part of a before/after cycle: a, b' "$SNAP" try "$WORK/srv"
unset APPS
