# Plugs and slots: what is connected by itself, connecting and disconnecting, and what a person undid stays undone.
APPS='plugs:
  network: null
  time-control: null
'
EXTRA=''
file=$(snap_file connector 1)
"$SNAP" install --dangerous "$file" >/dev/null || fail "cannot install"
expect 0 'network +connector:network +:network +-' "$SNAP" connections
expect 0 'time-control +connector:time-control +- +-' "$SNAP" connections connector
# connect, twice: the second time there is nothing to do, which is no error.
expect 0 '^$' "$SNAP" connect connector:time-control
expect 0 'time-control +connector:time-control +:time-control +manual' "$SNAP" connections
expect 0 '' "$SNAP" connect connector:time-control
# Names that are not there, in the reference's words.
expect 1 'snap "connector" has no plug named "bogus"' "$SNAP" connect connector:bogus
expect 1 'snap "nosuch" (is )?not' "$SNAP" connect nosuch:network
expect 1 'has no slot named "bogus"' "$SNAP" connect connector:network :bogus
expect 1 'invalid value: "a:b:c"' "$SNAP" connect a:b:c
# What rules connected stays undone over a refresh; what a person connected stays connected.
expect 0 '' "$SNAP" disconnect connector:network
! "$SNAP" connections | grep -q 'connector:network' || fail "still connected"
file=$(snap_file connector 2)
"$SNAP" install --dangerous "$file" >/dev/null || fail "cannot refresh"
! "$SNAP" connections | grep -q 'connector:network' || fail "connected again by a refresh"
expect 0 'time-control +connector:time-control +:time-control +manual' "$SNAP" connections
grep -q '"undesired":\[{' <<<"$(api GET '/v2/connections?select=all')" || fail "not remembered as undesired"
expect 0 'No connections to disconnect|nothing to do' "$SNAP" disconnect connector:network
# --forget gives it back to the rules.
expect 0 '' "$SNAP" disconnect --forget connector:network :network
"$SNAP" disable connector >/dev/null && "$SNAP" enable connector >/dev/null || fail "cannot disable and enable"
expect 0 'network +connector:network +:network +-' "$SNAP" connections
expect 0 'name: +network' "$SNAP" interface network
"$SNAP" remove connector >/dev/null || fail "cannot remove"
[ -z "$("$SNAP" connections)" ] || fail "connections outlive their snap"
