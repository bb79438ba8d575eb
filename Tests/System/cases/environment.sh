# What an app, a service and a hook find in their environment: all of it, and nothing that is not theirs.
snap_tree vars 1.5
cat >"$WORK/vars/meta/snap.yaml" <<'YAML'
name: vars
version: "1.5"
summary: s
description: d
environment:
  LAST: $SNAP_NAME
  ORDER: ${LAST}-$SNAP_REVISION
  UNSET: <$NOBODY_HAS_THIS>
  DOLLARS: a$$b$1c$
apps:
  vars: {command: bin/show, common-id: org.example.vars, environment: {ORDER: "$ORDER+app"}}
  fixed: {command: bin/echo-args $SNAP_DATA/x $UNSET_AT_ALL $SNAP_COMMON}
  chained: {command: bin/show, command-chain: [bin/one, bin/two]}
  svc: {command: bin/service, daemon: oneshot}
hooks:
  configure: {environment: {ORDER: "$ORDER+hook"}}
YAML
cat >"$WORK/vars/bin/show" <<'SH'
#!/bin/sh
env | grep -E '^(SNAP|HOME=|XDG_RUNTIME_DIR=|ORDER=|LAST=|UNSET=|DOLLARS=|CHAIN=)' | sort
SH
printf '#!/bin/sh\n"$SNAP/bin/show" >"$SNAP_COMMON/service"\n' >"$WORK/vars/bin/service"
printf '#!/bin/sh\n"$SNAP/bin/show" >"$SNAP_COMMON/hook"\n' >"$WORK/vars/meta/hooks/configure"
printf '#!/bin/sh\nexport CHAIN=one\nexec "$@"\n' >"$WORK/vars/bin/one"
printf '#!/bin/sh\nexport CHAIN=$CHAIN-two\nexec "$@"\n' >"$WORK/vars/bin/two"
rm "$WORK/vars/meta/hooks/install"
chmod 755 "$WORK/vars"/bin/* "$WORK/vars"/meta/hooks/*
"$SNAP" pack --compression=gzip --filename=vars.snap "$WORK/vars" "$WORK" >/dev/null
image=$WORK/vars.snap
machine=$(dpkg --print-architecture)

# all_of INSTANCE MODE KIND: what must be there.
all_of() {
  local name=vars home=/root place=/snap/vars data=/var/snap/vars order=vars-x1
  [ "$2" != classic ] || { place=$ROOT/snap/$1; data=$ROOT/var/snap/$1; }
  local key=${1#vars}
  key=${key#_}
  cat <<EOF
DOLLARS=abc\$
LAST=vars
SNAP=$place/x1
SNAP_ARCH=$machine
SNAP_COMMON=$data/common
SNAP_DATA=$data/x1
SNAP_EUID=0
SNAP_INSTANCE_KEY=$key
SNAP_INSTANCE_NAME=$1
SNAP_LIBRARY_PATH=/var/lib/snapd/lib/gl:/var/lib/snapd/lib/gl32
SNAP_NAME=vars
SNAP_REAL_HOME=$home
SNAP_REEXEC=
SNAP_REVISION=x1
SNAP_UID=0
SNAP_USER_COMMON=$home/snap/$1/common
SNAP_USER_DATA=$home/snap/$1/x1
SNAP_VERSION=1.5
UNSET=<>
EOF
  if [ "$2" != classic ]; then
    echo "HOME=$home/snap/$1/x1"
    echo "XDG_RUNTIME_DIR=/run/user/0/snap.$1"
  fi
  case $3 in
    app) echo SNAP_APP_NAME=vars; echo SNAP_APP_COMMON_ID=org.example.vars; echo "ORDER=$order+app" ;;
    service) echo SNAP_APP_NAME=svc; echo "ORDER=$order" ;;
    hook) echo "ORDER=$order+hook" ;;
  esac
}
# has INSTANCE MODE KIND FOUND
has() {
  local found=$4
  # With these a snap speaks to snapctl; their values are secret.
  found=$(grep -vE '^SNAP_(COOKIE|CONTEXT)=' <<<"$found")
  # A classic snap has those of who starts it.
  [ "$2" != classic ] || found=$(grep -vE '^(HOME|XDG_RUNTIME_DIR)=' <<<"$found")
  diff <(all_of "$1" "$2" "$3" | sort) <(grep -v '^SNAPPY_\|^SNAPD_' <<<"$found" | sort) >"$WORK/difference" ||
    fail "$3 of $1 ($2): $(cat "$WORK/difference")"
}
for mode in strict devmode; do
  for instance in vars vars_key; do
    option=
    [ $mode = strict ] || option=--$mode
    expect 0 installed "$SNAP" install --dangerous $option --name $instance "$image"
    has $instance $mode app "$("$(command_of $instance)")"
    has $instance $mode service "$(cat "$ROOT/var/snap/$instance/common/service")"
    has $instance $mode hook "$(cat "$ROOT/var/snap/$instance/common/hook")"
    [ "$("$(command_of $instance.fixed)" '$HOME' '')" = "$(printf '%s\n' '/var/snap/vars/x1/x' /var/snap/vars/common '$HOME' '')" ] ||
      fail "arguments: $("$(command_of $instance.fixed)" '$HOME' '')"
    "$(command_of $instance.chained)" | grep -qx CHAIN=one-two || fail "the chain did not run"
    "$SNAP" remove $instance >/dev/null
  done
done

# Classic: with the caller's own, on the host; only when a person says so.
sed -i 's/^summary: s/summary: s\nconfinement: classic/' "$WORK/vars/meta/snap.yaml"
"$SNAP" pack --compression=gzip --filename=vars.snap "$WORK/vars" "$WORK" >/dev/null
expect 1 'classic confinement' "$SNAP" install --dangerous "$image"
expect 0 installed "$SNAP" install --dangerous --classic "$image"
has vars classic app "$("$(command_of vars)")"
has vars classic service "$(cat "$ROOT/var/snap/vars/common/service")"
has vars classic hook "$(cat "$ROOT/var/snap/vars/common/hook")"
HOME=/elsewhere XDG_RUNTIME_DIR=/run/other LD_LIBRARY_PATH=/kept "$(command_of vars)" >"$WORK/classic"
grep -qx HOME=/elsewhere "$WORK/classic" && grep -qx XDG_RUNTIME_DIR=/run/other "$WORK/classic" ||
  fail "a classic snap lacks its caller's variables"
expect 0 removed "$SNAP" remove vars

