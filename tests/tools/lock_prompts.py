"""Write down what each version of each prompt was, so that words cannot change under a version that is in use.

python -m tests.tools.lock_prompts
"""

import sys
from pathlib import Path

from bot.llm import prompts
from bot.llm.prompts import PROMPTS, Prompts

LOCK = PROMPTS / "versions.lock"
HEAD = "# What each version of each prompt was: SHA-256 of its words and of its answer's shape. Lines are only added.\n"

Locked = dict[str, str]


def read(lock: Path = LOCK) -> Locked:
    lines = lock.read_text(encoding="utf-8").splitlines() if lock.exists() else []
    return dict(line.split() for line in lines if line and not line.startswith("#"))


def now(loaded: Prompts) -> Locked:
    return {f"{task}@{prompt.version}": prompt.digest for task, prompt in loaded.items()}


def changed(locked: Locked, loaded: Prompts) -> list[str]:
    """Those whose words changed, and whose version did not."""
    return [name for name, digest in now(loaded).items() if locked.get(name, digest) != digest]


def unknown(locked: Locked, loaded: Prompts) -> list[str]:
    return [name for name in now(loaded) if name not in locked]


def renew(loaded: Prompts, lock: Path = LOCK) -> str | None:
    """Why not, if something must be mended first."""
    locked = read(lock)
    stale = changed(locked, loaded)
    if stale:
        return (
            f"The words of {', '.join(stale)} changed. Count `version` up in their front matter, then run this again."
        )
    lines = sorted(f"{name} {digest}\n" for name, digest in {**locked, **now(loaded)}.items())
    lock.write_text(HEAD + "".join(lines), encoding="utf-8")
    return None


if __name__ == "__main__":
    sys.exit(renew(prompts.load()))
