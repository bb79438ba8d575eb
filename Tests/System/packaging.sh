#!/bin/bash
# Checks the packaged units and scripts with the tools of a running test container: packaging.sh DIR (of container.sh).
set -euo pipefail
here=$(realpath "$(dirname "$0")")
root=$here/../../Packaging/tree
inside() { "$here/container.sh" exec "$dir" "$@"; }
dir=$1

sh -n "$root/etc/profile.d/apps-bin-path.sh"
got=$(env -i PATH=/bin sh -euc ". '$root/etc/profile.d/apps-bin-path.sh'; . '$root/etc/profile.d/apps-bin-path.sh'; echo \$PATH \$XDG_DATA_DIRS")
[ "$got" = "/bin:/snap/bin /usr/local/share:/usr/share:/var/lib/snapd/desktop" ] || { echo "profile: $got" >&2; exit 1; }
[ "$(env -i PATH=/bin "$root/usr/lib/systemd/system-environment-generators/snapd-env-generator")" = PATH=/bin:/snap/bin ]
[ -z "$(env -i PATH=/bin:/snap/bin "$root/usr/lib/systemd/system-environment-generators/snapd-env-generator")" ]

tar -C "$root" --owner=0 --group=0 -c . | inside tar -C / -x
inside install -D -m 755 /bin/true /usr/lib/snapd/snapd
inside systemctl daemon-reload
for unit in snapd.service snapd.socket snapd.mounts.target snapd.mounts-pre.target; do
  problems=$(inside systemd-analyze verify --man=no "$unit" 2>&1 || true)
  [ -z "$problems" ] || { echo "$unit: $problems" >&2; exit 1; }
done
inside systemd-tmpfiles --create --boot --remove snapd.conf
inside test -d /run/snapd/ns
inside systemctl show-environment | grep -q '^PATH=.*:/snap/bin$'
echo "packaging is fine"
