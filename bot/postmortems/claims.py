"""How a model's claims stand in the draft: beside what rules drafted, marked as the model's, each with its evidence."""

from collections.abc import Sequence

from bot.grounding.claims import Basis
from bot.postmortems.added import Added, Dropped, Part, Source, Stood
from bot.postmortems.asking import Questions
from bot.postmortems.markdown import literal, message

ADDED = "Added by the model, each claim checked against the entries that it names:"
UNKNOWN = "**Root cause:** unknown; no entry states one."
CAUSE = "**Root cause**, as somebody stated it:"
HYPOTHESES = "Hypotheses of the model. Nobody has stated or verified them:"
SUBJECTS = {
    Part.SUMMARY: "What else belongs into the summary?",
    Part.IMPACT: "What else is known of the impact?",
    Part.DETECTION: "What else is known of how it was noticed?",
    Part.RESPONSE: "What else was done?",
    Part.MITIGATION: "What else is known of what ended it?",
    Part.FACTORS: "What else contributed?",
    Part.ROOT_CAUSE: "Was there one cause, and what shows it?",
    Part.HYPOTHESES: "Which other explanations are worth checking?",
    Part.WENT_WELL: "What else went well?",
    Part.WENT_BADLY: "What else went badly?",
    Part.LUCKY: "Where else were we lucky?",
    Part.ACTIONS: "What else is to be done?",
}
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
    for part, subject in SUBJECTS.items():
        fallen = [one for one in what.dropped if one.part is part]
        if fallen:
            ask(f"{subject} The model claimed {_things(fallen)}")
    for question in what.questions:
        ask(literal(question))


def _things(fallen: Sequence[Dropped]) -> str:
    """How many, and where one can look. Not what: nobody has said it."""
    several = len(fallen) > 1
    count = f"{len(fallen)} things that" if several else "something that"
    sources = list(dict.fromkeys(source for one in fallen for source in one.sources))
    if not sources:
        return f"{count} no entry says."
    named = "the entries that it named" if len(sources) > 1 else "the entry that it named"
    return f"{count} {named} ({', '.join(map(shown, sources))}) {'do' if len(sources) > 1 else 'does'} not say."


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
