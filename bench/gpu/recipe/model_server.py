"""The recipe's model server: owns the weights, and gives their CUDA IPC handles to workers that connect.

One connection is answered at a time: the handles are sent, and the worker closes. The process must stay alive as long
as any worker uses the memory, and there must be one for a new worker to start.
"""

import os
import sys
import time
from multiprocessing.connection import Listener

import torch
import torch.multiprocessing  # noqa: F401 (teaches pickle to send CUDA tensors as IPC handles)

from events import report

INPUTS = 10_000
OUTPUTS = 50_000
SEED = 1


def load():
    """The model and the shared counter, on the GPU."""
    torch.manual_seed(SEED)
    model = torch.nn.Linear(INPUTS, OUTPUTS, device="cuda").eval().requires_grad_(False)
    counter = torch.zeros((), dtype=torch.int64).cuda()
    torch.cuda.synchronize()
    return model, counter


def serve(path, shared):
    """Sends what is shared to everyone who connects; never returns."""
    if os.path.exists(path):
        os.unlink(path)
    with Listener(path, family="AF_UNIX", backlog=64) as listener:
        report("model-server-ready")
        while True:
            try:
                with listener.accept() as worker:
                    worker.send(shared)
            except (EOFError, ConnectionError) as gone:
                print(f"a worker went away before it had its handles: {gone}", file=sys.stderr, flush=True)


def main():
    started = time.monotonic()
    shared = load()
    print(f"loaded {INPUTS} x {OUTPUTS} fp32 in {time.monotonic() - started:.2f} s", flush=True)
    serve(os.environ["RECIPE_SOCKET"], shared)


if __name__ == "__main__":
    main()
