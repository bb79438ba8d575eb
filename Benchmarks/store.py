"""A store of ours on loopback, and what is published in it."""

import os
import re
import subprocess
import time

from sides import CLEAN, Failure, sh

PASSWORD = "a secret of the benchmark's own\n"


class Store:
    def __init__(self, program, work):
        self.program, self.directory = program, f"{work}/store"
        self.environment = dict(pair.split("=", 1) for pair in CLEAN[2:]) | {"HOME": f"{work}/publisher"}
        self.log, self.server, self.url, self.registered = f"{work}/store.log", None, "", set()
        os.makedirs(self.environment["HOME"])

    def run(self, *words, text=None):
        return sh(self.program, *words, env=self.environment, input=text)

    def start(self):
        self.run("init", self.directory, "--id", "bench", "--name", "Bench")
        self.fingerprint = self.run("trust", self.directory, "--fingerprint").strip()
        output = f"{self.log}.out"
        with open(output, "wb") as file:
            self.server = subprocess.Popen(
                [self.program, "serve", self.directory, "--listen", "127.0.0.1:0", "--log", self.log], stdout=file,
                stderr=file, env=self.environment)
        until = time.monotonic() + 20
        while not (found := re.search(r"^serving at port (\d+)", open(output).read(), re.M)):
            if time.monotonic() > until or self.server.poll() is not None:
                raise Failure(f"the store does not serve: {open(output).read().strip()[-300:]}")
            time.sleep(0.05)
        self.url = f"http://127.0.0.1:{found[1]}"
        self.run("account", "create", self.directory, "publisher", "--email", "publisher@bench.test", "--password-file", "-",
                 text=PASSWORD)
        self.run("login", "publisher@bench.test", "--url", self.url, text=PASSWORD)

    def publish(self, name, image):
        if name not in self.registered:
            self.run("register", name)
            self.registered.add(name)
        said = self.run("upload", image)
        found = re.search(r"^Revision (\d+) of ", said)
        if not found:
            raise Failure(f"cannot publish {image}: {said.strip()[-300:]}")
        self.run("release", name, found[1], "stable")

    def deltas(self, count):
        """Waits until the store has made so many deltas."""
        import sqlite3
        until = time.monotonic() + 120
        while time.monotonic() < until:
            database = sqlite3.connect(f"file:{self.directory}/store.db?mode=ro", uri=True)
            made = database.execute("SELECT count(*) FROM delta").fetchone()[0]
            database.close()
            if made >= count:
                return
            time.sleep(0.2)
        raise Failure(f"the store made {made} of {count} deltas")

    def stop(self):
        if self.server:
            self.server.terminate()
            try:
                self.server.wait(timeout=30)
            except subprocess.TimeoutExpired:
                self.server.kill()
                self.server.wait()
            self.server = None
