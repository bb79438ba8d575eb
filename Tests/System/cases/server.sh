# A real server with a database lives through what a snap lives through, with clients that write all the time: fifty
# refreshes, one that its own hook refuses, a daemon that is killed in the middle. No acknowledged write is lost.
first=$("$top/Tests/System/server-snap" "$WORK" 1)
second=$("$top/Tests/System/server-snap" "$WORK" 2)
broken=$("$top/Tests/System/server-snap" "$WORK" 3 broken)
port=16379
expect 0 'server 1 installed' "$SNAP" install --dangerous "$first"
expect 0 "^$port\$" "$SNAP" get server port
expect 0 'server.redis +enabled +active' "$SNAP" services server
expect 0 'server.status .*socket-activated' "$SNAP" services server
expect 0 'server.backup .*timer-activated' "$SNAP" services server
expect 0 'server.cli as rcli' "$SNAP" alias server.cli rcli
answers() { [ "$("$(command_of rcli)" ping 2>/dev/null)" = PONG ]; }
await 20 answers

# status: what the service says that a connection starts.
status() { curl -s --http0.9 --max-time 5 --unix-socket "$ROOT/var/snap/server/common/status.sock" http://x/ || true; }
[ "$(status)" = 'version 1' ] || fail "the socket does not start its service: '$(status)'"

# Configuration reaches the server, and what it cannot take changes nothing.
expect 1 'the port must be a number, not "many"' "$SNAP" set server port=many
expect 0 "^$port\$" "$SNAP" get server port
port=16380
"$SNAP" set server port=$port
takes_writes() { (exec 3<>/dev/tcp/127.0.0.1/$port) 2>/dev/null; }
await 20 takes_writes

# writer N: writes keys of its own, and notes each that was acknowledged.
writer() {
  local n=0 reply
  exec 2>/dev/null
  while [ -e "$WORK/writing" ]; do
    if exec 3<>/dev/tcp/127.0.0.1/$port; then
      while [ -e "$WORK/writing" ]; do
        n=$((n + 1))
        printf 'SET w%d-%d x\r\n' "$1" $n >&3 || break
        IFS= read -r -t 5 -u 3 reply || break
        [ "$reply" = $'+OK\r' ] && echo "w$1-$n" >>"$WORK/acknowledged.$1"
      done
      exec 3>&- 3<&-
    fi
    sleep 0.01
  done
}
touch "$WORK/writing"
trap 'rm -f "$WORK/writing"' EXIT
writers=
for n in 1 2 3; do
  (trap - EXIT; writer $n) &
  writers+=" $!"
done

# kill_daemon: as if it had crashed; the machine starts it again.
kill_daemon() {
  if [ "$mode" = root ]; then
    kill -KILL "$(cat "$base/daemon.pid")"
    await_daemon_end
    start_daemon
  else
    systemctl kill -s KILL snapd.service
  fi
}
quiet() { grep -q '"result":\[\]' <<<"$(api GET '/v2/changes?select=in-progress')"; }
refreshes=${REFRESHES:-50}
interrupted=0
for n in $(seq "$refreshes"); do
  image=$second
  [ $((n % 2)) = 1 ] || image=$first
  if [ $((n % 9)) = 0 ]; then
    "$SNAP" install --dangerous --no-wait "$image" >/dev/null
    # Any instant will do: a later one each time.
    sleep 0.0$n
    quiet || interrupted=$((interrupted + 1))
    kill_daemon
    await 30 quiet
    "$SNAP" changes | grep . | tail -1 | grep -q ' Done ' || fail "a killed refresh did not end well: $("$SNAP" changes | tail -3)"
  else
    "$SNAP" install --dangerous "$image" >/dev/null || fail "refresh $n: $("$SNAP" logs -n 30 server)"
  fi
done
[ "$interrupted" -gt 0 ] || fail "the daemon was never killed in the middle of a refresh"
await 20 answers
before=$("$SNAP" list server | awk 'NR == 2 {print $2, $3}')

# A refresh that the snap's own hook refuses: the old revision and its data are back, and the server with them.
expect 1 'the new format cannot be read' "$SNAP" install --dangerous "$broken"
[ "$("$SNAP" list server | awk 'NR == 2 {print $2, $3}')" = "$before" ] || fail "the refused revision stayed"
! grep -q '^3$' "$ROOT/var/snap/server/current/refreshed" || fail "the refused revision's data stayed"
await 20 answers
rm "$WORK/writing"
wait $writers

"$(command_of rcli)" --raw KEYS '*' | sort >"$WORK/kept"
cat "$WORK"/acknowledged.* | sort >"$WORK/acknowledged"
count=$(wc -l <"$WORK/acknowledged")
[ "$count" -gt $((refreshes * 10)) ] || fail "the clients wrote only $count keys"
lost=$(comm -23 "$WORK/acknowledged" "$WORK/kept")
[ -z "$lost" ] || fail "$(wc -l <<<"$lost") of $count acknowledged writes were lost: $(head -3 <<<"$lost" | tr '\n' ' ')"
echo "server: killed at $interrupted of $refreshes refreshes, $count acknowledged writes, none lost"

# The timer makes a backup, at the full minute.
await 75 test -s "$ROOT/var/snap/server/common/backup.rdb"
expect 0 'server removed' "$SNAP" remove server
[ ! -e "$ROOT/snap/bin/rcli" ] || fail "the alias is left"
