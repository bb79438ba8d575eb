"""What is installed and packed: images that are the same file for both sides."""

import os
import random
import shutil

from sides import sh

# The reference's own options, so that these images are what it would have packed itself.
MKSQUASHFS = ["-noappend", "-comp", "xz", "-no-fragments", "-no-progress", "-all-root", "-no-xattrs"]


class Material:
    def __init__(self, top, work):
        self.top, self.work = top, work
        self.images = f"{work}/images"
        os.makedirs(self.images)

    def core(self, programs=""):
        """The OS snap, from the repository's own tree; with the reference's `snap-exec`, which it wants to find there.

        More of the reference must not be in it, or it would execute that instead of itself.
        """
        tree, image = f"{self.work}/core", f"{self.images}/core.snap"
        sh(f"{self.top}/Tools/core-tree", tree)
        for name in os.listdir(f"{tree}/usr/lib/snapd"):
            sh("rm", "-rf", f"{tree}/usr/lib/snapd/{name}")
        if programs:
            shutil.copy(f"{programs}/snap-exec", f"{tree}/usr/lib/snapd/snap-exec")
        self.yaml(tree, "name: core\nversion: '1'\ntype: os\nsummary: An OS snap\ndescription: For the benchmark.\n")
        sh("mksquashfs", tree, image, "-comp", "gzip", *(o for o in MKSQUASHFS if o not in ("-comp", "xz")))
        shutil.rmtree(tree)
        return image

    def noop(self, name, version="1", app="", extra=""):
        """A snap of 4 kB with one app that does nothing; `app` is more of the app's description, `extra` of the snap's."""
        tree, image = f"{self.work}/{name}", f"{self.images}/{name}_{version}.snap"
        os.makedirs(f"{tree}/bin")
        shutil.copy(f"{self.work}/noop", f"{tree}/bin/noop")
        self.yaml(tree, f"name: {name}\nversion: '{version}'\nsummary: A small snap\ndescription: For the benchmark.\n"
                        f"apps:\n  {name}:\n    command: bin/noop\n{app}{extra}")
        sh("mksquashfs", tree, image, *MKSQUASHFS)
        shutil.rmtree(tree)
        return image

    def service(self, name):
        """The same, and the app is a service that is over at once."""
        return self.noop(name, app="    daemon: oneshot\n")

    def plugs(self, name, plugs):
        """The same with plugs."""
        return self.noop(name, extra="plugs:\n" + "".join(f"  {plug}: null\n" for plug in plugs))

    def noise(self, name, version):
        """A snap of 10 MB that does not compress; versions have all but 200 kB in common."""
        tree, image = f"{self.work}/{name}", f"{self.images}/{name}_{version}.snap"
        os.makedirs(f"{tree}/bin")
        shutil.copy(f"{self.work}/noop", f"{tree}/bin/noop")
        for part, seed, size in (("common", name, 9_800_000), ("own", f"{name} {version}", 200_000)):
            with open(f"{tree}/{part}", "wb") as file:
                file.write(random.Random(seed).randbytes(size))
        self.yaml(tree, f"name: {name}\nversion: '{version}'\nsummary: A snap of 10 MB\ndescription: For the benchmark.\n"
                        f"apps:\n  {name}:\n    command: bin/noop\n")
        sh("mksquashfs", tree, image, "-comp", "gzip", *(o for o in MKSQUASHFS if o not in ("-comp", "xz")))
        shutil.rmtree(tree)
        return image

    def tree_to_pack(self, megabytes):
        """A tree that compresses like programs do, about 2 to 1: text of a small vocabulary and noise, mixed."""
        tree = f"{self.images}/tree"
        source = random.Random(2)
        words = [bytes(source.choices(b"abcdefghijklmnopqrstuvwxyz", k=source.randint(2, 11))) for _ in range(4000)]
        text = [b" ".join(source.choices(words, k=700))[:4096] for _ in range(512)]
        os.makedirs(f"{tree}/data")
        for number in range(megabytes):
            pieces = [source.choice(text) if source.random() < 0.7 else source.randbytes(4096) for _ in range(256)]
            with open(f"{tree}/data/{number:04}", "wb") as file:
                file.write(b"".join(pieces))
        self.yaml(tree, "name: bench-pack\nversion: '1'\nsummary: A large snap\ndescription: For the benchmark.\n")
        return tree

    @staticmethod
    def yaml(tree, text):
        os.makedirs(f"{tree}/meta", exist_ok=True)
        os.chmod(tree, 0o755)
        with open(f"{tree}/meta/snap.yaml", "w") as file:
            file.write(text + "confinement: strict\ngrade: stable\n")
