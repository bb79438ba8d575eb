"""The sides that live in a container with systemd: the reference, and our release."""

import hashlib
import os
import re
import shutil

import ours
from sides import Agent, Failure, Side, sh


class Container(Side):
    """A container of the system tests' (Tests/System/container.sh), started so that namespaces can be kept in it."""

    def __init__(self, top, work, loops, say):
        self.script = f"{top}/Tests/System/container.sh"
        self.top, self.work, self.loops, self.say = top, work, loops, say
        self.dir = f"{work}/container-{self.name}"
        self.scratch = "/var/tmp"
        self.started = False

    def tree(self):
        """The tree that is booted a copy of."""
        sh(self.script, "build", self.dir)
        return sh(self.script, "tree", self.dir).strip()

    def prepare(self):
        """What is left to do in the running container before the daemon is used."""

    def set_up(self, images):
        tree = self.tree()
        for attempt in range(12):
            self.start(tree)
            if self.can_keep_namespaces():
                break
            self.say(f"  again: the container is younger than some CPU's next namespace (try {attempt + 1})")
            sh(self.script, "stop", self.dir)
        else:
            raise Failure("the container never got the oldest mount namespace: the kernel would refuse to keep any in it")
        self.use_all_cpus()
        # More loop devices than the container was given: one per snap.
        self.inside("sh", "-c", f"i=0; while [ $i -lt {self.loops} ]; do "
                    "[ -e /dev/loop$i ] || mknod -m 0660 /dev/loop$i b 7 $i; i=$((i + 1)); done")
        shutil.copy(f"{self.work}/agent", f"{self.dir}/tree/usr/local/bin/agent")
        self.agent = Agent([self.script, "exec", self.dir], "/usr/local/bin/agent")
        self.prepare()
        for image in images:
            self.install(image)

    def start(self, tree):
        """Pinned to the CPU whose next namespace id is the lowest, see README.md."""
        fresh = [tuple(map(int, line.split())) for line in sh(f"{self.work}/agent", "fresh").splitlines()]
        cpu = min(fresh, key=lambda pair: pair[1])[0]
        self.started = True
        sh("taskset", "-c", str(cpu), self.script, "start", self.dir, f"{self.work}/images",
           env={**os.environ, "CONTAINER_TREE": tree})

    def init(self):
        return int(open(f"{self.dir}/init.pid").read())

    def can_keep_namespaces(self):
        own = int(sh(f"{self.work}/agent", "namespace", str(self.init())))
        return own == 0 or all(int(line.split()[1]) > own for line in sh(f"{self.work}/agent", "fresh").splitlines())

    def use_all_cpus(self):
        cpus = os.sched_getaffinity(0)
        wanted = os.readlink(f"/proc/{self.init()}/ns/pid")
        # Twice, for what was forked meanwhile.
        for _ in range(2):
            for pid in filter(str.isdigit, os.listdir("/proc")):
                try:
                    if os.readlink(f"/proc/{pid}/ns/pid") == wanted:
                        for thread in os.listdir(f"/proc/{pid}/task"):
                            os.sched_setaffinity(int(thread), cpus)
                except OSError:
                    pass

    def inside(self, *argv):
        return sh(self.script, "exec", self.dir, *argv)

    def install(self, image):
        try:
            return super().install(image)
        except Failure as failure:
            # Why a mount failed is in the journal only.
            lines = self.agent.ask("run", "journalctl", "--no-pager", "--output=cat", "-p", "warning", "-n", "6")[2]
            raise Failure(f"{failure} [journal: {lines.strip()}]") from None

    def kept(self, name):
        return name + ".mnt" in self.output("cat", "/proc/self/mountinfo")

    def reloads(self):
        return self.output("journalctl", "-b", "--no-pager", "--output=cat", "_PID=1").count("Reloading.")

    def restart(self):
        self.output("systemctl", "restart", "snapd.service")

    def daemon_pid(self):
        inner = self.output("systemctl", "show", "-P", "MainPID", "snapd.service").strip()
        wanted = os.readlink(f"/proc/{self.init()}/ns/pid")
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                if os.readlink(f"/proc/{pid}/ns/pid") == wanted:
                    status = open(f"/proc/{pid}/status").read()
                    if re.search(r"^NSpid:.*\s(\d+)$", status, re.M)[1] == inner:
                        return pid
            except OSError:
                pass
        raise Failure(f"the daemon of {self.name} is not running")

    def take_down(self):
        if self.agent:
            self.agent.close()
        if self.started:
            sh(self.script, "stop", self.dir)


class Reference(Container):
    """Debian's snapd."""

    name = "reference"
    title = "Reference"
    PACKAGE = "snapd=2.57.6*"
    # Without a network the reference tries to reach its store for half a minute after each start, and works on no
    # change meanwhile. That is not what is compared here, so it gets a store that answers 404 at once.
    FILES = {
        "/etc/environment": "SNAPPY_FORCE_API_URL=http://127.0.0.1:8099/\n",
        "/etc/systemd/system/no-store.socket":
            "[Socket]\nListenStream=127.0.0.1:8099\nAccept=yes\nMaxConnections=64\nTriggerLimitIntervalSec=0\n"
            "[Install]\nWantedBy=sockets.target\n",
        "/etc/systemd/system/no-store@.service":
            "[Service]\nStandardInput=socket\nStandardOutput=socket\nStandardError=journal\nRuntimeMaxSec=10\n"
            "ExecStart=-/bin/sh -c 'read -r line; printf \"HTTP/1.1 404 Not Found\\\\r\\\\nContent-Length: 0\\\\r\\\\n"
            "Connection: close\\\\r\\\\n\\\\r\\\\n\"; cat >/dev/null'\n",
    }

    def __init__(self, top, work, loops, store, say):
        super().__init__(top, work, loops, say)
        self.store = store

    def tree(self):
        """A tree like that of the system tests, with the reference installed; made once."""
        base = super().tree()
        recipe = hashlib.sha256(repr((self.PACKAGE, self.FILES)).encode()).hexdigest()[:12]
        tree = f"{base}-reference-{recipe}"
        if os.path.isdir(tree):
            return tree
        self.say("installing the reference into a copy of the container's tree")
        made = f"{tree}.{os.getpid()}"
        try:
            sh("cp", "-a", "--reflink=auto", base, made)
            # Nothing is started in the tree.
            with open(f"{made}/usr/sbin/policy-rc.d", "w") as policy:
                policy.write("#!/bin/sh\nexit 101\n")
            os.chmod(f"{made}/usr/sbin/policy-rc.d", 0o755)
            shutil.copy("/etc/resolv.conf", f"{made}/etc/resolv.conf")
            install = "apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends"
            sh("unshare", "--mount", "--propagation", "private", "sh", "-c",
               f"mount -t proc proc {made}/proc && chroot {made} sh -c '{install} \"{self.PACKAGE}\"'")
            for path, text in self.FILES.items():
                with open(f"{made}{path}", "a") as file:
                    file.write(text)
            os.symlink("/etc/systemd/system/no-store.socket", f"{made}/etc/systemd/system/sockets.target.wants/no-store.socket")
            for left in ("usr/sbin/policy-rc.d", "etc/resolv.conf"):
                os.unlink(f"{made}/{left}")
            sh("sh", "-c", f"rm -rf {made}/var/cache/apt/archives/*.deb {made}/var/lib/apt/lists/*")
            os.rename(made, tree)
        finally:
            sh("rm", "-rf", "--one-file-system", made)
        return tree

    def prepare(self):
        if not self.store:
            self.output("systemctl", "stop", "no-store.socket")
        # It counted the CPUs when there was one.
        self.output("systemctl", "restart", "snapd.socket", "snapd.service")
        self.output("snap", "wait", "system", "seed.loaded")
        self.version = re.search(r"^snapd\s+(\S+)", self.output("snap", "version"), re.M)[1]

    def set_up(self, images):
        super().set_up(images)
        if "fuse" in self.inside("sh", "-c", "cat /etc/systemd/system/snap-*.mount"):
            raise Failure("the reference mounts by FUSE, that is no fair comparison")

    def discard(self, name):
        """Lets go of the kept namespace."""
        self.output("/usr/lib/snapd/snap-discard-ns", name)


class OursOnSystemd(Container):
    """Our release, installed in a container like the reference's."""

    name = "ours-systemd"
    title = "Ours, on systemd"

    def __init__(self, top, work, release, loops, say):
        super().__init__(top, work, loops, say)
        self.release = release

    def set_up(self, images):
        ours.check(self.release)
        super().set_up(images)

    def prepare(self):
        sh(f"{self.top}/Tools/install", self.release, f"{self.dir}/tree")
        self.output("systemd-tmpfiles", "--create", "snapd.conf")
        self.output("systemctl", "daemon-reload")
        self.output("systemctl", "start", "snapd.mounts.target", "snapd.socket", "snapd.service")
        self.version = ours.version(self.top, self.release)

    def discard(self, name):
        path = f"/run/snapd/ns/{name}"
        if self.kept(name):
            self.output("umount", "-l", f"{path}.mnt")
        self.output("rm", "-f", f"{path}.mnt", f"{path}.info")
