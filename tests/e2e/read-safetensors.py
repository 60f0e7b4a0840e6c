#!/usr/bin/env python3
"""Do the files nnc saves read back in the real `safetensors` of PyPI, and its files in nnc?

    python3 tests/e2e/read-safetensors.py [FILE.safetensors ...]

Needs `npm run build` before. Without FILEs it trains models/digits.nn on a few examples and checks what that saves.
The package comes into a virtual environment in the cache folder; where none can be made, the test says so and is skipped.
(The script is not called safetensors.py, since Python would then import it instead of the package.)
"""

import json
import pathlib
import subprocess
import sys
import tempfile

from packages import python_with

ROOT = pathlib.Path(__file__).resolve().parents[2]
PACKAGES = ["safetensors==0.5.3", "numpy>=1.26,<3"]

WRITE_AND_READ = """
import { readFileSync, writeFileSync } from "node:fs";
const { readSafetensors, storedNumbers, writeSafetensors } = await import(process.argv[1]);
const [, , toWrite, toRead] = process.argv;
writeFileSync(toWrite, writeSafetensors([
  { name: "bytes", shape: [3], values: Uint8Array.of(1, 2, 255) },
  { name: "dense/kernel", shape: [2, 3], values: Float32Array.of(1, -2, 0.5, 1e-40, 3e38, 0) },
  { name: "scalar \\u201cquoted\\u201d", shape: [], values: Int32Array.of(-7) },
  { name: "empty", shape: [0, 4], values: new Float32Array(0) },
], new Map([["model", "M\\u00fcller"]])));
const { tensors, metadata } = readSafetensors(readFileSync(toRead), toRead);
console.log(JSON.stringify([
  [...metadata],
  [...tensors].map(([name, tensor]) => [name, tensor.shape, [...storedNumbers(tensor)]]),
]));
"""


def check_formats(folder):
    import numpy
    from safetensors import safe_open
    from safetensors.numpy import save_file

    ours, theirs = folder / "ours.safetensors", folder / "theirs.safetensors"
    save_file(
        {"a": numpy.array([[0.5, -1.0]], numpy.float32), "b/ü": numpy.array([1, -2], numpy.int32)},
        theirs,
        metadata={"k": "v"},
    )
    module = (ROOT / "dist/runtime/core/formats/safetensors.js").as_uri()
    run = subprocess.run(
        ["node", "--input-type=module", "-e", WRITE_AND_READ, module, ours, theirs],
        check=True, capture_output=True, text=True, encoding="utf-8",
    )
    metadata, tensors = json.loads(run.stdout)
    assert metadata == [["k", "v"]], metadata
    assert sorted(tensors) == [["a", [1, 2], [0.5, -1]], ["b/ü", [2], [1, -2]]], tensors

    with safe_open(ours, "numpy") as file:
        assert file.metadata() == {"model": "Müller"}, file.metadata()
        read = {name: file.get_tensor(name) for name in file.keys()}
    assert set(read) == {"bytes", "dense/kernel", "scalar “quoted”", "empty"}, set(read)
    assert read["bytes"].dtype == numpy.uint8 and read["bytes"].tolist() == [1, 2, 255]
    expected = numpy.array([[1, -2, 0.5], [1e-40, 3e38, 0]], numpy.float32)
    assert read["dense/kernel"].dtype == numpy.float32 and (read["dense/kernel"] == expected).all()
    assert read["scalar “quoted”"].shape == () and read["scalar “quoted”"] == -7
    assert read["empty"].shape == (0, 4)
    print("formats: each reads what the other wrote")


def check_weights(path):
    import numpy
    from safetensors import safe_open

    with safe_open(path, "numpy") as file:
        metadata = file.metadata()
        weights = {name: file.get_tensor(name) for name in file.keys()}
    assert metadata["producer"] == "nnc", metadata
    assert weights, "no weights"
    for name, values in weights.items():
        assert values.dtype in (numpy.float32, numpy.int32), f"{name}: {values.dtype}"
        assert numpy.isfinite(values).all(), f"{name} holds numbers that are not finite"
        assert not name.startswith("optimizer/"), name
    numbers = sum(values.size for values in weights.values())
    print(f"{path}: {len(weights)} tensors, {numbers} numbers, of {metadata['model']} ({metadata['program']})")


def main():
    if "--inside" not in sys.argv:
        python = python_with("safetensors", PACKAGES)
        if python is None:
            return 0
        return subprocess.run([python, __file__, "--inside", *sys.argv[1:]]).returncode
    files = [argument for argument in sys.argv[1:] if argument != "--inside"]
    with tempfile.TemporaryDirectory(prefix="nnc-safetensors-") as name:
        folder = pathlib.Path(name)
        check_formats(folder)
        if not files:
            saved = folder / "digits.safetensors"
            nnc = [str(ROOT / "dist/cli/main.js"), "train", str(ROOT / "models/digits.nn")]
            subprocess.run(["node", *nnc, "--limit", "256", "--epochs", "1", "--save", str(saved)], check=True, cwd=folder)
            files = [str(saved)]
        for file in files:
            check_weights(file)
    return 0


sys.exit(main())
