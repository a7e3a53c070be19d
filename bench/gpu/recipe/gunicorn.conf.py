"""gunicorn's settings and hooks; worker_class is left at its default, sync."""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from events import report  # noqa: E402 (found through the line above)

if os.environ.get("RECIPE_PRELOAD") == "1":
    import torch  # noqa: F401 (imported once, before any fork; CUDA starts in the workers only)

chdir = os.path.dirname(os.path.abspath(__file__))
control_socket_disable = True
graceful_timeout = 5


def post_fork(server, worker):
    import weights

    weights.attach()
    report("worker-attached")


def post_worker_init(worker):
    report("worker-ready")
