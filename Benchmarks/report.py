"""The table: medians, ratios, and whether the goals are met."""

import os
import platform
import re
import statistics
import subprocess


class Row:
    """One line of the table. `limit` judges our median; `relative` names the measurement of `base` it is a factor of."""

    def __init__(self, title, key, goal="", limit=None, relative=None, unit="ms"):
        self.title, self.key, self.goal, self.limit, self.relative, self.unit = title, key, goal, limit, relative, unit


def rows(fills):
    """The goals are those of issues 2, 3 and 5."""
    table = [
        Row("`snap run` of a no-op app, namespace kept", "run-kept", "≤ 3 ms", 3),
        Row("the same, namespace built", "run-built", "≤ 6 ms", 6),
        Row("run, kept, 30 plugs connected", "run-kept-30", "≤ 3 ms", 3),
        Row("run, built, 30 plugs connected", "run-built-30", "≤ 6 ms", 6),
        Row("`snap list`, 2 snaps", "list", "≤ 4 ms", 4),
        Row("`snap install --dangerous` of a 4 kB snap", "install", "≤ 60 ms", 60),
        Row("install over", "over", "≤ 80 ms", 80),
        Row("`snap revert`", "revert", "≤ 60 ms", 60),
        Row("`snap remove`", "remove", "≤ 60 ms", 60),
        Row("`snap remove --purge`", "purge"),
        Row("install of a snap with a service", "install-service"),
        Row("of that, reloads of systemd", "reloads", "≤ 1", unit=""),
        Row("install from a store, 10 MB (reference: `--dangerous`, same file)", "store-install", "≤ 1/5 of the reference", 0.2,
            ("reference", "store-install")),
        Row("refresh from a store, delta (reference: `--dangerous` over)", "store-refresh"),
        Row("daemon resident, idle, 2 snaps", "memory", "≤ 20 MiB", 20, unit="MiB"),
        Row("of that, anonymous", "memory-anonymous", unit="MiB"),
        Row("daemon resident, after these operations", "memory-used", unit="MiB"),
    ]
    for count in fills:
        table.append(Row(f"install with {count} snaps there", f"install-{count}", "≤ 1.3 × an empty machine", 1.3, ("ours", "install")))
        table.append(Row(f"`snap list` of {count + 2} snaps", f"list-{count}", "≤ 10 ms", 10))
    table.append(Row("`snap pack` of {megabytes} MB", "pack", "≤ 1.05 × `mksquashfs`", 1.05, ("mksquashfs", "pack")))
    return table


def median(values):
    return statistics.median(values) if values else None


def number(value, unit="ms"):
    if value is None:
        return "–"
    if not unit:
        return f"{value:g}"
    digits = 2 if value < 10 else 1 if value < 100 else 0
    return f"{value:.{digits}f} {unit}"


COLUMNS = ["", "reference", "ours", "ours / reference", "goal", "verdict", "ours, on systemd", "runs"]


def verdict(row, results, side):
    value = median(results.get(row.key, side))
    if row.limit is None:
        return ""
    if value is None:
        return "not measured"
    if row.relative is None:
        return "ok" if value <= row.limit else "MISSED"
    base_side, key = row.relative
    base = median(results.get(key, side if base_side == "ours" else base_side))
    if not base:
        return "not measured"
    return f"{'ok' if value / base <= row.limit else 'MISSED'} ({value / base:.2f} ×)"


def line(row, results, facts):
    """The goals judge ours as it runs on this machine; in the container it is shown beside."""
    reference, ours, systemd = (median(results.get(row.key, side)) for side in ("reference", "ours", "ours-systemd"))
    ratio = f"{ours / reference:.3f}" if ours and reference else "–"
    on_systemd = number(systemd, row.unit)
    if systemd is not None and row.limit is not None:
        on_systemd += f", {verdict(row, results, 'ours-systemd')}"
    samples = " / ".join(str(len(results.get(row.key, side))) for side in ("reference", "ours", "ours-systemd"))
    return [row.title.format(**facts), number(reference, row.unit), number(ours, row.unit), ratio, row.goal,
            verdict(row, results, "ours"), on_systemd, samples]


def spread(values, unit="ms"):
    if not values:
        return "–"
    return f"{number(min(values), unit)} … {number(max(values), unit)}"


def markdown(table):
    lines = ["| " + " | ".join(COLUMNS) + " |", "|---|--:|--:|--:|---|---|--:|--:|"]
    return lines + ["| " + " | ".join(cells) + " |" for cells in table]


def plain(table):
    table = [COLUMNS] + [
        [cell.replace("`", "") for cell in cells] for cells in table]
    widths = [max(len(cells[column]) for cells in table) for column in range(len(table[0]))]
    return ["  ".join(cell.ljust(width) if column in (0, 4, 5) else cell.rjust(width)
                      for column, (cell, width) in enumerate(zip(cells, widths))).rstrip() for cells in table]


def first(pattern, text):
    found = re.search(pattern, text, re.M)
    return found[1].strip() if found else "unknown"


def machine(path):
    """What the numbers depend on."""
    def output(*argv):
        try:
            return subprocess.run(argv, capture_output=True, text=True).stdout
        except OSError:
            return ""

    memory = int(first(r"^MemTotal:\s+(\d+)", open("/proc/meminfo").read())) / 1048576
    return [
        ("Processor", f"{first(r'^model name.*: (.*)', open('/proc/cpuinfo').read())}, {os.cpu_count()} CPUs"),
        ("Memory", f"{memory:.1f} GiB"),
        ("Kernel", platform.release()),
        ("System", first(r'^PRETTY_NAME="(.*)"', open("/etc/os-release").read())),
        ("File system", " ".join(output("df", "--output=fstype,source", path).split("\n")[1].split())),
        ("Virtualization", output("systemd-detect-virt").strip() or "unknown"),
        ("mksquashfs", first(r"version (\S+)", output("mksquashfs", "-version"))),
        ("Security modules", open("/sys/kernel/security/lsm").read().strip()
         if os.path.exists("/sys/kernel/security/lsm") else "unknown"),
    ]


def write(path, table, results, facts, details):
    lines = ["# Benchmark", "", 
             "Medians; the sides alternate, run by run. Made by `Benchmarks/run`; what is measured and how: "
             f"`Benchmarks/README.md`. With {facts['store']}.", ""]
    lines += markdown(table) + [""]
    lines += ["`kill -9` at every task boundary is no measurement: `Tests/System/run kill-matrix` shows it.", ""]
    if results.missing:
        lines += ["## What is missing", ""] + [f"- {' '.join(text.split())}" for text in results.missing] + [""]
    lines += ["## Least … most", "", "| | reference | ours | ours, on systemd |", "|---|--:|--:|--:|"]
    for row in details:
        ranges = [spread(results.get(row.key, side), row.unit) for side in ("reference", "ours", "ours-systemd")]
        lines.append(f"| {row.title.format(**facts)} | {' | '.join(ranges)} |")
    lines += ["", "## The machine", "", "| | |", "|---|---|"] + [f"| {key} | {value} |" for key, value in facts["machine"]] + [""]
    os.makedirs(os.path.dirname(os.path.abspath(path)), exist_ok=True)
    with open(path + ".new", "w") as file:
        file.write("\n".join(lines))
    os.replace(path + ".new", path)
