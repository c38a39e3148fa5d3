"""Answers kept as files, by a hash of what was asked: a model's evaluation that can be repeated without the model."""

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from bot.llm import answers, tokens
from bot.llm.model import Answer, Asked, Call, Declined, Kind, LanguageModel, Rung, T

RECORDINGS = Path(__file__).parent / "recordings"
_MARKER = re.compile(r"====\[ [0-9a-f]+ \]====")


def nobody_told(call: Call) -> None:
    pass


def key(asked: Asked, shape: type[T]) -> str:
    """The same for the same question: its marker is another one each time."""
    told = json.dumps(answers.schema(shape), sort_keys=True)
    words = "\0".join([asked.task, asked.system, _MARKER.sub("====[]====", asked.user), told])
    return hashlib.sha256(words.encode()).hexdigest()


@dataclass
class Recording:
    """Passes questions on and keeps the answers. Counts tokens without learning, so that the same record is asked
    about in the same parts when it is replayed."""

    model: LanguageModel
    folder: Path

    def __post_init__(self) -> None:
        self.context_tokens = self.model.context_tokens
        self.on_call: Callable[[Call], None] = nobody_told
        self.folder.mkdir(parents=True, exist_ok=True)

    async def complete(self, asked: Asked, answer: type[T]) -> Answer[T]:
        made = await self.model.complete(asked, answer)
        kept = {
            "task": asked.task, "version": asked.version, "model": made.model, "tokens_in": made.tokens_in,
            "tokens_out": made.tokens_out, "answer": made.value.model_dump(mode="json"),
        }  # fmt: skip
        file = self.folder / f"{key(asked, answer)}.json"
        file.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        return made

    def unavailable(self) -> Declined | None:
        return self.model.unavailable()

    def tokens(self, text: str) -> int:
        return tokens.estimate(text)

    async def close(self) -> None:
        await self.model.close()


@dataclass
class Recorded:
    """Replays. `missing`: the tasks of questions to which no answer is kept."""

    folder: Path
    context_tokens: int
    missing: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.on_call: Callable[[Call], None] = nobody_told

    async def complete(self, asked: Asked, answer: type[T]) -> Answer[T]:
        file = self.folder / f"{key(asked, answer)}.json"
        if not file.exists():
            self.missing.append(asked.task)
            raise Declined("no answer to this question was recorded", Kind.FAILED)
        kept = json.loads(file.read_text(encoding="utf-8"))
        value = answer.model_validate(kept["answer"])
        return Answer(value, kept["model"], Rung.SCHEMA, kept["tokens_in"], kept["tokens_out"], timedelta(0), ())

    def unavailable(self) -> Declined | None:
        return None

    def tokens(self, text: str) -> int:
        return tokens.estimate(text)

    async def close(self) -> None:
        pass
