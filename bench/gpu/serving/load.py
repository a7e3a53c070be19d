"""The load generator, dev.holdfast.bench.http, as a process of its own."""

import json
import subprocess

LIMIT_SECONDS = 60


class LoadFailed(Exception):
    """The load generator gave no figures."""


class Load:
    def __init__(self, java, jars, seconds, warm_up):
        self.command = [java, "-XX:+UseParallelGC", "-cp", f"{jars}/*", "dev.holdfast.bench.http.DriveCommand"]
        self.seconds = seconds
        self.warm_up = warm_up

    def heat(self, url, connections, body, seconds):
        """Load that is not measured, for processes that compile what they run while they run it."""
        if seconds > 0:
            self._run(url, connections, body, seconds, 0)

    def run(self, url, connections, body):
        """Figures of the measured phase; `failed` counts all phases' failures by kind."""
        return self._run(url, connections, body, self.seconds, self.warm_up)

    def _run(self, url, connections, body, seconds, warm_up):
        command = [*self.command, "--json", "--url", url, "--connections", connections]
        command += ["--seconds", seconds, "--warmup", warm_up, *body]
        done = subprocess.run(
            list(map(str, command)),
            capture_output=True,
            text=True,
            timeout=seconds + warm_up + LIMIT_SECONDS,
        )
        phases = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
        if len(phases) != 3:
            raise LoadFailed(f"{' '.join(map(str, command))} ended with {done.returncode}: {done.stderr.strip()}")
        figures = next(phase for phase in phases if phase["phase"] == "measured")
        figures["failed"] = sum(sum(phase["failures"].values()) for phase in phases)
        figures["last_failure"] = done.stderr.strip()
        return figures
