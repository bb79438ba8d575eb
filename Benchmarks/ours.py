"""Our release below a root of its own, on this machine."""

import os
import time

from sides import CLEAN, Agent, Failure, Side, sh

PROGRAMS = ("snap", "snap-cli", "snapd", "snap-confine", "snap-seccomp", "snap-image")


def check(release):
    missing = [name for name in PROGRAMS if not os.access(f"{release}/{name}", os.X_OK)]
    if missing:
        raise Failure(f"no release of ours: {release} lacks {', '.join(missing)} (make programs)")


def version(top, release):
    built = time.strftime("%Y-%m-%d %H:%M", time.gmtime(os.path.getmtime(f"{release}/snapd")))
    return f"sources at {sh('git', '-C', top, 'describe', '--always', '--dirty').strip()}, release built {built} UTC"


def make_group(name):
    """A control group in the unified hierarchy, below this process's own; None where there is none."""
    own = [line[3:].strip() for line in open("/proc/self/cgroup") if line.startswith("0::/")]
    mounts = [line.split()[4] for line in open("/proc/self/mountinfo") if " - cgroup2 " in line]
    if not own or not mounts:
        return None
    group = f"{mounts[0]}{own[0].rstrip('/')}/{name}"
    try:
        os.mkdir(group)
    except OSError:
        return None
    return group


def remove_group(group):
    for path, _, _ in os.walk(group, topdown=False):
        os.rmdir(path)


class Ours(Side):
    """In a mount namespace of its own; no service manager."""

    name = "ours"
    title = "Ours"

    def __init__(self, top, work, release, say):
        self.top, self.work, self.release, self.say = top, work, release, say
        self.root = f"{work}/root"
        self.snap = f"{self.root}/usr/bin/snap"
        self.scratch = f"{work}/scratch"
        self.log = f"{work}/daemon.log"
        self.daemon, self.group, self.mounted = 0, None, False

    def set_up(self, images):
        check(self.release)
        for name in ("root", "home", "run"):
            os.makedirs(f"{self.root}/{name}")
        os.makedirs(self.scratch)
        # As on every machine: in memory, and gone with it. Names that are made and removed again and again would cost a
        # disk's file system a millisecond each.
        sh("mount", "-t", "tmpfs", "-o", "mode=0755", "tmpfs", f"{self.root}/run")
        self.mounted = True
        sh(f"{self.top}/Tools/install", self.release, self.root)
        prefix = [*CLEAN, f"SNAPPY_GLOBAL_ROOT={self.root}", "unshare", "--mount", "--propagation", "private"]
        # The daemon makes groups for services below its own.
        self.group = make_group(os.path.basename(self.work))
        if self.group:
            prefix = ["sh", "-c", 'echo $$ >"$0/cgroup.procs"; exec "$@"', self.group, *prefix]
        self.agent = Agent(prefix, f"{self.work}/agent")
        self.start()
        for image in images:
            self.install(image)
        self.version = version(self.top, self.release)

    def start(self):
        socket = f"{self.root}/run/snapd.socket"
        if os.path.exists(socket):
            os.unlink(socket)
        status, _, _ = self.agent.ask("start", self.log, f"{self.root}/usr/lib/snapd/snapd", "--root", self.root)
        if status < 0:
            raise Failure(f"cannot start our daemon: {os.strerror(-status)}")
        self.daemon = status
        until = time.monotonic() + 10
        while time.monotonic() < until:
            if os.path.exists(socket) and self.agent.ask("run", self.snap, "list")[0] == 0:
                return
            time.sleep(0.02)
        raise Failure(f"our daemon does not answer: {open(self.log).read().strip()[-600:] or 'it says nothing'}")

    def discard(self, name):
        path = f"{self.root}/run/snapd/ns/{name}"
        if self.kept(name):
            self.output("umount", "-l", f"{path}.mnt")
        # All that the launcher forgets with a namespace.
        self.output("rm", "-f", f"{path}.mnt", f"{path}.info", f"{self.root}/run/snapd/ns/snap.{name}.fstab")

    def kept(self, name):
        return f"{self.root}/run/snapd/ns/{name}.mnt" in self.output("cat", "/proc/self/mountinfo")

    def restart(self):
        self.agent.ask("end", self.daemon)
        self.daemon = 0
        self.start()

    def daemon_pid(self):
        return self.daemon

    def take_down(self):
        # With the agent the mount namespace ends, and with it every mount below the root.
        if self.agent:
            try:
                if self.daemon:
                    self.agent.ask("end", self.daemon)
            finally:
                self.agent.close()
                if self.group:
                    remove_group(self.group)
        if self.mounted:
            sh("umount", f"{self.root}/run")
