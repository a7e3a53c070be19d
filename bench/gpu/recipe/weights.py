"""A worker's view of the shared model; filled once, after the fork."""

import os

model = None
counter = None


def attach():
    """Asks the model server for the handles and maps the memory; fails if there is no model server."""
    global model, counter
    from multiprocessing.connection import Client

    import torch
    import torch.multiprocessing  # noqa: F401 (teaches pickle to open CUDA IPC handles)

    torch.set_float32_matmul_precision("high" if os.environ.get("RECIPE_TF32") == "1" else "highest")
    torch.cuda.init()
    with Client(os.environ["RECIPE_SOCKET"], family="AF_UNIX") as server:
        model, counter = server.recv()
    with torch.inference_mode():
        model(torch.zeros(1, model.in_features, device="cuda")).sum().item()
