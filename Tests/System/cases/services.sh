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
unset APPS
