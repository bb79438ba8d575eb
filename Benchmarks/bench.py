"""Called by `run`, which prepares what this needs and tidies up after it."""

import argparse
import datetime
import fcntl
import os
import signal
import sys
import time

import report
from container import OursOnSystemd, Reference
from material import Material
from measure import APP, Measurements, Results
from ours import Ours
from sides import Failure, Machine

BEGAN = time.monotonic()


def say(text):
    print(f"[{time.monotonic() - BEGAN:6.1f} s] {text}", file=sys.stderr, flush=True)


class Rounds:
    """How often: `quick` things take milliseconds, `slow` ones change the system."""

    def __init__(self, options):
        self.quick, self.slow, self.pack = options.rounds * 4, options.rounds, min(options.rounds, options.pack_rounds)
        self.memory, self.idle = 3, 5


def options():
    parser = argparse.ArgumentParser(prog="Benchmarks/run", description="Our release side by side with the reference.")
    parser.add_argument("--rounds", type=int, default=10, help="install, revert, remove so often; run and list four times as often (%(default)s)")
    parser.add_argument("--pack-rounds", type=int, default=3, help="pack at most so often (%(default)s)")
    parser.add_argument("--pack-size", type=int, default=200, help="MB to pack; 0: leave packing out (%(default)s)")
    parser.add_argument("--fill", type=int, default=40, help="snaps already there in the measurement of both sides; 0: leave it out (%(default)s)")
    parser.add_argument("--fill-ours", type=int, default=200, help="and then of ours alone (%(default)s)")
    parser.add_argument("--sides", default="reference,ours,ours-systemd", help="which sides (%(default)s)")
    parser.add_argument("--only-store", action="store_true", help="measure nothing but what comes from a store")
    parser.add_argument("--no-store", action="store_true", help="no store answers the reference, as on a machine without a network")
    parser.add_argument("--release", help="where our programs are (.build-release/release)")
    parser.add_argument("--output", help="the report (build/benchmark.md)")
    parser.add_argument("--top", help=argparse.SUPPRESS)
    parser.add_argument("--work", help=argparse.SUPPRESS)
    return parser.parse_args()


def loops():
    return {int(name[4:]) for name in os.listdir("/sys/block") if name.startswith("loop")}


def forget_loops(before):
    """Takes away the loop devices that came into being here; the kernel refuses for one that is in use."""
    ctl_remove = 0x4C81
    with open("/dev/loop-control", "rb+", buffering=0) as control:
        for index in sorted(loops() - before):
            # What is attached detaches when the last mount is gone, which may be a moment from now.
            for _ in range(50):
                try:
                    if os.path.exists(f"/sys/block/loop{index}"):
                        fcntl.ioctl(control, ctl_remove, index)
                    break
                except OSError:
                    time.sleep(0.02)


def left_behind(work):
    """Mounts and loop devices of ours that are still there."""
    left = [line.split()[4] for line in open("/proc/self/mountinfo") if f" {work}/" in line]
    for index in loops():
        try:
            backing = open(f"/sys/block/loop{index}/loop/backing_file").read().strip()
        except OSError:
            continue
        if backing.startswith(work):
            left.append(f"/dev/loop{index} ({backing})")
    return left


def measure(sides, material, results, given, facts, fills):
    rounds = Rounds(given)
    measurements = Measurements(sides, material, results, rounds, say)
    program = f"{given.release or given.top + '/.build-release/release'}/snap-store"
    if given.only_store:
        return measurements.from_store(program)
    machine = Machine(material.work)
    for _ in range(rounds.quick):
        results.add("direct", "machine", machine.time(f"{material.work}/noop"))
    machine.close()
    measurements.running()
    measurements.connected()
    measurements.listing()
    measurements.memory()
    measurements.operations()
    measurements.services()
    measurements.from_store(program)
    measurements.used_memory()
    if given.fill:
        filled = measurements.crowded(sides, 0, given.fill)
        ours = [side for side in filled if side.name != "reference"]
        if ours and given.fill_ours > given.fill:
            fills.append(given.fill_ours)
            measurements.crowded(ours, given.fill, given.fill_ours)
    if given.pack_size:
        say(f"making {given.pack_size} MB to pack")
        size = measurements.packing(material.tree_to_pack(given.pack_size), sides)
        facts["machine"].append(("Packed", ", ".join(f"{name} {bytes / 1e6:.1f} MB" for name, bytes in size.items())))


def main():
    given = options()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    before = loops()
    results, facts = Results(), {"machine": report.machine(given.work), "megabytes": given.pack_size}
    facts["machine"].append(("Load when begun", f"{os.getloadavg()[0]:.2f}"))
    facts["store"] = "no store in reach of the reference" if given.no_store else "a store that answers the reference 404"
    material = Material(given.top, given.work)
    release = given.release or f"{given.top}/.build-release/release"
    devices = max(given.fill, given.fill_ours) + 64
    reference = Reference(given.top, given.work, devices, not given.no_store, say)
    candidates = [reference, Ours(given.top, given.work, release, say),
                  OursOnSystemd(given.top, given.work, release, devices, say)]
    wanted = given.sides.split(",")
    for name in wanted:
        if name not in [side.name for side in candidates]:
            sys.exit(f"there is no side called {name!r}")
    say("making the OS snap and the app")
    programs = f"{reference.tree()}/usr/lib/snapd" if reference.name in wanted else ""
    basics = [material.core(programs), material.noop(APP)]
    sides, fills = [], [count for count in [given.fill] if count]
    try:
        for side in candidates:
            if side.name not in wanted:
                results.missing.append(f"{side.name}: left out by --sides")
                continue
            say(f"preparing {side.name}")
            try:
                side.set_up(basics)
                sides.append(side)
                facts["machine"].append((side.title, side.version))
            except (Failure, OSError) as failure:
                results.missing.append(f"{side.name}: {failure}")
                say(f"no {side.name}: {failure}")
        if sides:
            measure(sides, material, results, given, facts, fills)
    except (KeyboardInterrupt, SystemExit):
        results.missing.append("the rest: interrupted")
    finally:
        # What follows must not be interrupted.
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_IGN)
        for side in candidates:
            try:
                side.take_down()
            except (Failure, OSError) as failure:
                say(f"taking down {side.name}: {failure}")
        forget_loops(before)
        for path in left_behind(given.work):
            results.missing.append(f"left behind: {path}")
    direct = report.median(results.get("direct", "machine"))
    plain_pack = report.median(results.get("pack", "mksquashfs"))
    facts["machine"] += [
        ("Load when done", f"{os.getloadavg()[0]:.2f}"),
        ("The app executed directly", report.number(direct)),
        (f"`mksquashfs` itself, {given.pack_size} MB", report.number(plain_pack)),
        ("Made", datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M UTC")),
    ]
    rows = report.rows(fills)
    table = [report.line(row, results, facts) for row in rows]
    output = given.output or f"{given.top}/build/benchmark.md"
    report.write(output, table, results, facts, rows)
    print("\n".join(report.plain(table)))
    for text in results.missing:
        print(f"missing: {' '.join(text.split())}")
    print(f"written: {os.path.relpath(output)}")
    return 3 if results.missing else 0


if __name__ == "__main__":
    sys.exit(main())
