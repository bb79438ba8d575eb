"""The two sides of the comparison: how each is set up, asked and taken down."""

import hashlib
import os
import re
import shutil
import subprocess
import time

CLEAN = ["env", "-i", "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root", "LANG=C.UTF-8"]


class Failure(Exception):
    """A command or a set-up step did not do what was asked; the text says which and why."""


def sh(*argv, **options):
    """Runs a command of this machine and returns its output."""
    done = subprocess.run(argv, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **options)
    if done.returncode != 0:
        raise Failure(f"{' '.join(map(str, argv))}: exit {done.returncode}: {done.stdout.strip()[-600:]}")
    return done.stdout


class Agent:
    """`agent serve` within a side's namespaces."""

    def __init__(self, prefix, agent):
        self.process = subprocess.Popen([*prefix, agent, "serve"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def ask(self, *fields):
        self.process.stdin.write("\t".join(map(str, fields)).encode() + b"\n")
        self.process.stdin.flush()
        head = self.process.stdout.readline().split()
        if len(head) != 3:
            raise Failure(f"the agent is gone (asked {fields[:3]})")
        text = self.process.stdout.read(int(head[2])).decode(errors="replace")
        return int(head[0]), int(head[1]) / 1e6, text

    def close(self):
        self.process.stdin.close()
        self.process.wait()


class Side:
    """What both sides share. `snap` is the command's path, `agent` runs where that side lives."""

    name = ""
    agent = None
    snap = "snap"
    scratch = ""

    def time(self, *argv):
        """Runs a command; its wall time in milliseconds."""
        status, milliseconds, text = self.agent.ask("run", *argv)
        if status != 0:
            raise Failure(f"{self.name}: {' '.join(argv)}: exit {status}: {text.strip()[-600:]}")
        return milliseconds

    def output(self, *argv):
        status, _, text = self.agent.ask("run", *argv)
        if status != 0:
            raise Failure(f"{self.name}: {' '.join(argv)}: exit {status}: {text.strip()[-600:]}")
        return text

    def install(self, image):
        return self.time(self.snap, "install", "--dangerous", image)

    def remove(self, name, *options):
        return self.time(self.snap, "remove", *options, name)

    def memory(self):
        """VmRSS, and its anonymous part, of the daemon in MiB."""
        text = open(f"/proc/{self.daemon_pid()}/status").read()
        return tuple(int(re.search(rf"^{key}:\s+(\d+) kB", text, re.M)[1]) / 1024 for key in ("VmRSS", "RssAnon"))


class Reference(Side):
    """Debian's snapd in a container with systemd."""

    name = "reference"
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

    def __init__(self, top, work, loops, say):
        self.script = f"{top}/Tests/System/container.sh"
        self.work, self.loops, self.say = work, loops, say
        self.dir = f"{work}/container"
        self.scratch = "/var/tmp"
        self.cache = os.environ.get("SNAPD_TESTS_CACHE", "/var/cache/snapd-tests")
        self.started = False

    def tree(self):
        """A tree like that of the system tests, with the reference installed; made once."""
        sh(self.script, "build", self.dir)
        base = sh(self.script, "tree", self.dir).strip()
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

    def set_up(self, images):
        tree = self.tree()
        for attempt in range(12):
            self.start(tree)
            if self.can_keep_namespaces():
                break
            self.say(f"starting the container again: it has a younger namespace than some CPU's next (try {attempt + 1})")
            sh(self.script, "stop", self.dir)
        else:
            raise Failure("the container never got the oldest mount namespace: the kernel would refuse to keep namespaces")
        self.use_all_cpus()
        # More loop devices than the container was given: one per snap.
        self.inside("sh", "-c", f"i=0; while [ $i -lt {self.loops} ]; do "
                    "[ -e /dev/loop$i ] || mknod -m 0660 /dev/loop$i b 7 $i; i=$((i + 1)); done")
        # It counted the CPUs when it was started on one.
        self.inside("systemctl", "restart", "snapd.socket", "snapd.service")
        prefix = ["nsenter", "-t", str(self.init()), "-m", "-u", "-i", "-n", "-p", "-C", "-r", "-w", "--", *CLEAN]
        shutil.copy(f"{self.work}/agent", f"{self.dir}/tree/usr/local/bin/agent")
        self.agent = Agent(prefix, "/usr/local/bin/agent")
        self.output("snap", "wait", "system", "seed.loaded")
        for image in images:
            self.install(image)
        self.version = re.search(r"^snapd\s+(\S+)", self.output("snap", "version"), re.M)[1]
        if "fuse" in self.inside("sh", "-c", "cat /etc/systemd/system/snap-*.mount"):
            raise Failure("the reference mounts by FUSE, that is no fair comparison")

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

    def discard(self, name):
        """Lets go of the kept namespace."""
        self.output("/usr/lib/snapd/snap-discard-ns", name)

    def kept(self, name):
        return name + ".mnt" in self.output("cat", "/proc/self/mountinfo")

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
        raise Failure("the reference's daemon is not running")

    def take_down(self):
        if self.agent:
            self.agent.close()
        if self.started:
            sh(self.script, "stop", self.dir)


class Ours(Side):
    """Our release below a root of its own, in a mount namespace of its own; no systemd."""

    name = "ours"

    def __init__(self, top, work, release, say):
        self.top, self.work, self.release, self.say = top, work, release, say
        self.root = f"{work}/root"
        self.snap = f"{self.root}/usr/bin/snap"
        self.scratch = f"{work}/scratch"
        self.log = f"{work}/daemon.log"
        self.daemon = 0

    def set_up(self, images):
        missing = [name for name in ("snap", "snapd", "snap-confine", "snap-seccomp", "snap-image")
                   if not os.access(f"{self.release}/{name}", os.X_OK)]
        if missing:
            raise Failure(f"no release of ours: {self.release} lacks {', '.join(missing)} (make programs)")
        for name in ("root", "home", "run"):
            os.makedirs(f"{self.root}/{name}")
        os.makedirs(self.scratch)
        sh(f"{self.top}/Tools/install", self.release, self.root)
        prefix = [*CLEAN, f"SNAPPY_GLOBAL_ROOT={self.root}", "unshare", "--mount", "--propagation", "private"]
        self.agent = Agent(prefix, f"{self.work}/agent")
        self.start()
        for image in images:
            self.install(image)
        self.version = sh("git", "-C", self.top, "describe", "--always", "--dirty").strip()

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
        self.output("rm", "-f", f"{path}.mnt", f"{path}.info")

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
            if self.daemon:
                self.agent.ask("end", self.daemon)
            self.agent.close()
