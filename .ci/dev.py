"""Make the environment (only when the lock has changed), then do what was asked: `sandbox` or `test`.

Needs nothing but Python 3.11 or newer and the package registry; writes only to .venv beside it.
"""

import hashlib
import json
import os
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
FEW = 8  # of five thousand tests
SOME_FAILED = 1  # what pytest ends with then
WORKERS = str((os.cpu_count() or 1) + 1)  # tests wait for other processes a third of their time
JOBS = {
    "sandbox": ("requirements.lock", ["-m", "bot", "sandbox"]),
    "test": ("requirements-dev.lock", ["-m", "pytest", "-n", WORKERS]),
    "env": ("requirements-dev.lock", ["-m", "bot", "--version"]),
}


def main() -> None:
    if sys.version_info < (3, 11):
        sys.exit(f"Tocsin needs Python 3.11 or newer; this is {sys.version.split()[0]}. Try: python3.11 .ci/dev.py")
    if len(sys.argv) < 2 or sys.argv[1] not in JOBS:
        sys.exit(f"usage: python3 .ci/dev.py {{{'|'.join(JOBS)}}} [arguments passed on]")
    lock, command = JOBS[sys.argv[1]]
    install(ROOT / lock)
    python = str(BIN / "python")
    done = subprocess.run([python, *command, *sys.argv[2:]], cwd=ROOT, check=False)
    if sys.argv[1] == "test" and done.returncode == SOME_FAILED and few_failed():
        print("\nA few failed. Once more by themselves, in case the machine was too busy:\n", flush=True)
        done = subprocess.run([python, "-m", "pytest", "--last-failed"], cwd=ROOT, check=False)
    sys.exit(done.returncode)


def few_failed() -> bool:
    failed = ROOT / ".pytest_cache" / "v" / "cache" / "lastfailed"
    return failed.exists() and 0 < len(json.loads(failed.read_text())) <= FEW


def install(lock: Path) -> None:
    """Install exactly what the lock says, checked by hash, and the project itself beside it."""
    wanted = hashlib.sha256(lock.read_bytes() + (ROOT / "pyproject.toml").read_bytes()).hexdigest()
    stamp = VENV / f"{lock.name}.installed"
    if stamp.exists() and stamp.read_text() == wanted:
        return
    if not BIN.exists():
        print("Making the environment in .venv (once) …", flush=True)
        venv.create(VENV, with_pip=True)
    pip = [str(BIN / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "--require-hashes", "-r", str(lock)], cwd=ROOT, check=True)
    subprocess.run([*pip, "--no-deps", "--no-build-isolation", "-e", "."], cwd=ROOT, check=True)
    stamp.write_text(wanted)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
    except subprocess.CalledProcessError as failed:
        sys.exit(f"That did not work: {' '.join(map(str, failed.cmd))}")
