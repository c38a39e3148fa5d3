"""The language model behind one protocol. Without a key there is one that declines; nothing asks which it is."""

from typing import Protocol


class Declined(Exception):
    """The model was not asked, or would not say. The message says why, for the draft's head."""


class LanguageModel(Protocol):
    async def complete(self, task: str, record: str) -> str:
        """The model's answer to a task on a record. Raises Declined; never anything else."""
        ...


class NoModel:
    """Declines everything."""

    async def complete(self, task: str, record: str) -> str:
        raise Declined("no model is configured (OPENAI_API_KEY is not set)")
