#!/usr/bin/env python3
"""Fills a store that `snap-store init` has made with N released snaps, straight into its database.

Each snap has two revisions for amd64: 2 is in latest/stable and latest/edge, 1 was in latest/stable before. There are
no images: the benchmark downloads nothing. Stop the server first; about 100,000 snaps take 10 s.
"""

import argparse
import hashlib
import os
import sqlite3
import sys
import time

WORDS = (
    "fast small simple open secure private local shared classic modern editor player server client viewer manager "
    "monitor tool studio game music photo video mail chat notes tasks files cloud backup network system terminal"
).split()

YAML = """name: {name}
version: "{version}"
summary: {summary}
description: A program for measuring.
base: core24
confinement: strict
apps:
  {name}:
    command: bin/run
    plugs: [home, network]
"""


def snap_id(number):
    return f"load{number:028d}"


def words(number, count):
    return " ".join(WORDS[(number * 31 + at * at * 7 + at) % len(WORDS)] for at in range(count))


def rows(first, last, publisher, now):
    for number in range(first, last):
        identity, name = snap_id(number), f"load-{number}"
        summary = words(number, 6)
        yield (
            (identity, name, publisher, name.title(), summary, words(number + 1, 60), now),
            [
                (identity, revision, hashlib.sha384(f"{number} {revision}".encode()).digest(), 10_000_000 + number,
                 f"1.{revision}", YAML.format(name=name, version=f"1.{revision}", summary=summary), publisher, now)
                for revision in (1, 2)
            ],
        )


def fill(database, count, progress):
    now = int(time.time()) - 60 * 24 * 3600
    publisher = database.execute("SELECT id FROM account ORDER BY is_admin DESC LIMIT 1").fetchone()[0]
    # What follows changes row by row is made once, at the end.
    triggers = database.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for name, _ in triggers:
        database.execute(f'DROP TRIGGER "{name}"')
    step = 20_000
    for first in range(0, count, step):
        batch = list(rows(first, min(first + step, count), publisher, now))
        database.executemany(
            "INSERT INTO snap (id, name, publisher_id, is_private, is_unlisted, default_track, title, summary, "
            "description, metadata, declaration, created_at) VALUES (?, ?, ?, 0, 0, NULL, ?, ?, ?, '{}', '{}', ?)",
            (snap for snap, _ in batch))
        database.executemany(
            "INSERT INTO revision (snap_id, number, digest, size, version, type, base, confinement, grade, epoch, "
            "architectures, snap_yaml, provenance, status, notes, uploaded_by, created_at) VALUES (?, ?, ?, ?, ?, "
            "'app', 'core24', 'strict', 'stable', '{\"read\":[0],\"write\":[0]}', 'amd64', ?, 'global-upload', "
            "'ready', '[]', ?, ?)",
            (revision for _, revisions in batch for revision in revisions))
        ids = [snap[0] for snap, _ in batch]
        database.executemany(
            "INSERT INTO channel (snap_id, architecture, channel, revision, released_at, is_paused) "
            "VALUES (?, 'amd64', ?, 2, ?, 0)",
            ((identity, channel, now) for identity in ids for channel in ("latest/edge", "latest/stable")))
        database.executemany(
            "INSERT INTO history (snap_id, architecture, channel, revision, is_paused, at, account_id) "
            "VALUES (?, 'amd64', ?, ?, 0, ?, ?)",
            ((identity, channel, revision, now - 10 + revision, publisher)
             for identity in ids
             for channel, revision in (("latest/stable", 1), ("latest/stable", 2), ("latest/edge", 2))))
        progress(min(first + step, count))
    database.execute(
        "INSERT OR IGNORE INTO search_row (snap_id) SELECT id FROM snap WHERE id NOT IN "
        "(SELECT snap_id FROM search_row)")
    database.execute("INSERT INTO search (search) VALUES ('rebuild')")
    database.execute(
        "INSERT OR IGNORE INTO catalogue (name, snap_id, version, confinement, apps, aliases) "
        "SELECT name, id, '1.2', 'strict', json_array(name), '[]' FROM snap")
    database.execute("INSERT INTO change (snap_id) SELECT id FROM snap LIMIT 1")
    generation = database.execute("SELECT max(generation) FROM change").fetchone()[0]
    database.execute("INSERT OR REPLACE INTO setting (name, value) VALUES ('indexed-generation', ?)", (str(generation),))
    for _, sql in triggers:
        database.execute(sql)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("store", metavar="DIR", help="the store's directory")
    parser.add_argument("count", metavar="N", type=int, help="how many snaps")
    arguments = parser.parse_args()
    path = os.path.join(arguments.store, "store.db")
    if not os.path.exists(path):
        sys.exit(f"cannot fill {arguments.store}: there is no store (snap-store init {arguments.store})")
    database = sqlite3.connect(path, isolation_level=None)
    # Nothing here has to survive a loss of power.
    database.executescript("PRAGMA synchronous = OFF; PRAGMA cache_size = -262144; BEGIN IMMEDIATE")
    begun = time.monotonic()
    fill(database, arguments.count, lambda done: print(f"\r{done} snaps", end="", flush=True))
    database.execute("COMMIT")
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    print(f"\r{arguments.count} snaps in {time.monotonic() - begun:.1f} s, {os.path.getsize(path) >> 20} MiB")


if __name__ == "__main__":
    main()
