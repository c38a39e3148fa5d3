"""Who is asked: nobody, a model that we play behind a fake server, a real one, or answers that were kept."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from pydantic import SecretStr

from bot.llm import choosing
from bot.llm.model import Answer, Asked, Call, Declined, LanguageModel, T
from bot.llm.openai_model import OpenAIModel
from bot.llm.server import Patience
from bot.sandbox.clock import Clock
from bot.settings import ModelAccess, Settings
from tests.evals import actors
from tests.evals.recording import Recorded, Recording, nobody_told
from tests.evals.staging import Staged
from tests.model_server.behaviours import BEHAVIOURS
from tests.model_server.server import ModelServer

ALIASES = {"broken": "broken_json"}
PLAYED = tuple(dict.fromkeys(["good", "lying", "injected", *BEHAVIOURS, *ALIASES]))
REAL = ("openai", "recorded")
NAMES = ("offline", *PLAYED, *REAL)
QUICK = timedelta(seconds=1)  # how long a model is waited for that never answers
LONG = timedelta(seconds=30)
NEVER = ("slow", "dripping")
CONTEXT_TOKENS = 32_000


@dataclass
class Witness:
    """Passes on, and keeps what was asked."""

    model: LanguageModel
    sent: Callable[[], list[str]] | None = None  # what came over the wire, if we can see it
    asked: list[str] = field(default_factory=list)
    missing: Callable[[], list[str]] = list

    def __post_init__(self) -> None:
        self.context_tokens = self.model.context_tokens
        self.on_call: Callable[[Call], None] = nobody_told

    async def complete(self, asked: Asked, answer: type[T]) -> Answer[T]:
        self.asked.append(f"{asked.system}\n{asked.user}")
        return await self.model.complete(asked, answer)

    def unavailable(self) -> Declined | None:
        return self.model.unavailable()

    def tokens(self, text: str) -> int:
        return self.model.tokens(text)

    async def close(self) -> None:
        await self.model.close()

    def everything(self) -> str:
        return "\n".join([*self.asked, *(self.sent() if self.sent else [])])


@asynccontextmanager
async def asking(name: str, stage: Staged, recordings: Path, *, record: bool = False) -> AsyncIterator[Witness]:
    """The model of this name. `record`: keep its answers."""
    async with AsyncExitStack() as cleanup:
        if name == "recorded":
            kept = Recorded(recordings, CONTEXT_TOKENS)
            yield Witness(kept, missing=lambda: kept.missing)
            return
        if name == "openai":
            model: LanguageModel = choosing.choose(Settings.load(), Clock())
            sent = None
        else:
            history = [known for known in stage.case.known if known]
            server = ModelServer(actors.answering(name, history, sorted(stage.people)))
            await cleanup.enter_async_context(server)
            model = OpenAIModel(_access(server.base_url, name), Clock(), Patience(backoff=timedelta(milliseconds=5)))
            sent = lambda: [body.text for body in server.bodies]  # noqa: E731
        cleanup.push_async_callback(model.close)
        yield Witness(Recording(model, recordings) if record else model, sent)


def _access(base_url: str, name: str) -> ModelAccess:
    # Those that we play well or badly answer through the one behaviour that adds nothing of its own.
    behaviour = "good" if name in ("lying", "injected") else ALIASES.get(name, name)
    return ModelAccess(
        base_url=base_url, api_key=SecretStr("sk-test-0123456789abcdef"), model=behaviour,
        timeout=QUICK if name in NEVER else LONG, context_tokens=CONTEXT_TOKENS, temperature=None, price_in=None,
        price_out=None,
    )  # fmt: skip
