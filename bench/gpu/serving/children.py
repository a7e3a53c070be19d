"""Processes that a measurement starts; all of them end with it."""

import os
import signal
import subprocess
import time

POLL_SECONDS = 0.002
GRACE_SECONDS = 10


class ChildFailed(Exception):
    """A process ended, or did not do in time what it should; says where its log is."""


class Child:
    """A process in a process group of its own, its output in a log file."""

    def __init__(self, name, command, log, environment=None, directory=None):
        self.name = name
        self.log = log
        with open(log, "ab") as output:
            output.write(f"$ {' '.join(map(str, command))}\n".encode())
            output.flush()
            self.process = subprocess.Popen(
                list(map(str, command)),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env={**os.environ, **(environment or {})},
                cwd=directory,
                start_new_session=True,
            )

    @property
    def pid(self):
        return self.process.pid

    def lines(self):
        with open(self.log, encoding="utf-8", errors="replace") as log:
            return log.read().splitlines()

    def wait_for(self, find, what, seconds):
        """The first truthy result of find(); fails if the process ends or the time is over."""
        deadline = time.monotonic() + seconds
        while True:
            found = find()
            if found:
                return found
            if self.process.poll() is not None:
                raise ChildFailed(f"{self.name} ended with {self.process.returncode} before {what}; see {self.log}")
            if time.monotonic() > deadline:
                raise ChildFailed(f"{self.name}: not {what} within {seconds} s; see {self.log}")
            time.sleep(POLL_SECONDS)

    def end(self):
        """TERM, and KILL for what of its group is left then."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(GRACE_SECONDS)
            except subprocess.TimeoutExpired:
                print(f"{self.name} did not end within {GRACE_SECONDS} s and is killed", flush=True)
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.wait()


class Children:
    """All of one system's processes; the last one started ends first."""

    def __init__(self, logs):
        self.logs = logs
        self.running = []

    def start(self, name, command, environment=None, directory=None):
        child = Child(name, command, os.path.join(self.logs, name + ".log"), environment, directory)
        self.running.append(child)
        return child

    def end(self):
        while self.running:
            self.running.pop().end()


def kill(pid):
    """kill -9; returns the time of it, CLOCK_MONOTONIC in seconds."""
    at = time.monotonic()
    os.kill(pid, signal.SIGKILL)
    return at


def descendants(pid):
    """The pids of a process and all below it, from /proc; proc(5)."""
    parents = {}
    for entry in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{entry}/stat", encoding="utf-8", errors="replace") as stat:
                parents[int(entry)] = int(stat.read().rpartition(")")[2].split()[1])
        except OSError:
            continue  # it has just ended
    found = [pid]
    for known in found:
        found.extend(child for child, parent in parents.items() if parent == known)
    return found
