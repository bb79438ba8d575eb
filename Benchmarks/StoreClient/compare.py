"""Times both sides in turn: PROGRAM URL DIGEST DIRECTORY ROUNDS."""
import os
import statistics
import subprocess
import sys
import time

program, url, digest, directory, rounds = sys.argv[1:5] + [int(sys.argv[5])]
image, target = directory + "/image", directory + "/target"
size = os.path.getsize(image)
digesting = ["openssl", "dgst", "-sha3-384"]
sides = {
    "`openssl dgst -sha3-384`": [digesting + [image]],
    "`cp`": [["cp", image, target]],
    "`curl -o`": [["curl", "-sS", "--noproxy", "*", "-o", target, url]],
    "`cp`, then `openssl dgst -sha3-384`": [["cp", image, target], digesting + [target]],
    "download with its digest": [[program, "download", url, digest, str(size), target]],
}
times = {name: [] for name in sides}
for _ in range(rounds):
    for name, commands in sides.items():
        start = time.monotonic()
        for command in commands:
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        times[name].append(time.monotonic() - start)
        if os.path.exists(target):
            os.remove(target)

print(f"{size >> 20} MiB, {rounds} rounds, load {os.getloadavg()[0]:.1f}, {os.cpu_count()} processors\n")
print("| | median s | fastest s | MB/s (fastest) |\n|---|---|---|---|")
for name, taken in times.items():
    print(f"| {name} | {statistics.median(taken):.2f} | {min(taken):.2f} | {size / min(taken) / 1e6:.0f} |")
