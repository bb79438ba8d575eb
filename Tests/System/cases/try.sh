# A directory is tried in place: what changes in it changes in the snap.
snap_tree draft 1
expect 0 "^draft 1 mounted from $WORK/draft\$" "$SNAP" try "$WORK/draft"
expect 0 'draft +1 +x1 .*try' "$SNAP" list draft
expect 0 '^a$' "$(command_of draft)" a
printf '#!/bin/sh\necho changed\n' >"$WORK/draft/bin/echo-args"
expect 0 '^changed$' "$(command_of draft)" a
expect 0 removed "$SNAP" remove draft
[ -e "$WORK/draft/meta/snap.yaml" ] || fail "removing the snap removed the directory"
expect 1 'not a snap directory|does not|cannot' "$SNAP" try "$WORK/nothing"
