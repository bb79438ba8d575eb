"""The measurements. Each alternates the sides: one run of the one, one run of the other, and so on."""

import os
import shutil
import time

from material import MKSQUASHFS
from sides import Failure, Machine
from store import Store

APP = "bench-noop"
SNAP = "bench-snap"
EXTRA = "bench-extra"
PLUGS = "bench-plugs"
SERVICE = "bench-service"
# Ordinary interfaces, all of which the system has slots of.
INTERFACES = (
    "alsa audio-playback audio-record avahi-observe bluetooth-control camera cups-control desktop desktop-legacy gsettings "
    "hardware-observe home joystick locale-control log-observe mount-observe network network-bind network-observe opengl "
    "optical-drive process-control raw-usb removable-media screen-inhibit-control system-observe unity7 upower-observe "
    "wayland x11"
).split()


class Results:
    """Times in milliseconds (memory in MiB) by measurement and side; and what could not be measured."""

    def __init__(self):
        self.values = {}
        self.missing = []

    def add(self, key, side, value):
        self.values.setdefault(key, {}).setdefault(side, []).append(value)

    def get(self, key, side):
        return self.values.get(key, {}).get(side, [])


class Measurements:
    def __init__(self, sides, material, results, rounds, say):
        self.sides, self.material, self.results, self.rounds, self.say = list(sides), material, results, rounds, say

    def alternate(self, title, count, body, sides=None):
        """Runs `body(side, round)` in turn. A side that fails is left out of the rest of this measurement."""
        self.say(f"{title} ({count} rounds)")
        taking_part = list(self.sides if sides is None else sides)
        for number in range(count):
            for side in list(taking_part):
                try:
                    body(side, number)
                except (Failure, OSError, ValueError) as failure:
                    taking_part.remove(side)
                    self.results.missing.append(f"{title}, {side.name}, round {number + 1}: {failure}")
                    self.say(f"  {side.name}: {failure}")

    def record(self, key, side, milliseconds):
        self.results.add(key, side.name, milliseconds)

    def running(self):
        def kept(side, number):
            if number == 0:
                side.time(side.snap, "run", APP)
                if not side.kept(APP):
                    raise Failure(f"{side.name} does not keep the namespace of {APP}")
            self.record("run-kept", side, side.time(side.snap, "run", APP))

        def built(side, _):
            side.discard(APP)
            self.record("run-built", side, side.time(side.snap, "run", APP))

        self.alternate("run, namespace kept", self.rounds.quick, kept)
        self.alternate("run, namespace built", self.rounds.quick, built)

    def connected(self):
        """The same app with thirty plugs, all of them connected."""
        image = self.material.plugs(PLUGS, INTERFACES)

        def connect(side, _):
            side.install(image)
            for plug in INTERFACES:
                side.time(side.snap, "connect", f"{PLUGS}:{plug}")
            connected = [line.split() for line in side.output(side.snap, "connections", PLUGS).splitlines()[1:]]
            missing = [line[1] for line in connected if line[2] == "-"]
            if missing or len(connected) != len(INTERFACES):
                raise Failure(f"{side.name} connects {len(connected)} plugs, but not {', '.join(missing) or 'others'}")
            ready.append(side)

        def kept(side, number):
            if number == 0:
                side.time(side.snap, "run", PLUGS)
                if not side.kept(PLUGS):
                    raise Failure(f"{side.name} does not keep the namespace of {PLUGS}")
            self.record("run-kept-30", side, side.time(side.snap, "run", PLUGS))

        def built(side, _):
            side.discard(PLUGS)
            self.record("run-built-30", side, side.time(side.snap, "run", PLUGS))

        ready = []
        self.alternate("connecting 30 plugs", 1, connect)
        self.alternate("run, kept, 30 plugs connected", self.rounds.quick, kept, ready)
        self.alternate("run, built, 30 plugs connected", self.rounds.quick, built, ready)
        # What is measured after this is of two snaps.
        self.alternate("removing the snap with plugs", 1, lambda side, _: side.remove(PLUGS, "--purge"), ready)

    def listing(self):
        self.alternate("snap list", self.rounds.quick,
                       lambda side, _: self.record("list", side, side.time(side.snap, "list")))

    def operations(self):
        first, second = self.material.noop(SNAP, "1"), self.material.noop(SNAP, "2")

        def cycle(side, _):
            for key, operation in (
                ("install", lambda: side.install(first)),
                ("over", lambda: side.install(second)),
                ("revert", lambda: side.time(side.snap, "revert", SNAP)),
                ("remove", lambda: side.remove(SNAP)),
            ):
                os.sync()
                self.record(key, side, operation())

        def purge(side, _):
            side.install(first)
            os.sync()
            self.record("purge", side, side.remove(SNAP, "--purge"))

        self.alternate("install, install over, revert, remove", self.rounds.slow, cycle)
        self.tidy()
        self.alternate("remove --purge", self.rounds.slow, purge)
        self.tidy()

    def services(self):
        """A snap with a service: how long its installation takes, and how often the service manager reloads for it."""
        image = self.material.service(SERVICE)

        def body(side, _):
            os.sync()
            before = side.reloads()
            self.record("install-service", side, side.install(image))
            if before is not None:
                self.results.add("reloads", side.name, side.reloads() - before)
            side.remove(SERVICE, "--purge")

        self.alternate("install with a service", self.rounds.slow, body)

    def from_store(self, program):
        """Snaps of 10 MB from a store on loopback, each of them once, so that nothing of them is there before.

        The reference trusts no root but its maker's, so its share is an install of the same file, `--dangerous`: what it
        does when everything has come already and nothing has to be checked.
        """
        names = [f"bench-store-{number}" for number in range(self.rounds.slow)]
        images = {(name, version): self.material.noise(name, version) for name in names for version in "12"}
        sides = [side for side in self.sides if side.name in ("reference", "ours")]
        store = Store(program, self.material.work)

        def get(key, version, command):
            def body(side, number):
                os.sync()
                name = names[number]
                if side.name == "reference":
                    self.record(key, side, side.install(images[name, version]))
                else:
                    self.record(key, side, side.time(side.snap, command, name))
            return body

        try:
            store.start()
            for name in names:
                store.publish(name, images[name, "1"])
            for side in sides:
                if side.name == "ours":
                    side.time(side.snap, "store", "add", store.url, "--key", store.fingerprint, "--name", "bench")
            self.alternate("install from a store", len(names), get("store-install", "1", "install"), sides)
            for name in names:
                store.publish(name, images[name, "2"])
            store.deltas(len(names))
            self.alternate("refresh from a store", len(names), get("store-refresh", "2", "refresh"), sides)
            for side in sides:
                for name in names:
                    side.remove(name, "--purge")
                if side.name == "ours":
                    side.time(side.snap, "store", "remove", "bench")
        except (Failure, OSError, ValueError) as failure:
            self.results.missing.append(f"what comes from a store: {failure}")
            self.say(f"  {failure}")
        finally:
            store.stop()
            for image in images.values():
                os.unlink(image)

    def tidy(self):
        """After a failure: the same two snaps as before."""
        for side in self.sides:
            try:
                if f"\n{SNAP} " in side.output(side.snap, "list"):
                    side.remove(SNAP)
            except (Failure, OSError, ValueError) as failure:
                self.results.missing.append(f"tidying up {side.name}: {failure}")

    def memory(self):
        """A daemon that was just started with two snaps, answered one list, and was left alone."""
        def body(side, _):
            side.restart()
            side.time(side.snap, "list")
            time.sleep(self.rounds.idle)
            total, anonymous = side.memory()
            self.results.add("memory", side.name, total)
            self.results.add("memory-anonymous", side.name, anonymous)

        self.alternate("memory of the idle daemon", self.rounds.memory, body)

    def used_memory(self):
        for side in self.sides:
            try:
                self.results.add("memory-used", side.name, side.memory()[0])
            except (Failure, OSError, ValueError) as failure:
                self.results.missing.append(f"memory after the operations, {side.name}: {failure}")

    def full(self, side, have, count):
        """Fills a side up to `count` snaps of its own besides the two."""
        for number in range(have, count):
            name = f"bench-{number:03}"
            image = f"{self.material.images}/{name}_1.snap"
            image = image if os.path.exists(image) else self.material.noop(name)
            try:
                side.install(image)
            except Failure as failure:
                # Two programs that attach loop devices at the same time can get in each other's way: once is forgiven.
                self.say(f"  once more: {failure}")
                side.install(image)
            if (number + 1) % 20 == 0:
                self.say(f"  {side.name}: {number + 1} snaps")

    def crowded(self, sides, have, count):
        """With `count` snaps installed: one more, and the list."""
        self.say(f"filling up to {count} snaps: {', '.join(side.name for side in sides)}")
        filled = []
        for side in sides:
            try:
                self.full(side, have, count)
                filled.append(side)
            except (Failure, OSError, ValueError) as failure:
                self.results.missing.append(f"{count} snaps, {side.name}: {failure}")
        extra = f"{self.material.images}/{EXTRA}_1.snap"
        if not os.path.exists(extra):
            extra = self.material.noop(EXTRA)

        def install(side, _):
            os.sync()
            self.record(f"install-{count}", side, side.install(extra))
            side.remove(EXTRA, "--purge")

        self.alternate(f"install with {count} snaps there", self.rounds.slow, install, filled)
        self.alternate(f"snap list of {count} snaps", self.rounds.quick,
                       lambda side, _: self.record(f"list-{count}", side, side.time(side.snap, "list")), filled)
        return filled

    def packing(self, tree, sides):
        """`snap pack` beside `mksquashfs` with the options that the reference gives it; the sizes of the images."""
        machine, size = Machine(self.material.work), {}

        def body(side, _):
            if side is machine:
                target = f"{self.material.work}/plain.snap"
                self.results.add("pack", "mksquashfs", machine.time("mksquashfs", tree, target, *MKSQUASHFS))
                size["mksquashfs"] = os.path.getsize(target)
                os.unlink(target)
            else:
                target = f"{side.scratch}/packed"
                side.output("mkdir", "-p", target)
                self.record("pack", side, side.time(side.snap, "pack", tree, target))
                size[side.name] = int(side.output("sh", "-c", f"stat -c %s {target}/*.snap"))
                side.output("rm", "-r", target)

        try:
            self.alternate("pack", self.rounds.pack, body, [machine, *sides])
        finally:
            machine.close()
        shutil.rmtree(tree)
        return size
