"""bench/gpu/recipe under gunicorn."""

import os
import re
import sys

from serving.children import Children, kill

START_SECONDS = 120
EVENT = re.compile(r"^(?P<event>[a-z-]+) pid (?P<pid>\d+) at (?P<at>[0-9.]+)$")
SOURCES = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "recipe")


class Recipe:
    """The model server and gunicorn with so many workers."""

    body = ["--body", "raw:10000"]

    def __init__(self, results, scratch, port, python_path, preload=False):
        self.name = "recipe, torch preloaded" if preload else "recipe"
        self.results = results
        self.url = f"http://127.0.0.1:{port}/infer"
        self.bind = f"127.0.0.1:{port}"
        self.environment = {
            "PYTHONPATH": python_path,
            "PYTHONDONTWRITEBYTECODE": "1",
            "RECIPE_SOCKET": os.path.join(scratch, "recipe.sock"),
            "RECIPE_PRELOAD": "1" if preload else "0",
        }
        self.children = None

    def start(self, workers, tf32):
        """Returns when every worker has attached and its application is loaded."""
        logs = os.path.join(self.results, f"{self.name.replace(', ', '-').replace(' ', '-')}-{workers}{'-tf32' if tf32 else ''}")
        os.makedirs(logs)
        self.children = Children(logs)
        environment = {**self.environment, "RECIPE_TF32": "1" if tf32 else "0", "WEB_CONCURRENCY": str(workers)}
        server = self.children.start("model-server", [sys.executable, "model_server.py"], environment, SOURCES)
        server.wait_for(lambda: events(server, "model-server-ready"), "ready", START_SECONDS)
        command = [sys.executable, "-m", "gunicorn", "--config", "gunicorn.conf.py", "--bind", self.bind, "app:app"]
        self.gunicorn = self.children.start("gunicorn", command, environment, SOURCES)
        self.gunicorn.wait_for(
            lambda: len(events(self.gunicorn, "worker-ready")) >= workers, f"ready with {workers} workers", START_SECONDS
        )

    def replace_one(self):
        """kill -9 of one worker; seconds until its replacement is ready."""
        before = events(self.gunicorn, "worker-ready")
        at = kill(list(before)[-1])
        after = self.gunicorn.wait_for(
            lambda: {pid: ready for pid, ready in events(self.gunicorn, "worker-ready").items() if pid not in before},
            "replacing a killed worker",
            START_SECONDS,
        )
        return min(after.values()) - at

    def batches(self):
        """It computes one request at a time."""
        return {}

    def roots(self):
        """What it consists of: name -> pid of the topmost process."""
        return {child.name: child.pid for child in self.children.running}

    def end(self):
        if self.children:
            self.children.end()


def events(child, name):
    """pid -> time of the events of that name in a process's log, in order."""
    found = filter(None, map(EVENT.match, child.lines()))
    return {int(match["pid"]): float(match["at"]) for match in found if match["event"] == name}
