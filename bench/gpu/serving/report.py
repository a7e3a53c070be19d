"""One table of what was measured, and the goals."""

GOALS = [
    # system B must reach `factor` times system A's value; (precision, workers, connections, key, factor)
    ("fp32", 3, 64, "per_second", 12),
    ("fp32", 3, 256, "per_second", 20),
    ("tf32", 3, 256, "per_second", 25),
]
MOST_LATENCY_RATIO = 0.6
MOST_REPLACEMENT_SECONDS = 1.0
MODEL_MIB = 1908
MOST_WORKER_MIB = 720


def print_all(rows, extras):
    """rows: (system, precision, workers, connections) -> figures; extras: (system, precision, workers) -> facts."""
    print("\n| precision | workers | connections | system | requests/s | of the recipe's | p50 ms | p99 ms | failed |")
    print("|---|---|---|---|---|---|---|---|---|")
    for (system, precision, workers, connections), figures in sorted(rows.items(), key=_order):
        recipe = rows.get(("recipe", precision, workers, connections))
        ratio = f"{figures['per_second'] / recipe['per_second']:.2f}" if recipe and recipe["per_second"] else ""
        print(
            f"| {precision} | {workers} | {connections} | {system} | {figures['per_second']:.0f} | {ratio}"
            f" | {figures['p50_ms']:.2f} | {figures['p99_ms']:.2f} | {figures['failed']} |"
        )
    print("\n| precision | workers | system | start s | replacement after kill -9, s | GPU MiB in all | of which |")
    print("|---|---|---|---|---|---|---|")
    for (system, precision, workers), facts in extras.items():
        parts = ", ".join(f"{name} {mib}" for name, mib in facts["gpu_parts"].items()) or "not visible"
        replacements = " ".join(f"{seconds:.2f}" for seconds in facts["replacements"]) or "-"
        print(
            f"| {precision} | {workers} | {system} | {facts['start']:.2f} | {replacements}"
            f" | {facts['gpu_mib']} | {parts} |"
        )


def _order(item):
    (system, precision, workers, connections), _ = item
    return precision, workers, connections, system != "recipe", system


def print_goals(rows, extras):
    """One line a goal; returns whether all that could be judged are reached."""
    print()
    results = []
    for precision, workers, connections, key, factor in GOALS:
        recipe = rows.get(("recipe", precision, workers, connections))
        ours = rows.get(("holdfast", precision, workers, connections))
        if recipe and ours:
            ratio = ours[key] / recipe[key]
            what = f"{precision}, {workers} workers, {connections} connections: {ratio:.1f} x the recipe's requests/s"
            results.append(_judge(what, ratio >= factor, f"at least {factor} x"))
    results += _latency(rows) + _facts(extras)
    return all(results)


def _latency(rows):
    found = []
    for workers in sorted({key[2] for key in rows}):
        recipe = rows.get(("recipe", "fp32", workers, 1))
        ours = rows.get(("holdfast", "fp32", workers, 1))
        if recipe and ours:
            ratio = ours["p50_ms"] / recipe["p50_ms"]
            what = f"p50 at 1 connection, {workers} workers: {ratio:.2f} x the recipe's"
            found.append(_judge(what, ratio <= MOST_LATENCY_RATIO, f"at most {MOST_LATENCY_RATIO} x"))
    return found


def _facts(extras):
    facts = extras.get(("holdfast", "fp32", 3))
    if not facts:
        return []
    slowest = max(facts["replacements"], default=float("nan"))
    most = MODEL_MIB + 3 * MOST_WORKER_MIB
    holder = facts["gpu_parts"].get("holder", 0)
    return [
        _judge(f"replacement after kill -9: {slowest:.2f} s", slowest <= MOST_REPLACEMENT_SECONDS, "at most 1.0 s"),
        _judge(f"GPU memory with 3 workers: {facts['gpu_mib']} MiB", facts["gpu_mib"] <= most, f"at most {most} MiB"),
        _judge(f"of it the holder's: {holder} MiB", holder == 0, "0"),
    ]


def _judge(what, reached, goal):
    print(f"{'reached' if reached else 'MISSED '}  {what} (goal: {goal})")
    return reached
