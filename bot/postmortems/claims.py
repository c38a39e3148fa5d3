"""How a model's claims stand in the draft: beside what rules drafted, marked as the model's, each with its evidence."""

from collections.abc import Sequence

from bot.grounding.claims import Basis
from bot.postmortems.added import Added, Part, Source, Stood
from bot.postmortems.asking import Questions
from bot.postmortems.markdown import literal, message

ADDED = "Added by the model, each claim checked against the entries that it names:"
UNKNOWN = "**Root cause:** unknown; no entry states one."
CAUSE = "**Root cause**, as somebody stated it:"
HYPOTHESES = "Hypotheses of the model. Nobody has stated or verified them:"
ACTIONS = "Suggested by the model; nobody has agreed to any of it:"


def added(what: Added | None, *parts: Part) -> list[str]:
    """The claims of these parts, as one block; nothing if there are none."""
    found = [claim for part in parts for claim in what.of(part)] if what else []
    return block(ADDED, found)


def causes(what: Added | None) -> list[str]:
    if what is None:
        return []
    cause = what.of(Part.ROOT_CAUSE)
    told = block(CAUSE, cause) if cause else [UNKNOWN]
    return [*added(what, Part.FACTORS), *told, *block(HYPOTHESES, what.of(Part.HYPOTHESES))]


def actions(what: Added | None) -> list[str]:
    return block(ACTIONS, what.of(Part.ACTIONS)) if what else []


def questions(what: Added | None, ask: Questions) -> None:
    """What the model would have claimed and nobody said, and what it asks itself."""
    if what is None:
        return
    for dropped in what.dropped:
        ask(literal(dropped.question))
    for question in what.questions:
        ask(literal(question))


def block(heading: str, claims: Sequence[Stood]) -> list[str]:
    return [heading, "\n".join(f"- {line(claim)}" for claim in claims)] if claims else []


def line(claim: Stood) -> str:
    marks = ["inferred"] if claim.basis is Basis.INFERRED else []
    marks += [f"reported by {literal(claim.reporter)}"] if claim.reporter else []
    mark = f" ({', '.join(marks)})" if marks else ""
    return f"{literal(claim.text)}{mark} ({', '.join(map(shown, claim.sources))})"


def shown(source: Source) -> str:
    """A link to the message; without one, to the entry's row of the timeline."""
    return message(source.id if source.place is None else str(source.place), source.link, source.place)
