# Draws cases of the golden form (see src/conformance) at random, and writes what Keras makes of them, in f64, into a folder.
# usage: python scripts/cases/cases.py --out DIR [--seed N] [--count N] [--only KIND or KIND/NAME]

import argparse
import collections
import json
import pathlib
import subprocess
import sys

from base import Draw, Skip, tf
from layers import LAYERS
from layers import case as layer_case
from models import FORMS, trajectory_case
from scores import LOSSES, METRICS, loss_case, metric_case
from training import OWN, SCHEDULES, optimizer_case, schedule_case

KINDS = {
    "layer": (layer_case, LAYERS),
    "loss": (loss_case, LOSSES),
    "metric": (metric_case, METRICS),
    "optimizer": (optimizer_case, OWN),
    "schedule": (schedule_case, SCHEDULES),
    "trajectory": (trajectory_case, FORMS),
}


def parsed():
    parser = argparse.ArgumentParser()
    parser.add_argument("--out", required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=400)
    parser.add_argument("--only", default="")
    parser.add_argument("--begin", type=int, default=-1, help=argparse.SUPPRESS)
    return parser.parse_args()


def drawn_by(options):
    """The kind and name of each draw, in turn."""
    names = [(kind, name) for kind, (_, table) in KINDS.items() for name in table]
    chosen = [n for n in names if options.only in (n[0], n[1], "/".join(n))] if options.only else names
    if not chosen:
        sys.exit(f"nothing is called '{options.only}'")
    return lambda i: chosen[i % len(chosen)]


def work(options):
    """Draws the cases from `begin` on, and says a line for each: its number, and why Keras refuses it."""
    draw = drawn_by(options)
    for i in range(options.begin, options.count):
        print(i, flush=True)
        kind, name = draw(i)
        try:
            made = KINDS[kind][0](name, Draw([options.seed, i]))
        except Skip as reason:
            print(f"refused {name}: {reason}", flush=True)
            continue
        except (ValueError, TypeError, RuntimeError, tf.errors.OpError) as error:
            # Keras refuses the options together, or has no kernel for them.
            lines = [line for line in str(error).splitlines() if line.strip() and "Exception encountered" not in line]
            print(f"refused {name}: {(lines or ['?'])[0][:120]}", flush=True)
            continue
        folder = pathlib.Path(options.out) / kind
        folder.mkdir(parents=True, exist_ok=True)
        title = f"{name}_{options.seed}_{i}"
        (folder / f"{title}.json").write_text(json.dumps({"name": title, **made}))


def main():
    options = parsed()
    if options.begin >= 0:
        return work(options)
    draw = drawn_by(options)
    refused = collections.Counter()
    begin = 0
    # Some draws end TensorFlow's process. The next process goes on behind them.
    while begin < options.count:
        command = [sys.executable, __file__, *sys.argv[1:], "--begin", str(begin)]
        lines = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=False)
        last = begin - 1
        for line in lines.stdout.splitlines():
            if line.startswith("refused "):
                refused[line.removeprefix("refused ")] += 1
            else:
                last = int(line)
        if lines.returncode != 0:
            refused[f"{draw(max(last, begin))[1]}: ends TensorFlow"] += 1
        begin = max(last, begin) + 1
    print(f"seed {options.seed}: {options.count - sum(refused.values())} cases, {sum(refused.values())} draws refused by Keras")
    for reason, times in refused.most_common(20):
        print(f"  {times} × {reason}")


main()
