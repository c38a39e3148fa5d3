"""The prompts: words in `prompts/`, loaded and checked when the bot starts."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

HERE = Path(__file__).parents[1]
PROMPTS = next(place for place in (HERE / "_prompts", HERE.parent / "prompts") if place.is_dir())


class BadPrompt(Exception):
    """A prompt cannot be used; the message names the file and the mend."""


@dataclass(frozen=True)
class Prompt:
    task: str
    words: str
    version: str  # of the words: kept with whatever they helped to write

    def with_inputs(self, **inputs: str) -> str:
        """The words with what they ask for; what people wrote goes in as it is, and is never looked at again."""
        return "".join(inputs[part[2:-2].strip()] if part.startswith("{{") else part for part in _parts(self.words))


def load(folder: Path = PROMPTS) -> Mapping[str, Prompt]:
    """Every prompt by its task. Raises BadPrompt."""
    return {prompt.task: prompt for prompt in map(_read, sorted(folder.glob("*.md")))}


def _read(file: Path) -> Prompt:
    text = file.read_text(encoding="utf-8")
    try:
        _, front, words = text.split("---\n", 2)
        about = yaml.safe_load(front)
        task, inputs = str(about["task"]), set(about["inputs"])
    except (ValueError, KeyError, TypeError, yaml.YAMLError):
        raise BadPrompt(f"{file.name}: begin with `---`, `task: …`, `inputs: […]`, `---`, then the words.") from None
    asked = {part[2:-2].strip() for part in _parts(words) if part.startswith("{{")}
    if asked != inputs:
        raise BadPrompt(f"{file.name}: says it needs {sorted(inputs)}, but its words ask for {sorted(asked)}.")
    return Prompt(task, words.strip() + "\n", hashlib.sha256(words.encode()).hexdigest()[:12])


def _parts(words: str) -> list[str]:
    """The words, cut at each {{ input }}."""
    parts: list[str] = []
    while "{{" in words and "}}" in words:
        before, _, rest = words.partition("{{")
        name, _, words = rest.partition("}}")
        parts += [before, "{{" + name + "}}"]
    return [*parts, words]
