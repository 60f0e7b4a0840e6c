#!/usr/bin/env python3
"""Does the real `tensorboard` of PyPI read the events that nnc writes?

    python3 tests/e2e/read-tensorboard.py

Needs `npm run build` before. Trains a small model, and holds what TensorBoard reads to the history in --log; then once more with --force,
after which it must show the second training alone. The package comes into a virtual environment in the cache folder; where none can be made, the test says so, ends with
77, and counts as skipped.
"""

import json
import pathlib
import subprocess
import sys
import tempfile

PROGRAM = """dataset Drawn {
  source digits(train: 200, test: 40)
  input image: f32[28, 28, 1] = pixels / 255
  target digit: class(10) = label
  split train 80%, validation 20%
}
model Net(image: f32[28, 28, 1]) { Flatten() -> Dense(10, softmax) }
train Net on Drawn {
  loss      categorical_crossentropy
  optimizer adam
  metrics   accuracy
}
"""
from packages import python_with

ROOT = pathlib.Path(__file__).resolve().parents[2]
PACKAGES = ["tensorboard==2.21.0", "setuptools<81"]


def scalars(folder):
    """The numbers that TensorBoard reads: by tag, a list of steps and values."""
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
    from tensorboard.util.tensor_util import make_ndarray

    events = EventAccumulator(str(folder), size_guidance={"tensors": 0, "scalars": 0})
    events.Reload()
    found = {tag: [(e.step, e.value) for e in events.Scalars(tag)] for tag in events.Tags()["scalars"]}
    for tag in events.Tags()["tensors"]:
        found[tag] = [(e.step, float(make_ndarray(e.tensor_proto))) for e in events.Tensors(tag)]
    return found


def train(folder, *more):
    nnc = [str(ROOT / "dist/cli/main.js"), "train", "drawn.nn"]
    places = ["--tensorboard", "tb", "--log", "log"]
    return subprocess.run(["node", *nnc, *places, *more], cwd=folder, capture_output=True, text=True, encoding="utf-8")


def near(a, b):
    return abs(a - b) <= 1e-6 * max(1, abs(a))


def check(folder):
    (folder / "drawn.nn").write_text(PROGRAM, "utf-8")
    first = train(folder, "--epochs", "3")
    assert first.returncode == 0, first.stderr
    history = [json.loads(line) for line in (folder / "log/history.jsonl").read_text("utf-8").splitlines()]
    parts = {"train": "metrics", "validation": "validation"}
    seen = 0
    for part, key in parts.items():
        read = scalars(folder / "tb" / part)
        assert set(read) == {name for name, value in history[0][key].items() if not isinstance(value, list)}, read
        for tag, points in read.items():
            assert [step for step, _ in points] == [1, 2, 3], points
            assert all(near(value, history[step - 1][key][tag]) for step, value in points), (tag, points)
            seen += len(points)
    test = json.loads((folder / "log/run.json").read_text("utf-8"))["result"]["test"]
    read = scalars(folder / "tb/test")
    assert set(read) == set(test), read
    assert all(len(points) == 1 and points[0][0] == 3 and near(points[0][1], test[name]) for name, points in read.items()), read
    seen += len(test)
    again = train(folder, "--epochs", "3")
    assert again.returncode == 2 and "--force" in again.stderr, again.stderr
    replaced = train(folder, "--epochs", "2", "--force")
    assert replaced.returncode == 0, replaced.stderr
    for tag, points in scalars(folder / "tb/train").items():
        assert [step for step, _ in points] == [1, 2], (tag, points)
    print(f"events: TensorBoard reads {seen} numbers as the log has them")


def main():
    if "--inside" not in sys.argv:
        python = python_with("tensorboard", PACKAGES)
        if python is None:
            return 77
        return subprocess.run([python, __file__, "--inside"]).returncode
    with tempfile.TemporaryDirectory(prefix="nnc-tensorboard-") as name:
        check(pathlib.Path(name))
    return 0


sys.exit(main())
