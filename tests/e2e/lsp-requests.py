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
import xml.etree.ElementTree as ElementTree

from packages import python_with

ROOT = pathlib.Path(__file__).resolve().parents[2]
PACKAGES = ["pytest-lsp==1.0.1", "pytest==8.4.2", "pytest-asyncio==1.2.0"]


def main():
    python = python_with("pytest-lsp", PACKAGES)
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
