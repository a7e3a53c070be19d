"""Holdfast's installation: a holder on the GPU and the arbiter with so many workers. Every command line is here."""

import json
import os
import re
import time
import urllib.request

from serving.children import Children, kill

START_SECONDS = 120
MODEL = "linear"
# What an operator would set after measuring: one batch for all that ask together, of as many rows as cuBLAS computes well. In FP32
# 32 rows take it 1.1 ms and 33 twice as long; in TF32 64 take hardly longer than 32.
BATCHES = """max_batch_size: {rows}
dynamic_batching {{ max_queue_delay_microseconds: 5000 }}"""
FP32_ROWS = 32
TF32_ROWS = 64
STATISTICS_ASKED = 12
READY = re.compile(r"pid=(?P<pid>\d+) ready:")


class Holdfast:
    body = ["--body", "linear:10000", "--binary"]

    def __init__(self, results, scratch, port, installation, java_home):
        self.name = "holdfast"
        self.results = results
        self.scratch = scratch
        self.port = port
        self.command = os.path.join(installation, "bin", "holdfast")
        self.models = os.path.join(scratch, "models")
        self.socket = os.path.join(scratch, "holder", "weights.sock")
        self.environment = {"JAVA_HOME": java_home} if java_home else {}
        self.url = f"http://127.0.0.1:{port}/v2/models/{MODEL}/infer"
        self.children = None

    def sample(self):
        return [self.command, "sample", "linear", "--in", "10000", "--out", "50000", "--sum", self.models]

    def daemon(self):
        state = os.path.join(self.scratch, "state")
        options = ["--models", self.models, "--state", state, "--socket", self.socket]
        return [self.command, "daemon", *options, "--device", "cuda:0", "--load", MODEL]

    def serve(self, workers, tf32):
        control = os.path.join(self.scratch, "serve", "control.sock")
        options = ["--workers", workers, "--port", self.port, "--bind", "127.0.0.1"]
        options += ["--socket", self.socket, "--control", control]
        return [self.command, "serve", *options, *(["--worker-option=-Dholdfast.cuda.tf32=on"] if tf32 else [])]

    def start(self, workers, tf32):
        """Returns when every worker serves the model."""
        logs = os.path.join(self.results, f"holdfast-{workers}{'-tf32' if tf32 else ''}")
        os.makedirs(logs)
        os.makedirs(os.path.join(self.scratch, "serve"), mode=0o700, exist_ok=True)
        self.children = Children(logs)
        if not os.path.isdir(os.path.join(self.models, MODEL)):
            self._write_sample()
        self._configure(TF32_ROWS if tf32 else FP32_ROWS)
        holder = self.children.start("holder", self.daemon(), self.environment)
        holder.wait_for(lambda: "ready: holder" in "\n".join(holder.lines()), "ready", START_SECONDS)
        self.arbiter = self.children.start("arbiter", self.serve(workers, tf32), self.environment)
        self.arbiter.wait_for(lambda: len(self._ready()) >= workers, f"ready with {workers} workers", START_SECONDS)

    def _write_sample(self):
        """2 GB, once for all starts; it appears when it is complete."""
        sample = self.children.start("sample", self.sample(), self.environment)
        if sample.process.wait(START_SECONDS) != 0:
            sample.wait_for(lambda: False, "the sample was written", 0)
        self.children.running.remove(sample)

    def _configure(self, rows):
        config = os.path.join(self.models, MODEL, "config.pbtxt")
        with open(config, encoding="utf-8") as written:
            lines = [line for line in written if not line.startswith(("max_batch_size", "dynamic_batching"))]
        with open(config, "w", encoding="utf-8") as tuned:
            tuned.write("".join(lines) + BATCHES.format(rows=rows) + "\n")

    def _ready(self):
        """The pids of workers that have come to serve, in that order."""
        return [int(match["pid"]) for match in filter(None, map(READY.search, self.arbiter.lines()))]

    def replace_one(self):
        """kill -9 of one worker; seconds until its replacement serves the model."""
        before = self._ready()
        at = kill(before[-1])
        self.arbiter.wait_for(lambda: len(self._ready()) > len(before), "replacing a killed worker", START_SECONDS)
        return time.monotonic() - at

    def batches(self):
        """What workers computed: rows of a batch -> how many, and the mean of copying in, computing, copying out, in us."""
        parts = ["compute_input", "compute_infer", "compute_output"]
        sums = {}
        for table in self._batch_tables():
            for batch in json.loads(table):
                found = sums.setdefault(batch["batch_size"], [0, 0, 0, 0])
                found[0] += batch[parts[0]]["count"]
                for i, part in enumerate(parts):
                    found[i + 1] += batch[part]["ns"]
        return {
            size: [found[0]] + [round(ns / max(1, found[0]) / 1000) for ns in found[1:]]
            for size, found in sorted(sums.items())
        }

    def _batch_tables(self):
        """Of those workers that happen to answer; no two are equal."""
        url = f"http://127.0.0.1:{self.port}/v2/models/{MODEL}/stats"
        tables = set()
        for _ in range(STATISTICS_ASKED):
            with urllib.request.urlopen(url) as answer:
                tables.add(json.dumps(json.load(answer)["model_stats"][0]["batch_stats"]))
        return tables

    def roots(self):
        """What it consists of: name -> pid of the topmost process."""
        return {child.name: child.pid for child in self.children.running}

    def end(self):
        if self.children:
            self.children.end()
