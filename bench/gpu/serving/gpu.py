"""GPU memory, as nvidia-smi has it. MiB throughout."""

import subprocess
import time


def _query(*arguments):
    answer = subprocess.run(
        ["nvidia-smi", *arguments, "--format=csv,noheader,nounits"], check=True, capture_output=True, text=True
    )
    return [[field.strip() for field in line.split(",")] for line in answer.stdout.splitlines() if line.strip()]


def describe():
    """Name, driver and memory of the first GPU."""
    name, driver, total = _query("--query-gpu=name,driver_version,memory.total")[0]
    return f"{name}, driver {driver}, {total} MiB"


def used():
    """In use on the first GPU, by whomever."""
    return int(_query("--query-gpu=memory.used")[0][0])


def by_process():
    """pid -> MiB; empty where the driver can't see processes, as in some containers."""
    rows = _query("--query-compute-apps=pid,used_memory")
    return {int(pid): int(mib) for pid, mib in rows if mib.isdigit()}


def settled(seconds=10):
    """used(), once it has stopped changing: a process that ended gives its memory back a little later."""
    deadline = time.monotonic() + seconds
    last = used()
    while time.monotonic() < deadline:
        time.sleep(0.5)
        now = used()
        if now == last:
            return now
        last = now
    return last
