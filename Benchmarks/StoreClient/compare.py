"""Times both sides in turn: PROGRAM URL DIGEST DIRECTORY ROUNDS."""
import os
import statistics
import subprocess
import sys
import time

program, url, digest, directory, rounds = sys.argv[1:5] + [int(sys.argv[5])]
image, target = directory + "/image", directory + "/target"
size = os.path.getsize(image)
sides = {"openssl dgst -sha3-384": [], "download": []}
for _ in range(rounds):
    start = time.monotonic()
    subprocess.run(["openssl", "dgst", "-sha3-384", image], check=True, stdout=subprocess.DEVNULL)
    sides["openssl dgst -sha3-384"].append(time.monotonic() - start)
    start = time.monotonic()
    subprocess.run([program, "download", url, digest, str(size), target], check=True, stdout=subprocess.DEVNULL)
    sides["download"].append(time.monotonic() - start)
    os.remove(target)

print(f"{size >> 20} MiB, {rounds} rounds, load {os.getloadavg()[0]:.1f}, {os.cpu_count()} processors\n")
print("| | median s | fastest s | MB/s (fastest) |\n|---|---|---|---|")
for name, times in sides.items():
    print(f"| {name} | {statistics.median(times):.2f} | {min(times):.2f} | {size / min(times) / 1e6:.0f} |")
