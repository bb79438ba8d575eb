#!/usr/bin/env python3
"""Writes Sources/snapd/functions.order anew: which functions the resting daemon needs, in the order of their first use.

  Benchmarks/order.py [RELEASE]       needs root, x86-64 and a release with symbols (.build-release/release)

The linker puts them next to each other. Names that are gone by now are passed over, new ones lie elsewhere: the list
may be older than the sources.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True

import bench  # noqa: E402
from material import Material  # noqa: E402
from measure import APP  # noqa: E402
from ours import Ours  # noqa: E402

HERE = os.path.dirname(os.path.realpath(__file__))
TOP = os.path.dirname(HERE)
# Called when the daemon is ready: what ran before is unmapped there.
READY = "cl_forget_constants"
# It would unmap the breakpoints, too.
KEEP = "int madvise(void *start, unsigned long size, int advice) { return !start + !size + !advice > 3; }\n"


def functions(program):
    """The names of functions by their address."""
    names = {}
    for line in subprocess.check_output(["readelf", "--symbols", "--wide", program], text=True).splitlines():
        field = line.split()
        if len(field) >= 8 and field[3] == "FUNC" and field[6] != "UND" and int(field[2], 0) > 0:
            names.setdefault(int(field[1], 16), []).append(field[7])
    return names


def compile_tools(work):
    for name, options in (("agent", ["-static"]), ("reached", [])):
        subprocess.check_call(["cc", "-O2", *options, "-o", f"{work}/{name}", f"{HERE}/{name}.c"])
    noop = ["-static", "-nostdlib", "-ffreestanding", "-s", "-Wl,-z,noseparate-code,--build-id=none"]
    subprocess.check_call(["cc", "-O2", *noop, "-o", f"{work}/noop", f"{HERE}/noop.c"])
    subprocess.run(["cc", "-shared", "-fPIC", "-x", "c", "-o", f"{work}/keep.so", "-"], input=KEEP, text=True, check=True)


def trace(side, names, program, work):
    """Has the daemon's program traced from its next start on."""
    ready = next(address for address, known in names.items() if READY in known)
    with open(f"{work}/addresses", "w") as file:
        file.writelines(f"{address:x}\n" for address in names)
    daemon = f"{side.root}/usr/lib/snapd/snapd"
    os.unlink(daemon)
    shutil.copy(program, f"{daemon}.traced")
    with open(daemon, "w") as file:
        file.write(f"#!/bin/sh\nexport LD_PRELOAD={work}/keep.so\n"
                   f'exec {work}/reached {work}/out {work}/addresses {ready:x} {daemon}.traced "$@"\n')
    os.chmod(daemon, 0o755)


def main():
    release = sys.argv[1] if len(sys.argv) > 1 else f"{TOP}/.build-release/release"
    work = tempfile.mkdtemp(prefix="snapd-bench.", dir="/var/tmp")
    os.chmod(work, 0o755)
    loops = bench.loops()
    side = Ours(TOP, work, release, print)
    try:
        compile_tools(work)
        material = Material(TOP, work)
        side.set_up([material.core(), material.noop(APP)])
        names = functions(f"{release}/snapd")
        side.agent.ask("end", side.daemon)
        trace(side, names, f"{release}/snapd", work)
        side.start()
        # Requests, and what is looked at from time to time.
        for wait in (12, 12):
            for command in ("list", "version"):
                side.agent.ask("run", side.snap, command)
            time.sleep(wait)
            # Once more, for what is needed each time.
            os.kill(side.daemon, signal.SIGUSR1)
        with open(f"{work}/out") as file:
            rounds = file.read().split("--\n")[1:]
        found = dict.fromkeys(name for part in rounds for line in part.split() for name in names[int(line, 16)])
        with open(f"{TOP}/Sources/snapd/functions.order", "w") as file:
            file.writelines(f"{name}\n" for name in found)
        print(f"{len(found)} functions")
    finally:
        side.take_down()
        bench.forget_loops(loops)
        subprocess.call(["rm", "-rf", "--one-file-system", work])


if __name__ == "__main__":
    main()
