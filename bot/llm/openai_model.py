"""A model behind a server that speaks OpenAI's language: OpenAI, Azure, Ollama, vLLM, llama.cpp and others."""

from bot.kernel.clock import Clock
from bot.llm.model import NoModel
from bot.settings import ModelAccess


class OpenAIModel(NoModel):
    def __init__(self, access: ModelAccess, clock: Clock) -> None:
        super().__init__("not built yet")
