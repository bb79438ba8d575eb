"""What the sides of the comparison have in common."""

import os
import re
import select
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

    PATIENCE = 300

    def __init__(self, prefix, agent):
        self.process = subprocess.Popen([*prefix, agent, "serve"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0)
        self.buffer = b""

    def ask(self, *fields):
        """Sends a request; the status, the milliseconds and the output that come back."""
        until = time.monotonic() + self.PATIENCE
        self.process.stdin.write("\t".join(map(str, fields)).encode() + b"\n")
        head, _, self.buffer = self.receive(lambda: b"\n" in self.buffer, until, fields).partition(b"\n")
        status, nanoseconds, length = map(int, head.split())
        text = self.receive(lambda: len(self.buffer) >= length, until, fields)[:length]
        self.buffer = self.buffer[length:]
        return status, nanoseconds / 1e6, text.decode(errors="replace")

    def receive(self, complete, until, fields):
        while not complete():
            ready, _, _ = select.select([self.process.stdout], [], [], max(0, until - time.monotonic()))
            if not ready:
                # Later answers would be taken for those of other questions.
                self.process.kill()
                raise Failure(f"no answer within {self.PATIENCE} s: {' '.join(map(str, fields))}")
            piece = os.read(self.process.stdout.fileno(), 65536)
            if not piece:
                raise Failure(f"the agent is gone, asked: {' '.join(map(str, fields))}")
            self.buffer += piece
        return self.buffer

    def close(self):
        self.process.stdin.close()
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
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

    def reloads(self):
        """How often the service manager has read its units again; None where there is none."""
        return None

    def remove(self, name, *options):
        return self.time(self.snap, "remove", *options, name)

    def memory(self):
        """VmRSS, and its anonymous part, of the daemon in MiB."""
        text = open(f"/proc/{self.daemon_pid()}/status").read()
        return tuple(int(re.search(rf"^{key}:\s+(\d+) kB", text, re.M)[1]) / 1024 for key in ("VmRSS", "RssAnon"))


class Machine(Side):
    """This machine itself: what `mksquashfs` and the app cost without anyone around them."""

    name = "machine"

    def __init__(self, work):
        self.agent = Agent(CLEAN, f"{work}/agent")

    def close(self):
        self.agent.close()
