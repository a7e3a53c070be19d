"""Lines by which a measurement finds out what happened when."""

import os
import time


def report(event):
    print(f"{event} pid {os.getpid()} at {time.monotonic():.6f}", flush=True)
