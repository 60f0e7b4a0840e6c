"""What bench/peer_keras.py and bench/peer_torch.py share: arguments, data, the measuring loop of bench/run.mjs, the line of JSON."""

import argparse
import json
import resource
import time

import numpy as np

CLASSES, WORDS, LENGTH = 10, 5000, 40
SHAPES = {"mobilenet": (96, 96, 3), "unet": (64, 64, 3)}


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--workload", choices=["gru", "mobilenet", "unet"], required=True)
    parser.add_argument("--variant")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--samples", type=int, default=640)
    parser.add_argument("--data")
    return parser.parse_args()


def load(workload, samples):
    """Random inputs, channels last, and their targets: classes for mobilenet, 0 or 1 for gru, the pictures themselves for unet."""
    random = np.random.default_rng(1)
    if workload == "gru":
        # As bench/gru.nn makes them of bytes: 10 to 40 words, then zeros.
        words = random.integers(1, WORDS, (samples, LENGTH))
        lengths = 10 + random.integers(0, 256, (samples, 1)) / 8.5
        return np.where(np.arange(LENGTH) < lengths, words, 0).astype("int32"), random.integers(0, 2, samples)
    x = random.random((samples, *SHAPES[workload]), dtype="float32")
    return x, (random.integers(0, CLASSES, samples) if workload == "mobilenet" else x)


def measure(run, batch, samples):
    def timed(n):
        start = time.perf_counter()
        run(n)
        return time.perf_counter() - start

    def whole(n):
        return max(1, int(n // batch)) * batch

    first, again = timed(batch), timed(batch)
    rate = batch / again
    if again < 1:
        n = min(whole(rate), batch * 20, samples)
        rate = n / timed(n)
    count, seconds = 0, 0.0
    while count < samples and seconds < 3:
        n = min(whole(rate * (3 - seconds)) + batch, samples - count)
        seconds += timed(n)
        count += n
        rate = count / seconds
    return dict(rate=rate, samples=count, seconds=seconds, first=first)


def report(**result):
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(json.dumps(dict(**result, rssMB=used.ru_maxrss / 1024, cpuSeconds=used.ru_utime + used.ru_stime)))
