# Every key of `apps:` that is about services, through snap.yaml and the command line; the same on both hosts.
tree=$WORK/fmt
mkdir -p "$tree/meta/hooks" "$tree/bin"
yaml=$tree/meta/snap.yaml
# make_tree VERSION: services are added with `service` after it.
make_tree() {
  cat >"$yaml" <<YAML
name: fmt
version: "$1"
summary: Services of all kinds
description: Made by the system tests.
environment:
  COLOUR: red
  SHAPE: round \$COLOUR
apps:
YAML
}
# service NAME COMMAND KEY: VALUE...
service() {
  printf '  %s:\n    command: %s\n' "$1" "$2" >>"$yaml"
  shift 2
  printf '    %s\n' "$@" >>"$yaml"
}
common=$ROOT/var/snap/fmt/common
# Notes that it started, with its arguments; then stays.
cat >"$tree/bin/stay" <<'SH'
#!/bin/sh
echo "$$ $*" >>"$SNAP_COMMON/$SNAP_APP_NAME.starts"
trap 'echo usr1 >>"$SNAP_COMMON/$SNAP_APP_NAME.ends"; kill $!; exit 0' USR1
trap 'echo term >>"$SNAP_COMMON/$SNAP_APP_NAME.ends"; kill $!; exit 0' TERM
while :; do sleep 1000 & wait $!; done
SH
# Ends as its argument says the first time, and stays from then on.
cat >"$tree/bin/ends" <<'SH'
#!/bin/sh
date +%s%3N >>"$SNAP_COMMON/$SNAP_APP_NAME.starts"
[ "$(wc -l <"$SNAP_COMMON/$SNAP_APP_NAME.starts")" = 1 ] || exec sleep 1000
case $1 in
  -*) kill "$1" $$; sleep 10 ;;
  *) exit "$1" ;;
esac
SH
printf '#!/bin/sh\ntrap "" TERM\nwhile :; do sleep 1; done\n' >"$tree/bin/stubborn"
printf '#!/bin/sh\necho "$1" >>"$SNAP_COMMON/$SNAP_APP_NAME.notes"\n' >"$tree/bin/note"
printf '#!/bin/sh\nCHAINED="$CHAINED$1" && export CHAINED && shift 0 && exec "$@"\n' >"$tree/bin/chain"
printf '#!/bin/sh\n(while :; do sleep 1000; done) >/dev/null 2>&1 &\nexit 0\n' >"$tree/bin/forks"
printf '#!/bin/sh\nsleep 0.3; env >"$SNAP_COMMON/$SNAP_APP_NAME.env"\n' >"$tree/bin/once"
cat >"$tree/bin/notifies" <<'SH'
#!/usr/bin/perl
use Socket;
my ($when, $how) = @ARGV;
sub inform { socket(my $s, AF_UNIX, SOCK_DGRAM, 0); my $p = $ENV{NOTIFY_SOCKET} // ''; $p =~ s/^@/\0/;
  send($s, shift, 0, pack_sockaddr_un($p)) or print STDERR "notify: $!\n"; }
open(my $log, '>>', "$ENV{SNAP_COMMON}/$ENV{SNAP_APP_NAME}.starts"); print $log "$$\n"; close $log;
select(undef, undef, undef, $when);
inform("READY=1\nSTATUS=well");
if ($how eq 'barks') { for (1..3) { inform('WATCHDOG=1'); select(undef, undef, undef, 0.2); } }
sleep 1000;
SH
cat >"$tree/bin/listens" <<'SH'
#!/usr/bin/perl
use Socket;
open(my $server, '+<&=', 3) or die "descriptor 3: $!\n";
while (accept(my $client, $server)) { syswrite($client, "$ENV{LISTEN_FDS} $ENV{LISTEN_FDNAMES} $$\n"); close $client; }
SH
chmod 755 "$tree" "$tree/meta" "$tree/meta/hooks" "$tree"/bin/*

disabled="install-mode: disable"
all_services() {
  make_tree "$1"
  service simple "bin/stay a b" "daemon: simple" "stop-command: bin/note stop" "reload-command: bin/note reload" \
    "post-stop-command: bin/note post-stop" "environment: {COLOUR: blue}"
  service chained bin/once "daemon: oneshot" "command-chain: [bin/chain]" "environment: {COLOUR: green}" "$disabled"
  service forking bin/forks "daemon: forking" "$disabled"
  service endures bin/stay "daemon: simple" "refresh-mode: endure"
  service usr1 bin/stay "daemon: simple" "stop-mode: sigusr1" "$disabled"
  service stubborn bin/stubborn "daemon: simple" "stop-timeout: 1s" "$disabled"
  service notify "bin/notifies 0.5 stays" "daemon: notify" "plugs: [daemon-notify]" "start-timeout: 4s" "$disabled"
  service mute "bin/notifies 60 stays" "daemon: notify" "plugs: [daemon-notify]" "start-timeout: 1s" \
    "restart-condition: never" "$disabled"
  service watched "bin/notifies 0 barks" "daemon: notify" "plugs: [daemon-notify]" "watchdog-timeout: 600ms" \
    "restart-condition: on-watchdog" "$disabled"
  service first bin/stay "daemon: simple" "before: [second]" "$disabled"
  service second bin/stay "daemon: simple" "$disabled"
  service third bin/stay "daemon: simple" "after: [second]" "$disabled"
  local condition how
  for condition in never on-success on-failure on-abnormal on-abort always; do
    for how in 0 1 -ABRT -ALRM; do
      service "${condition//-/}${how/-/}" "bin/ends $how" "daemon: simple" "restart-condition: $condition" \
        "restart-delay: 300ms" "$disabled"
    done
  done
  service exits42 "bin/ends 42" "daemon: simple" "restart-condition: on-failure" "success-exit-status: [42]" "$disabled"
  service listens bin/listens "daemon: simple" \
    "sockets: {door: {listen-stream: \$SNAP_COMMON/door, socket-mode: 0640}}" "plugs: [network-bind]"
  "$SNAP" pack --compression=gzip --filename="fmt_$1.snap" "$tree" "$WORK" >/dev/null
  echo "$WORK/fmt_$1.snap"
}
state() { "$SNAP" services "fmt.$1" | awk 'NR == 2 {print $2, $3}'; }
is() { [ "$(state "$1")" = "$2" ]; }
starts() { wc -l <"$common/$1.starts" 2>/dev/null || echo 0; }
pid_of() { tail -1 "$common/$1.starts" | cut -d' ' -f1; }

one=$(all_services 1)
two=$(all_services 2)
expect 0 'fmt 1 installed' "$SNAP" install --dangerous "$one"

# install-mode, command, daemon: simple
await 10 is simple 'enabled active'
is second 'disabled inactive' || fail "install-mode: disable: $(state second)"
grep -q ' a b$' "$common/simple.starts" || fail "command: $(cat "$common/simple.starts")"

# reload-command, stop-command, post-stop-command
"$SNAP" restart --reload fmt.simple
grep -qx reload "$common/simple.notes" || fail "reload-command did not run"
[ "$(starts simple)" = 1 ] || fail "a service with a reload command was restarted"
"$SNAP" stop fmt.simple
[ "$(tail -2 "$common/simple.notes" | tr '\n' ' ')" = 'stop post-stop ' ] || fail "stop: $(cat "$common/simple.notes")"
is simple 'enabled inactive' || fail "stopped: $(state simple)"
"$SNAP" start fmt.simple

# daemon: oneshot is waited for; environment and command-chain
"$SNAP" start fmt.chained
grep -qx 'COLOUR=green' "$common/chained.env" || fail "environment of the app"
grep -qx 'SHAPE=round red' "$common/chained.env" || fail "environment of the snap: $(grep SHAPE "$common/chained.env")"
grep -q '^CHAINED=.*bin/once' "$common/chained.env" || fail "command-chain"
is chained 'disabled inactive' || fail "a oneshot service goes on: $(state chained)"

# daemon: forking
"$SNAP" start fmt.forking
is forking 'disabled active' || fail "forking: $(state forking)"
"$SNAP" stop fmt.forking
is forking 'disabled inactive' || fail "forking, stopped: $(state forking)"

# stop-mode
"$SNAP" start fmt.usr1
await 10 test -s "$common/usr1.starts"
"$SNAP" stop fmt.usr1
[ "$(cat "$common/usr1.ends")" = usr1 ] || fail "stop-mode: $(cat "$common/usr1.ends")"

# stop-timeout
"$SNAP" start fmt.stubborn
began=$(date +%s%3N)
"$SNAP" stop fmt.stubborn
took=$(($(date +%s%3N) - began))
[ $took -ge 900 ] && [ $took -lt 15000 ] || fail "stop-timeout: $took ms"

# daemon: notify and watchdog-timeout need daemon-notify, which nothing connects by itself
expect 1 '.' "$SNAP" start fmt.mute
expect 0 '' "$SNAP" connect fmt:daemon-notify
"$SNAP" start fmt.notify
is notify 'disabled active' || fail "notify: $(state notify)"
began=$(date +%s%3N)
expect 1 'fmt.mute' "$SNAP" start fmt.mute
[ $(($(date +%s%3N) - began)) -lt 30000 ] || fail "start-timeout"
"$SNAP" start fmt.watched
await 20 eval '[ "$(starts watched)" -ge 2 ]'
"$SNAP" stop fmt.watched

# before, after
"$SNAP" start fmt.third fmt.first fmt.second
await 10 test -s "$common/third.starts"
order=$(stat -c '%Y.%y %n' "$common"/{first,second,third}.starts | sort | sed 's/.*\/\(.*\).starts/\1/' | tr '\n' ' ')
[ "$order" = 'first second third ' ] || fail "before/after: $order"
"$SNAP" stop fmt.first fmt.second fmt.third

# restart-condition, restart-delay, success-exit-status
# restarts CONDITION HOW...: with which ends it is started again.
restarts() {
  local condition=$1 how name
  shift
  for how in 0 1 -ABRT -ALRM; do "$SNAP" start "fmt.$condition${how/-/}"; done
  for how in 0 1 -ABRT -ALRM; do
    name=$condition${how/-/}
    if [[ " $* " == *" $how "* ]]; then
      await 10 eval '[ "$(starts '"$name"')" = 2 ]'
      gap=$(($(tail -1 "$common/$name.starts") - $(head -1 "$common/$name.starts")))
      [ $gap -ge 300 ] || fail "restart-delay: $name after $gap ms"
    fi
  done
  # What was to be restarted has been; what was not has had the same time.
  for how in 0 1 -ABRT -ALRM; do
    name=$condition${how/-/}
    [[ " $* " == *" $how "* ]] || [ "$(starts "$name")" = 1 ] || fail "$name was started again"
    "$SNAP" stop "fmt.$name"
  done
}
restarts always 0 1 -ABRT -ALRM
restarts onsuccess 0
restarts onfailure 1 -ABRT -ALRM
restarts onabnormal -ABRT -ALRM
restarts onabort -ABRT -ALRM
restarts never
"$SNAP" start fmt.exits42
await 10 is exits42 'disabled inactive'
[ "$(starts exits42)" = 1 ] || fail "success-exit-status"

# sockets
[ "$(stat -c %a "$common/door")" = 640 ] || fail "socket-mode: $(stat -c %a "$common/door")"
door() { curl -s --http0.9 --max-time 5 --unix-socket "$common/door" http://x/ || true; }
answer=$(door)
[[ $answer == '1 door '* ]] || fail "listen-stream: '$answer'"
await 10 is listens 'enabled active'

# refresh-mode
simple=$(pid_of simple) endures=$(pid_of endures)
expect 0 'fmt 2 installed' "$SNAP" install --dangerous "$two"
await 10 is simple 'enabled active'
await 10 eval '[ "$(pid_of simple)" != '"$simple"' ]'
[ "$(pid_of endures)" = "$endures" ] && is endures 'enabled active' || fail "refresh-mode: endure was restarted"
await 10 eval '[[ "$(door)" == "1 door "* ]]'
# What a person disabled stays so over a refresh.
is second 'disabled inactive' || fail "after a refresh: $(state second)"
"$SNAP" stop --disable fmt.simple
expect 0 'fmt 1 installed' "$SNAP" install --dangerous "$one"
is simple 'disabled inactive' || fail "a refresh started what was disabled: $(state simple)"
expect 0 'fmt removed' "$SNAP" remove fmt
