"""A Python environment with packages of PyPI, for the tests beside this file."""

import os
import pathlib
import subprocess
import venv


def python_with(name, packages):
    """The interpreter of an environment in the cache folder that has the packages; None (and the reason printed) where there can be none."""
    cache = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache")
    folder = cache / "nnc-tests" / name
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    try:
        if not python.exists():
            venv.create(folder, with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *packages], check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"skipped: cannot make a Python environment with {packages[0]}: {error}")
        return None
    return python
