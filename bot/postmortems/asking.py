"""What the record does not say, asked of a named person."""

from collections.abc import Sequence

from bot.kernel.ids import UserId
from bot.postmortems.markdown import anchor, literal
from bot.postmortems.rules import Case


class Questions:
    """Numbered in the order in which the draft comes upon them."""

    def __init__(self, case: Case) -> None:
        self._case = case
        self._asked: list[tuple[UserId, str]] = []

    def __call__(self, question: str, person: UserId | None = None) -> str:
        """A link to the question, for the place where the answer is missing. Without a person, the owner is asked."""
        self._asked.append((person or self._case.owner, question))
        return f"[Q{len(self._asked)}](#q-{len(self._asked)})"

    def __len__(self) -> int:
        return len(self._asked)

    def list(self) -> Sequence[str]:
        lines = [
            f"- {anchor('q', number)}**Q{number} for {literal(self._case.record.name(person))}:** {question}"
            for number, (person, question) in enumerate(self._asked, start=1)
        ]
        return ["\n".join(lines)]
