#!/usr/bin/env python3
"""Does an editor written by others get an answer to every request that `nnc lsp` offers?

    python3 tests/e2e/lsp-requests.py

Needs `npm run build` before. Runs tests/e2e/requests with pytest-lsp, from PyPI, whose client holds every message to the protocol. The
packages come into a virtual environment in the cache folder; where none can be made, the test says so, ends with 77, and counts as
skipped. The last line counts the tests.
"""

import os
import pathlib
import subprocess
import sys
import tempfile
import venv
import xml.etree.ElementTree as ElementTree

ROOT = pathlib.Path(__file__).resolve().parents[2]
PACKAGES = ["pytest-lsp==1.0.1", "pytest==8.4.2", "pytest-asyncio==1.2.0"]


def python_with_packages():
    """The interpreter of an environment that has the packages; None (and the reason printed) where there can be none."""
    cache = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache")
    folder = cache / "nnc-tests" / "pytest-lsp"
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    try:
        if not python.exists():
            venv.create(folder, with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *PACKAGES], check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"skipped: cannot make a Python environment with {PACKAGES[0]}: {error}")
        return None
    return python


def main():
    python = python_with_packages()
    if python is None:
        return 77
    with tempfile.TemporaryDirectory(prefix="nnc-requests-") as work:
        report = pathlib.Path(work) / "report.xml"
        places = [f"--junitxml={report}", f"--basetemp={work}/files", "--rootdir=tests/e2e/requests", "-p", "no:cacheprovider"]
        run = subprocess.run(
            [python, "-m", "pytest", "-q", "-c", "tests/e2e/requests/pytest.ini", *places, "tests/e2e/requests"],
            cwd=ROOT,
            timeout=600,
            env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        )
        if not report.exists():
            print("0 passed, 1 failed, 0 skipped")
            return 1
        suite = ElementTree.parse(report).getroot().find("testsuite")
        tests, failures, errors, skips = (int(suite.get(name)) for name in ("tests", "failures", "errors", "skipped"))
        # A run without a test is none.
        failed = failures + errors + (1 if tests == 0 else 0)
        print(f"{tests - failures - errors - skips} passed, {failed} failed, {skips} skipped")
        return run.returncode


sys.exit(main())
