# serial-port: a gadget's port, with something at its other end that listens and speaks.
set_up_serial_port() {
  add_plug <<<"serial-port: null"
  add_port <<'YAML'
serial: {interface: serial-port, path: /dev/ttyS7}
other: {interface: serial-port, path: /dev/ttyS8}
YAML
}

refused_serial_port() {
  expect 1 'No such file|Permission denied|Read-only' in_snap root 'echo hello >/dev/ttyS7'
  expect 1 'No such file|Permission denied' in_snap root 'head -n 1 /dev/ttyS7'
}

works_serial_port() {
  expect 0 '^$' in_snap root 'echo "hello, $1" >/dev/ttyS7' "$round"
  await 5 grep -q "hello, $round" /run/serial.log
  echo "answer in $round" >&8
  expect 0 "^answer in $round" in_snap root 'head -n 1 /dev/ttyS7'
  expect 0 'speed [0-9]+ baud' in_snap root 'stty -F /dev/ttyS7'
  # The port that is not connected is not there.
  expect 1 'No such file|Permission denied' in_snap root 'stty -F /dev/ttyS8'
}

# A pair of terminals stands for the port: script(1) holds one end, and the other is where a port would be.
try_serial_port() {
  local far
  rm -f /run/serial.*
  mkfifo /run/serial.in
  script -qfc 'stty -echo; tty >/run/serial.tty; exec sleep 1000' /run/serial.log </run/serial.in >/dev/null 2>&1 &
  far=$!
  exec 8>/run/serial.in
  await 5 test -s /run/serial.tty
  touch /dev/ttyS7 /dev/ttyS8
  mount --bind "$(cat /run/serial.tty)" /dev/ttyS7
  mount --bind "$(cat /run/serial.tty)" /dev/ttyS8
  proof serial-port port:serial
  unseen_by_root /dev/ttyS7 || fail "a running process still sees the port"
  umount /dev/ttyS7 /dev/ttyS8
  rm /dev/ttyS7 /dev/ttyS8
  exec 8>&-
  kill $far
  wait $far || true
}
