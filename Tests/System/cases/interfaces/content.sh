# content: places of one snap in another, to read and to write.
set_up_content() {
  add_plug <<'YAML'
shared: {interface: content, content: things, target: $SNAP/shared}
writable: {interface: content, content: drafts, target: $SNAP_COMMON/drafts}
YAML
  add_slot <<'YAML'
things: {interface: content, content: things, read: [$SNAP/data]}
drafts: {interface: content, content: drafts, write: [$SNAP_COMMON/drafts]}
YAML
}

refused_shared() {
  expect 1 'No such file|Permission denied' in_snap root 'cat $SNAP/shared/file'
  expect 1 'No such file|Permission denied' in_snap user 'cat $SNAP/shared/file'
  # The other snap's own path is no way in either.
  expect 1 'No such file|Permission denied' in_snap root 'cat /snap/provider/current/data/file'
}
works_shared() {
  expect 0 '^from the provider$' in_snap root 'cat $SNAP/shared/file'
  expect 0 '^from the provider$' in_snap user 'cat $SNAP/shared/file'
  expect 1 'Permission denied|Read-only' in_snap root 'echo evil >$SNAP/shared/file'
  seen_by_root "/snap/tester/x1/shared/file" || fail "a running process does not see what is shared"
}

refused_writable() {
  expect 1 'No such file|Permission denied' in_snap root 'cat $SNAP_COMMON/drafts/draft'
  [ "$(cat /var/snap/provider/common/drafts/draft)" = draft ] || fail "the draft was changed"
  [ ! -e /var/snap/provider/common/drafts/lost ] || fail "a file reached the other snap"
}
works_writable() {
  expect 0 '^draft$' in_snap root 'cat $SNAP_COMMON/drafts/draft && echo more >$SNAP_COMMON/drafts/made'
  expect 0 '^more$' in_provider 'cat $SNAP_COMMON/drafts/made && rm $SNAP_COMMON/drafts/made'
}

try_content() {
  in_provider 'mkdir -p $SNAP_COMMON/drafts && echo draft >$SNAP_COMMON/drafts/draft'
  proof shared provider:things
  proof writable provider:drafts
  unseen_by_root /snap/tester/x1/shared/file || fail "a running process still sees what was shared"
}
